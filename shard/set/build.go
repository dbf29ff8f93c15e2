package set

import "github.com/troupe-db/troupe/shard/keyspace"

// Builder makes a set of members that come one by one from outside, before it
// belongs to a key. The zero value is not usable, see NewBuilder.
type Builder struct{ set set }

// NewBuilder returns an empty set. count is how many members are said to come: it
// chooses the encoding, and is not relied on otherwise.
func NewBuilder(s *keyspace.Settings, count uint64) *Builder {
	const most = 1 << 30
	return &Builder{set{settings: s, loose: true, hint: int(min(max(count, 1), most))}}
}

// Add makes a copy of text a member, and reports false if it is one already.
func (b *Builder) Add(text []byte) bool {
	var one member
	one.read(text)
	return b.set.add(&one)
}

// Store gives k the set in place of what it holds. The set has a member, and the
// Builder is not used again.
func (b *Builder) Store(k keyspace.Key) { b.set.store(k) }
