package store

import (
	"errors"
	"unsafe"
)

// ErrFull means that the reservation is exhausted or that the system grants
// no more memory. The store is unchanged and goes on working.
var ErrFull = errors.New("store: out of memory")

// DefaultReserve is the address space of a store in bytes: all that a
// four-byte reference can reach. It is not memory.
const DefaultReserve = 32 << 30

// MaxLength is the largest length of a key and of a value, in bytes. What is
// longer is refused with ErrFull.
const MaxLength = 1<<32 - 1

// Options are the parameters of a store.
type Options struct {
	// Hash returns the hash of a key: the one that callers pass to Find and
	// the other methods. All of its bits must be well mixed and it must never
	// change while the store lives. It must be set.
	Hash func(key []byte) uint64

	// Reserve is the address space for records in bytes; 0 means
	// DefaultReserve, which is also the maximum. Records of at most 32 KiB
	// count; what is larger lives on the Go heap.
	Reserve int64

	// HugePages asks for huge pages for what has filled up, once an area has
	// grown past 64 MiB. Look-ups in large tables become 1.2 to 1.8 times
	// faster, and freed memory goes back in coarser pieces.
	HugePages bool

	// Pool, if not nil, provides the address space and takes it back.
	Pool *Pool
}

// Store is the data of one shard and one database. See the package comment.
type Store struct {
	// Set by New.
	hash func(key []byte) uint64
	opts Options
	res  reservation

	// Owned by the goroutine that calls the methods.
	table   table
	arena   arena
	bigs    slab[[]byte] // keys and values outside the arena
	shares  bool         // some value may have been shared, see Share
	objects slab[Object]
	tidy    tidy
	mark    uint64         // flagMark or 0: what the header of a record that is kept has
	pinned  bool           // a walk is under way: records stay where they are
	sums    map[Ref]uint64 // of records as of the last Cut; only with invariants

	len      int
	expires  int
	bigBytes int64
	splits   int64
	merges   int64
	moves    int64
	last     found    // by Find
	passage  []placed // reused by gather
	sink     uint64   // keeps touching loads alive
}

// found is a record, the hash of its key, and its object if somebody has asked for that.
// It is zero, or the record is in the table.
type found struct {
	hash   uint64
	ref    Ref
	object Object // nil for none, or when nobody has asked
}

// New returns an empty store. Where the system refuses the address space, the
// store has less of it; with none at all every insertion returns ErrFull.
func New(opts Options) *Store {
	if opts.Reserve <= 0 || opts.Reserve > DefaultReserve {
		opts.Reserve = DefaultReserve
	}
	opts.Reserve = max(opts.Reserve, minReserve)
	s := &Store{hash: opts.Hash, opts: opts}
	ok := false
	if opts.Pool != nil {
		s.res, ok = opts.Pool.get(s.poolKey())
	}
	if !ok {
		s.res, ok = newReservation(uintptr(opts.Reserve), opts.HugePages)
	}
	if ok {
		s.start()
	}
	return s
}

func (s *Store) poolKey() poolKey {
	return poolKey{size: uintptr(s.opts.Reserve), huge: s.opts.HugePages}
}

// start makes an empty table and arena in the reservation.
func (s *Store) start() {
	s.arena = newArena(s.res.records, s.res.pageMeta)
	segs := s.res.segments.size / segmentBytes
	segs = min(segs, s.res.segMeta.size/unsafe.Sizeof(segMeta{}))
	s.table = table{
		dir: s.res.dir, segs: s.res.segments, metas: s.res.segMeta,
		limit: uint32(min(segs, maxSegments) - 1),
	}
	// Warm may read page 0, which holds no record.
	if !s.arena.mem.reserve(pageBytes+osPage) || !s.table.start() {
		s.table = table{}
	}
}

// ready reports whether there is a table at all. There is none after Close and
// where the system refused the first page of memory.
func (s *Store) ready() bool { return s.table.shift != 0 }

// keepCommitted remembers how far the areas have been committed.
func (s *Store) keepCommitted() {
	s.res.records, s.res.pageMeta = s.arena.mem, s.arena.meta
	s.res.dir, s.res.segments, s.res.segMeta = s.table.dir, s.table.segs, s.table.metas
}

// Reset removes all keys and gives their memory back. All views and
// references die.
func (s *Store) Reset() {
	if !s.ready() {
		return
	}
	s.keepCommitted()
	s.res.drop()
	*s = Store{hash: s.hash, opts: s.opts, res: s.res}
	s.start()
}

// Close gives all memory back. No view may be used any more. A closed store is
// empty and refuses insertions.
func (s *Store) Close() {
	if s.ready() {
		s.keepCommitted()
		s.res.drop()
		if s.opts.Pool != nil {
			s.opts.Pool.put(s.poolKey(), s.res)
		}
	}
	*s = Store{hash: s.hash, opts: s.opts}
}

// Find returns the record of a key, or 0. h is the hash of key.
func (s *Store) Find(h uint64, key []byte) Ref {
	t := &s.table
	if t.shift == 0 {
		return 0
	}
	// Clients that fill or drain one collection name the same key again and again.
	if s.last.hash == h && s.last.ref != 0 && s.keyIs(s.last.ref, key) {
		if invariants {
			s.assertLive(s.last.ref)
		}
		return s.last.ref
	}
	seg, depth := t.entry(h)
	at, tag := home(h, depth), tagOf(h)
	for i := uint64(0); ; i++ {
		g := t.groupAt(seg, (at+i)&groupMask)
		for m := g.match(tag); m != 0; m &= m - 1 {
			if r := g.ref[m.slot()]; s.keyIs(r, key) {
				s.last = found{hash: h, ref: r}
				return r
			}
		}
		if g.passed() == 0 {
			return 0
		}
		if i&groupMask == groupMask {
			if seg = t.meta(seg).next; seg == 0 {
				return 0
			}
		}
	}
}

// Insert adds a key that is absent and returns its record. Its value has n
// bytes of unspecified content, to be written through Value. h is the hash of
// key, kind is not 0, expireAt is a unix time in ms or NoExpire. The key is
// copied. Len(key) and n are at most MaxLength. The error is ErrFull.
func (s *Store) Insert(h uint64, key []byte, kind uint8, n int, expireAt int64) (Ref, error) {
	if !s.ready() || uint(n) > MaxLength || len(key) > MaxLength || !s.room(h) {
		return 0, ErrFull
	}
	flags := uint64(s.checkKind(kind))
	if expireAt != NoExpire {
		flags |= flagExpire
	}
	inline, big := uint32(n), false
	if recordSize(len(key), flags)+n > maxRecord {
		flags |= flagBig
		inline, big = handleBytes, true
	}
	r := s.build(h, key, flags, inline)
	if r == 0 {
		return 0, ErrFull
	}
	if expireAt != NoExpire {
		*s.wordAt(r, headerBytes) = uint64(expireAt)
		s.expires++
	}
	if big {
		s.setHandle(r, s.putBig(make([]byte, n)))
	}
	s.table.place(h, r, expireAt != NoExpire)
	s.len++
	return r, nil
}

// recordSize returns the bytes of a record before its value.
func recordSize(key int, flags uint64) int {
	n := headerBytes
	if flags&flagExpire != 0 {
		n += 8
	}
	switch {
	case key > maxInlineKey:
		n += longBytes
	case key > maxShortKey:
		n += longBytes + key
	default:
		n += key
	}
	return n
}

// Delete removes the record r, whose key has hash h.
func (s *Store) Delete(h uint64, r Ref) {
	hdr := *s.header(r)
	if invariants {
		s.assertKept(r)
	}
	s.last = found{}
	if s.table.remove(h, r) {
		s.expires--
	}
	if hdr&(flagLong|flagBig|flagObject) != 0 {
		s.dropOutside(r, hdr)
	}
	s.arena.free(r)
	s.len--
}

// dropOutside forgets what r has in the side tables.
func (s *Store) dropOutside(r Ref, hdr uint64) {
	if hdr&(flagBig|flagObject) != 0 {
		s.dropHandle(hdr, s.handle(r, hdr))
	}
	if hdr&flagLong != 0 {
		w := *s.wordAt(r, headerBytes+uint32(hdr>>flagsShift&1)<<3)
		if h := uint32(w >> 32); h != 0 {
			s.dropBig(h)
		}
	}
}

// Len returns the number of keys.
func (s *Store) Len() int { return s.len }

// Expires returns the number of keys that have an expiry time.
func (s *Store) Expires() int { return s.expires }

// Replace gives record r a new kind, a value of n bytes of unspecified
// content, and a new expiry time. The key and the access bits stay; an object
// is dropped. It returns the record, which may have moved. On ErrFull nothing
// has changed.
func (s *Store) Replace(h uint64, r Ref, kind uint8, n int, expireAt int64) (Ref, error) {
	p := s.header(r)
	hdr := *p
	ttl := uint64(0)
	if expireAt != NoExpire {
		ttl = flagExpire
	}
	if hdr&(flagExpire|flagLong|flagBig|flagObject) == ttl && uint(n) <= maxRecord {
		fixed := uint(headerBytes+hdr>>flagsShift&1<<3) + uint(uint8(hdr>>keyShift))
		if (fixed+uint(n)+7)>>3 == (fixed+uint(hdr>>valueShift)+7)>>3 {
			*p = hdr&(1<<valueShift-1)&^0xff | uint64(s.checkKind(kind)) | uint64(n)<<valueShift
			if ttl != 0 {
				*s.wordAt(r, headerBytes) = uint64(expireAt)
			}
			return r, nil
		}
	}
	return s.replaceSlow(h, r, kind, n, expireAt, ttl)
}

func (s *Store) replaceSlow(h uint64, r Ref, kind uint8, n int, expireAt int64, ttl uint64) (Ref, error) {
	if uint(n) > MaxLength {
		return r, ErrFull
	}
	hdr := *s.header(r)
	var old uint32 // handle of the present outside value
	if hdr&(flagBig|flagObject) != 0 {
		old = s.handle(r, hdr)
	}
	big := recordSize(len(s.Key(r)), ttl)+n > maxRecord
	set, inline := ttl, uint32(n)
	if big {
		set, inline = ttl|flagBig, handleBytes
	}
	nr := s.reshape(h, r, set, inline)
	if nr == 0 {
		return r, ErrFull
	}
	switch {
	case big && hdr&(flagBig|flagShared) == flagBig:
		s.renewBig(old, n)
		s.setHandle(nr, old)
	default: // what is shared stays as it is, for those who have it
		*s.header(nr) &^= flagShared
		s.dropHandle(hdr, old)
		if big {
			s.setHandle(nr, s.putBig(make([]byte, n)))
		}
	}
	s.SetKind(nr, kind)
	if ttl != 0 {
		*s.wordAt(nr, headerBytes) = uint64(expireAt)
	}
	return nr, nil
}

// dropHandle forgets the outside value that a record with header hdr had.
func (s *Store) dropHandle(hdr uint64, h uint32) {
	switch {
	case hdr&flagBig != 0:
		s.dropBig(h)
	case hdr&flagObject != 0:
		s.last.object = nil
		s.objects.drop(h)
	}
}

// Resize makes the value of r n bytes long and keeps min(old, n) bytes of it;
// what is new is unspecified. Key, kind, expiry and access bits stay, an
// attached object is dropped and counts as an empty value. It returns the
// record, which may have moved. Growing a value byte by byte costs amortised
// O(1) a byte. On ErrFull nothing has changed.
func (s *Store) Resize(h uint64, r Ref, n int) (Ref, error) {
	if uint(n) > MaxLength {
		return r, ErrFull
	}
	hdr := *s.header(r)
	ttl := hdr & flagExpire
	size := recordSize(len(s.Key(r)), ttl) + n
	switch {
	case hdr&flagBig != 0 && size > inlineAgain:
		s.resizeBig(s.handle(r, hdr), n)
		return r, nil
	case size > maxRecord:
		return s.moveOut(h, r, ttl, n)
	case hdr&(flagBig|flagObject) != 0:
		return s.moveIn(h, r, hdr, n)
	}
	if nr := s.reshape(h, r, ttl, uint32(n)); nr != 0 {
		return nr, nil
	}
	return r, ErrFull
}

// moveOut puts a value of n bytes, too large for a record, outside the arena.
// ttl is flagExpire when the record is to have an expiry word.
func (s *Store) moveOut(h uint64, r Ref, ttl uint64, n int) (Ref, error) {
	hdr := *s.header(r)
	b := make([]byte, n)
	copy(b, s.Value(r))
	var old uint32
	if hdr&flagObject != 0 {
		old = s.handle(r, hdr)
	}
	nr := s.reshape(h, r, ttl|flagBig, handleBytes)
	if nr == 0 {
		return r, ErrFull
	}
	s.dropHandle(hdr, old)
	s.setHandle(nr, s.putBig(b))
	return nr, nil
}

// moveIn puts a value that stood outside into the record.
func (s *Store) moveIn(h uint64, r Ref, hdr uint64, n int) (Ref, error) {
	old, value := s.handle(r, hdr), s.Value(r)
	nr := s.reshape(h, r, hdr&flagExpire, uint32(n))
	if nr == 0 {
		return r, ErrFull
	}
	copy(s.Value(nr), value)
	s.dropHandle(hdr, old)
	return nr, nil
}

// SetExpire sets the expiry time of r, in unix ms; NoExpire clears it. It
// returns the record, which may have moved. On ErrFull nothing has changed.
func (s *Store) SetExpire(h uint64, r Ref, at int64) (Ref, error) {
	hdr := *s.header(r)
	ttl := uint64(0)
	if at != NoExpire {
		ttl = flagExpire
	}
	if hdr&flagExpire != ttl {
		var err error
		if r, err = s.toggleExpire(h, r, hdr, ttl); err != nil {
			return r, err
		}
	}
	if ttl != 0 {
		*s.wordAt(r, headerBytes) = uint64(at)
	}
	return r, nil
}

// toggleExpire gives r an expiry word or takes it away. The word can make a
// record too large for the arena; its value moves outside then.
func (s *Store) toggleExpire(h uint64, r Ref, hdr, ttl uint64) (Ref, error) {
	n := uint32(hdr >> valueShift)
	if l := s.layoutOf(r, hdr); ttl != 0 && l.size()+8 > maxRecord {
		return s.moveOut(h, r, ttl, int(n))
	}
	if nr := s.reshape(h, r, ttl|hdr&(flagBig|flagObject), n); nr != 0 {
		return nr, nil
	}
	return r, ErrFull
}

// SetObject attaches an Object to r. The inline value becomes empty; an
// object that was there is dropped. It returns the record, which may have
// moved. On ErrFull nothing has changed.
func (s *Store) SetObject(h uint64, r Ref, obj Object) (Ref, error) {
	hdr := *s.header(r)
	if hdr&flagObject != 0 {
		s.last.object = nil
		*s.objects.at(s.handle(r, hdr)) = obj
		return r, nil
	}
	var old uint32
	if hdr&flagBig != 0 {
		old = s.handle(r, hdr)
	}
	nr := s.reshape(h, r, hdr&flagExpire|flagObject, handleBytes)
	if nr == 0 {
		return r, ErrFull
	}
	s.dropHandle(hdr, old)
	s.setHandle(nr, s.objects.put(obj))
	return nr, nil
}
