package keyspace

import "sync/atomic"

// Policy says which keys go first when memory is full.
type Policy uint8

// The policies, named as in maxmemory-policy.
const (
	NoEviction Policy = iota
	AllKeysLRU
	AllKeysLFU
	AllKeysRandom
	VolatileLRU
	VolatileLFU
	VolatileRandom
	VolatileTTL
)

var policyNames = [...]string{
	NoEviction: "noeviction", AllKeysLRU: "allkeys-lru", AllKeysLFU: "allkeys-lfu", AllKeysRandom: "allkeys-random",
	VolatileLRU: "volatile-lru", VolatileLFU: "volatile-lfu", VolatileRandom: "volatile-random", VolatileTTL: "volatile-ttl",
}

// String returns the policy's name.
func (p Policy) String() string { return policyNames[p] }

// PolicyNames lists the names, by policy.
func PolicyNames() []string { return policyNames[:] }

// LFU tells whether keys carry a use counter under this policy rather than the
// time of their last use.
func (p Policy) LFU() bool { return p == AllKeysLFU || p == VolatileLFU }

// LRU tells whether the time of the last use decides what goes first.
func (p Policy) LRU() bool { return p == AllKeysLRU || p == VolatileLRU }

// VolatileOnly tells whether only keys with an expiry may be evicted.
func (p Policy) VolatileOnly() bool { return p >= VolatileLRU }

// Settings is what the configuration says about data. It is immutable: a change
// stores a new one in the Source, and each turn reads it once.
type Settings struct {
	Databases int // how many databases SELECT accepts, at least 1

	MaxMemory        int64  // bytes over all shards, 0 for no limit
	MaxMemorySamples int    // keys looked at per eviction and database, 1 to 64
	EvictionTenacity int    // 0 to 100: how long one command may evict
	Policy           Policy // what goes first

	LFULogFactor int // how slowly the use counter grows
	LFUDecayTime int // minutes after which an idle counter loses one, 0 for each look

	ActiveExpire       bool // remove expired keys nobody asks for
	ActiveExpireEffort int  // 1 to 10: share of time for it

	LazyUserFlush bool // FLUSHALL and FLUSHDB give memory back later unless told otherwise

	ListMaxListpackSize int   // >0 elements, -1 to -5 for 4 to 64 KB, per listpack or quicklist node
	ProtoMaxBulkLen     int64 // bytes, the longest string a command may build

	HashMaxListpackEntries int // fields up to which a hash is a listpack
	HashMaxListpackValue   int // bytes, the longest field or value of such a hash

	SetMaxIntsetEntries   int // members up to which a set of integers is an intset
	SetMaxListpackEntries int // members up to which another set is a listpack
	SetMaxListpackValue   int // bytes, the longest member of such a set

	StreamNodeMaxBytes   int64 // bytes at which a stream starts a new chunk, as a listpack; 0 for no limit
	StreamNodeMaxEntries int   // entries of a chunk, removed ones included; 0 for no limit

	ZSetMaxListpackEntries int // members up to which a sorted set is a listpack
	ZSetMaxListpackValue   int // bytes, the longest member of such a sorted set

	HLLSparseMaxBytes int64 // bytes up to which a HyperLogLog is sparse

	TrackingMaxKeys int64 // keys remembered for clients that track them, over all shards; 0 for no limit

	Events EventClass // what keyspace notifications tell about, 0 for nothing
}

// DefaultSettings returns Redis's defaults.
func DefaultSettings() *Settings {
	return &Settings{
		Databases: 16, MaxMemorySamples: 5, EvictionTenacity: 10,
		LFULogFactor: 10, LFUDecayTime: 1,
		ActiveExpire: true, ActiveExpireEffort: 1,
		ListMaxListpackSize: -2, ProtoMaxBulkLen: 512 << 20,
		HashMaxListpackEntries: 512, HashMaxListpackValue: 64,
		SetMaxIntsetEntries: 512, SetMaxListpackEntries: 128, SetMaxListpackValue: 64,
		StreamNodeMaxBytes: 4096, StreamNodeMaxEntries: 100,
		ZSetMaxListpackEntries: 128, ZSetMaxListpackValue: 64,
		HLLSparseMaxBytes: 3000, TrackingMaxKeys: 1_000_000,
	}
}

// Source holds the Settings in force. It is written by the configuration and
// read once per turn by every shard.
type Source = atomic.Pointer[Settings]
