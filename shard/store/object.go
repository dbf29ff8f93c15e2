package store

// Object is a value too large for one record.
type Object interface {
	// Bytes returns what the value takes in memory, in O(1).
	Bytes() int64
	// Clone returns a copy that shares nothing with the original, in O(N).
	Clone() Object
	// Freeze returns a view of the value as it is now, which never changes. One
	// other goroutine may read it, without locks, while the shard goes on with the
	// original, which copies what it changes from then on, a small piece at a time.
	// A view serves Bytes and whatever reads all elements in order, and nothing
	// else may be asked of it. There may be several of different ages; one that
	// nobody uses any more is left to the collector. O(pieces) at most.
	Freeze() Object
}
