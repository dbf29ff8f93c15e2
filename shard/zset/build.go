package zset

import "github.com/troupe-db/troupe/shard/keyspace"

// Builder makes a sorted set of members that come one by one from outside, before
// it belongs to a key. The zero value is not usable, see NewBuilder.
type Builder struct{ result result }

// NewBuilder returns an empty sorted set.
func NewBuilder() *Builder { return &Builder{newResult()} }

// Add adds a member, of which it keeps a copy, with a score that is not NaN. It
// reports false if the member is there already.
func (b *Builder) Add(name []byte, score float64) bool {
	r := &b.result
	if _, ok := r.find(name); ok {
		return false
	}
	r.width = max(r.width, len(name))
	r.gather(name, score)
	return true
}

// Store gives k the sorted set in place of what it holds, in the encoding that s
// asks for. The set has a member, and the Builder is not used again. O(N log N), or
// O(N) if the members came in order.
func (b *Builder) Store(k keyspace.Key, s *keyspace.Settings) {
	b.result.arrange()
	b.result.Sorted.store(k, limitsOf(s), b.result.width)
}
