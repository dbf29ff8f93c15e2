package keyspace

// Reusable is an Object that is made of buffers which may serve others of its kind.
type Reusable interface {
	Object
	// Salvage takes a buffer of just n bytes, of unspecified content, out of a value
	// that is deleted, or returns nil when no more can be had. What a view has is
	// never given away. O(1).
	Salvage(n int) []byte
}

const (
	// remainsMost bounds the bytes of what a shard keeps.
	remainsMost = 256 << 20
	// remainsAge is for how long it is kept, in ms: at least so long and at most
	// twice as long.
	remainsAge = 1000
	// remainsTries is how many values are asked for one buffer.
	remainsTries = 4
)

// Remains is what a shard has left of large values that were deleted a moment ago.
// New values are made of it: it is memory that the process has, while fresh memory
// costs a fault for every page, and collecting the old one work besides. What nobody
// has asked for within remainsAge is left to the collector.
//
// To keep a value and to take a buffer are O(1), so that DEL of a long list is, too.
type Remains struct {
	young, old []Reusable // the last came last
	bytes      int64      // what both take
	turned     int64      // when young was empty last, unix milliseconds
}

// keep puts a value aside, which nothing refers to any more, if there is room for it.
func (r *Remains) keep(value Reusable) {
	if n := value.Bytes(); r.bytes+n <= remainsMost {
		r.young = append(r.young, value)
		r.bytes += n
	}
}

// Salvage returns a buffer of just n bytes, of unspecified content, or nil. It forgets
// the values that have none.
func (r *Remains) Salvage(n int) []byte {
	for range remainsTries {
		if r.bytes == 0 {
			break
		}
		from := &r.young
		if len(*from) == 0 {
			from = &r.old
		}
		last := len(*from) - 1
		value := (*from)[last]
		before := value.Bytes()
		buf := value.Salvage(n)
		if buf != nil {
			r.bytes += value.Bytes() - before
			return buf
		}
		r.bytes -= before
		(*from)[last] = nil
		*from = (*from)[:last]
	}
	return nil
}

// age forgets what has been there for long.
func (r *Remains) age(now int64) {
	if now-r.turned < remainsAge {
		return
	}
	for _, value := range r.old {
		r.bytes -= value.Bytes()
	}
	r.young, r.old, r.turned = nil, r.young, now
}

// AgeRemains has the shard forget what was deleted some time ago.
func (ks *Keyspace) AgeRemains() { ks.remains.age(ks.Now) }

// ForgetRemains has the shard forget all that was deleted.
func (ks *Keyspace) ForgetRemains() { ks.remains = Remains{turned: ks.Now} }

// Remains returns what the shard of e has left of deleted values.
func (e Entry) Remains() *Remains { return &e.db.ks.remains }

// Scrap is Delete for a value that nothing refers to any more: it may be made into
// others.
func (e Entry) Scrap() {
	if value, ok := e.Object().(Reusable); ok {
		e.db.ks.remains.keep(value)
	}
	e.Delete()
}
