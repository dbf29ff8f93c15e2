package str

import "github.com/troupe-db/troupe/shard/keyspace"

// Stretch makes the string that k holds, e, at least size bytes long and raw, and
// creates it if it is absent. New bytes are zero.
func Stretch(k keyspace.Key, e keyspace.Entry, size int) keyspace.Entry {
	n := 0
	if e.Exists() {
		n = length(e)
	}
	return stretch(k, e, n, size)
}

// MaxIntText is the length of the longest text of an int: what Text needs room for.
const MaxIntText = len(digits{})

// Put gives k a copy of value in place of what it holds, without an expiry.
func Put(k keyspace.Key, value []byte) { put(k, k.Replace(), value, keyspace.NoExpire) }

// PutUntil makes k, whose record so far is old, as Write returned it, a string that
// ends at at, unix milliseconds, or never with keyspace.NoExpire.
func PutUntil(k keyspace.Key, old keyspace.Entry, value []byte, at int64) { put(k, old, value, at) }
