package keyspace

// Warm brings the records behind hashes into the processor's cache. Like all that
// warms it is a hint: nothing depends on it.
func (db *DB) Warm(hashes []uint64) { db.store.Warm(hashes) }

// Warmer is an Object too large for the processor's cache.
type Warmer interface {
	// Warm brings what a look-up of each name reads into the cache.
	Warm(names [][]byte)
}

// EndsWarmer is a Warmer that members are taken from at both ends.
type EndsWarmer interface {
	Warmer
	// WarmEnd brings what it takes to remove n members from an end into the cache.
	WarmEnd(last bool, n int)
}

// WarmMembers warms the key's value for look-ups of names.
func (k Key) WarmMembers(names [][]byte) {
	if w, ok := k.stored().(Warmer); ok {
		w.Warm(names)
	}
}

// WarmEnd warms the key's value for the removal of n members from an end.
func (k Key) WarmEnd(last bool, n int) {
	if w, ok := k.stored().(EndsWarmer); ok {
		w.WarmEnd(last, n)
	}
}

// stored returns the key's Object, whether or not its time has come, or nil.
func (k Key) stored() Object {
	r := k.DB.store.Find(k.Hash, k.Name())
	if r == 0 {
		return nil
	}
	return k.DB.store.Object(r)
}
