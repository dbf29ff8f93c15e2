package keyspace

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/shard/store"
)

const (
	// chunkBytes is the size a chunk has when it is passed on.
	chunkBytes = 128 << 10
	// chunkValues is how many Objects and values outside their records it may have.
	chunkValues = 256
	// capturedHead is what stands in front of a key in a chunk: lengths of key and
	// value, kind and place of the value, access, database, expiry.
	capturedHead = 32
)

// The places of a value.
const (
	inChunk   = iota // behind its key
	inOutside        // the next of Chunk.outside
	inObjects        // the next of Chunk.objects
)

// Chunk is keys of one shard that were captured together. Whoever it was offered to
// owns it; another goroutine may read it.
type Chunk struct {
	Shard int
	Last  bool // nothing follows from this shard

	bytes   []byte
	outside [][]byte
	objects []Object
}

// Captured is a key as it was at the cut. All bytes are views into its chunk.
type Captured struct {
	DB     int
	Key    []byte
	Value  Value
	Expiry int64 // unix milliseconds, or NoExpire
	Access uint32
}

// NewChunk returns an empty chunk.
func NewChunk() *Chunk { return &Chunk{bytes: make([]byte, 0, chunkBytes+chunkBytes/8)} }

// Reset empties a chunk for the next use, and tells whether that is worth while.
func (c *Chunk) Reset() bool {
	clear(c.outside)
	clear(c.objects)
	*c = Chunk{bytes: c.bytes[:0], outside: c.outside[:0], objects: c.objects[:0]}
	return cap(c.bytes) <= 2*chunkBytes
}

// Bytes returns about how much memory the chunk takes that nobody else would.
func (c *Chunk) Bytes() int { return cap(c.bytes) }

func (c *Chunk) full() bool {
	return len(c.bytes) >= chunkBytes || len(c.outside)+len(c.objects) >= chunkValues
}

// add adds a record; outside is its value if that stands outside, else nil.
func (c *Chunk) add(db int, r *store.Record, outside []byte) {
	if outside != nil {
		c.head(db, r, 0, inOutside)
		c.outside = append(c.outside, outside)
		return
	}
	c.head(db, r, len(r.Value), inChunk)
	c.bytes = append(c.bytes, r.Value...)
}

func (c *Chunk) addObject(db int, r *store.Record, obj Object) {
	c.head(db, r, 0, inObjects)
	c.objects = append(c.objects, obj)
}

func (c *Chunk) head(db int, r *store.Record, value int, place uint32) {
	var h [capturedHead]byte
	binary.LittleEndian.PutUint32(h[0:], uint32(len(r.Key)))
	binary.LittleEndian.PutUint32(h[4:], uint32(value))
	binary.LittleEndian.PutUint32(h[8:], uint32(r.Kind)|place<<8)
	binary.LittleEndian.PutUint32(h[12:], r.Access)
	binary.LittleEndian.PutUint32(h[16:], uint32(db))
	binary.LittleEndian.PutUint64(h[24:], uint64(r.Expire))
	c.bytes = append(append(c.bytes, h[:]...), r.Key...)
}

// Each calls fn with every key of the chunk.
func (c *Chunk) Each(fn func(*Captured)) {
	var k Captured
	outside, objects := c.outside, c.objects
	for p := c.bytes; len(p) > 0; {
		key, value := binary.LittleEndian.Uint32(p), binary.LittleEndian.Uint32(p[4:])
		kind := binary.LittleEndian.Uint32(p[8:])
		k.Access, k.DB = binary.LittleEndian.Uint32(p[12:]), int(binary.LittleEndian.Uint32(p[16:]))
		k.Expiry = int64(binary.LittleEndian.Uint64(p[24:]))
		p = p[capturedHead:]
		k.Key, p = p[:key:key], p[key:]
		k.Value = Value{Type: Type(uint8(kind) >> 4), Encoding: Encoding(kind & 15)}
		switch kind >> 8 {
		case inOutside:
			k.Value.Record, outside = outside[0], outside[1:]
		case inObjects:
			k.Value.Object, objects = objects[0], objects[1:]
		default:
			k.Value.Record = p[:value:value]
		}
		p = p[value:]
		fn(&k)
	}
}
