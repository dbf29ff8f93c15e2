// Package keyhash turns keys into hashes and hashes into shards. It is the only
// importer of xxhash.
//
// One 64-bit hash per key serves every layer, and each reads bits of its own, so
// that no layer's choice skews the next one's:
//
//	 63            ...            32 31                  8 7  6       0
//	┌───────────────────────────────┬─────────────────────┬──┬─────────┐
//	│ directory, then group (store) │   shard (Shard)     │  │ control │
//	└───────────────────────────────┴─────────────────────┴──┴─────────┘
//
// The hash is seeded once per process: xxhash is public, and with a known seed
// anybody could choose keys that collide or that all land on one shard.
package keyhash
