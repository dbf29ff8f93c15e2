package dump

import (
	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Value is a value that is read from a file: an rdb.Visitor that is given one value.
// Any goroutine may make it; it is stored in the turn of its key's shard.
type Value struct{ builder }

// NewValue returns a Value that holds nothing. Elements whose time has come at now,
// unix milliseconds, are left out.
func NewValue(settings *keyspace.Settings, now int64) *Value {
	return &Value{builder{settings: settings, now: now}}
}

// String returns the value if it is a string, and whether it is one. It is a view of
// what was read, or memory that is used again.
func (v *Value) String() (text []byte, ok bool) { return v.text, v.kind == rdb.String }

// Store gives k, which is absent, the value and an expiry, unix milliseconds or
// keyspace.NoExpire. It reports false when nothing of the value is left.
func (v *Value) Store(k keyspace.Key, at int64) bool {
	if !v.store(k) {
		return false
	}
	if at != keyspace.NoExpire {
		k.Glance().SetExpiry(at)
	}
	return true
}
