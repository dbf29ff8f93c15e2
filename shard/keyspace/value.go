package keyspace

import "encoding/binary"

// Value is what a key holds, apart from the key: what goes to a file or a payload.
// With a copy of the record's bytes, or a view that the Object was frozen to, it
// outlives the turn and may be read by another goroutine.
type Value struct {
	Type     Type
	Encoding Encoding
	Record   []byte // the bytes of a value that stands in its record, else empty
	Object   Object // else nil
}

// Value returns what e, which exists, holds. Record is a view, see Bytes.
func (e Entry) Value() Value {
	return Value{Type: e.Type(), Encoding: e.Encoding(), Record: e.Bytes(), Object: e.Object()}
}

// Int returns the value of an Int encoded string.
func (v Value) Int() int64 { return int64(binary.LittleEndian.Uint64(v.Record)) }
