package set

import (
	"github.com/troupe-db/troupe/shard/dict"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// table is the Object of a set that is no longer flat.
type table struct{ *dict.Dict }

func newTable() *table { return &table{dict.New(false)} }

// Clone returns a copy that shares nothing with t.
func (t *table) Clone() keyspace.Object { return t.copy() }

// Freeze returns a view of t as it is now.
func (t *table) Freeze() keyspace.Object { return &table{t.Dict.Freeze()} }

func (t *table) copy() *table { return &table{t.Dict.Clone()} }

// add makes a copy of text a member and reports whether it was not.
func (t *table) add(text []byte) bool { return t.Set(text, nil) }
