// Package generic is the commands that work on keys whatever they hold: their
// life and death, their names, their expiry, and the walks over a database.
//
// A value is never looked into. What moves or is copied is either the bytes of a
// record with their encoding, or an Object, which a key that moves takes along as
// it is and a key that is copied clones:
//
//	            record with bytes          record with an Object
//	RENAME MOVE bytes copied to the other  the Object itself changes hands
//	COPY        bytes copied to the other  a clone, which shares nothing
//
// # The cursor of SCAN
//
// A walk goes through the shards one after the other, and through each in the
// order of its table. Its cursor says all there is to know, so the server keeps
// nothing about walks:
//
//	cursor = position in the shard (48 bits) × number of shards + shard
//
// The router sends the request to the shard the cursor names (ScanShard). A shard
// that is through names the next one at position 0; the last one answers 0.
//
// # Complexity
//
// Everything is O(1) a key but for COPY of an Object, O(elements), bytes that are
// copied, O(length), and KEYS, FLUSHDB and FLUSHALL, O(keys). SWAPDB exchanges two
// databases in O(1) a shard, and looks at each key that clients wait for.
package generic
