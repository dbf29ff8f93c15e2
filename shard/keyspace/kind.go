package keyspace

// Type is what a key holds, as TYPE says it. The zero value is an absent key.
type Type uint8

// The types of keys.
const (
	None Type = iota
	String
	List
	Set
	ZSet
	Hash
	Stream
)

var typeNames = [...]string{None: "none", String: "string", List: "list", Set: "set", ZSet: "zset", Hash: "hash", Stream: "stream"}

// String returns the name TYPE gives the type.
func (t Type) String() string { return typeNames[t] }

// ParseType returns the type called name, in any case, as SCAN's TYPE option
// takes it.
func ParseType(name string) (Type, bool) {
	for t := String; int(t) < len(typeNames); t++ {
		if equalFold(name, typeNames[t]) {
			return t, true
		}
	}
	return None, false
}

// Encoding is how a value is laid out, as OBJECT ENCODING says it.
type Encoding uint8

// The encodings. Int is eight bytes, little endian; Embstr and Raw are the bytes
// themselves; Listpack, ListpackEx (with a deadline behind every value) and Intset
// are flat and stand in the record; the others are an Object.
const (
	_ Encoding = iota
	Int
	Embstr
	Raw
	Listpack
	Quicklist
	Intset
	Hashtable
	Skiplist
	StreamTree
	ListpackEx
)

var encodingNames = [...]string{
	Int: "int", Embstr: "embstr", Raw: "raw", Listpack: "listpack", Quicklist: "quicklist",
	Intset: "intset", Hashtable: "hashtable", Skiplist: "skiplist", StreamTree: "stream",
	ListpackEx: "listpackex",
}

// String returns the name OBJECT ENCODING gives the encoding.
func (e Encoding) String() string { return encodingNames[e] }

// kind packs a type and an encoding into the byte the store keeps per record.
func kind(t Type, e Encoding) uint8 { return uint8(t)<<4 | uint8(e) }

func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
