package keyhash

import (
	"bytes"

	"github.com/cespare/xxhash/v2"
)

// shardShift and shardBits delimit the bits of a hash that choose the shard.
const (
	shardShift = 8
	shardBits  = 24
	shardMask  = 1<<shardBits - 1
)

// Hasher hashes keys with one seed and spreads them over a fixed number of
// shards. It is a value without state: any goroutine may use it.
type Hasher struct {
	seed   uint64
	shards uint64
}

// New returns a Hasher for shards shards, at least 1.
func New(seed uint64, shards int) Hasher {
	return Hasher{seed: seed, shards: uint64(max(shards, 1))}
}

// Shards returns the number of shards keys are spread over.
func (h Hasher) Shards() int { return int(h.shards) }

// Sum returns the hash of key. It allocates nothing.
func (h Hasher) Sum(key []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(h.seed)
	_, _ = d.Write(key)
	return d.Sum64()
}

// Shard returns the shard that owns key, whose hash is sum. Keys with a hash tag,
// as in "{user1}.cart", go where their tag goes, so that they share a shard.
func (h Hasher) Shard(key []byte, sum uint64) int {
	if h.shards == 1 {
		return 0
	}
	if tag := Tag(key); len(tag) != len(key) {
		sum = h.Sum(tag)
	}
	return int((sum >> shardShift & shardMask) * h.shards >> shardBits)
}

// Tag returns the part of key that chooses its shard: what stands between the
// first '{' and the next '}', or the whole key when there is no such part or it
// is empty (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags).
func Tag(key []byte) []byte {
	open := bytes.IndexByte(key, '{')
	if open < 0 {
		return key
	}
	length := bytes.IndexByte(key[open+1:], '}')
	if length <= 0 {
		return key
	}
	return key[open+1 : open+1+length]
}
