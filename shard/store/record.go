package store

import (
	"encoding/binary"
	"unsafe"
)

// Ref names a record. 0 is no record. A Ref stays valid until the record is
// deleted, until a call on it returns another Ref, or until Tidy runs.
type Ref uint32

// NoExpire is the expiry time of a key that has none.
const NoExpire int64 = -1

// Bits of a record's header word; doc.go has the drawing.
const (
	flagsShift  = 8
	accessShift = 16
	keyShift    = 40
	valueShift  = 48

	flagExpire = 1 << (flagsShift + 0) // an expiry word follows the header
	flagLong   = 1 << (flagsShift + 1) // the long key words follow
	flagBig    = 1 << (flagsShift + 2) // the value is a handle into bigs
	flagObject = 1 << (flagsShift + 3) // the value is a handle into objects
	flagMark   = 1 << (flagsShift + 4) // whether a snapshot has kept it, see Cut
	flagShared = 1 << (flagsShift + 5) // others may read the value outside, see Share

	accessMask  = 1<<24 - 1
	headerBytes = 8
	longBytes   = 16
	handleBytes = 4

	maxShortKey  = 255      // longer keys take the long form
	maxInlineKey = 16 << 10 // longer keys stand outside the arena

	// inlineAgain is the size of record under which a value that stands
	// outside comes back in. Half the limit, so that a value around the limit
	// does not go to and fro.
	inlineAgain = maxRecord / 2
)

// layout says where the parts of a record stand. It is a handful of words on
// the stack, computed from the header by layoutOf.
type layout struct {
	words uint32 // bytes before the key: header, expiry, long key words
	key   uint32 // key bytes inside the record
	value uint32 // value bytes inside the record
}

func (l layout) size() uint32 { return l.words + l.key + l.value }

// layoutOf reads the layout of record r with header hdr.
func (s *Store) layoutOf(r Ref, hdr uint64) layout {
	l := layout{
		words: headerBytes + uint32(hdr>>flagsShift&1)<<3,
		key:   uint32(uint8(hdr >> keyShift)),
		value: uint32(hdr >> valueShift),
	}
	if hdr&flagLong != 0 {
		w := *s.wordAt(r, l.words)
		l.words += longBytes
		if w>>32 == 0 {
			l.key = uint32(w)
		}
	}
	return l
}

func (s *Store) header(r Ref) *uint64 {
	if invariants {
		s.assertLive(r)
	}
	return s.arena.word(r)
}

// wordAt returns the word at byte off of record r; off is a multiple of 8.
func (s *Store) wordAt(r Ref, off uint32) *uint64 {
	return (*uint64)(unsafe.Add(s.arena.mem.base, uintptr(r)<<3+uintptr(off)))
}

// bytesAt returns n bytes of record r from byte off. The capacity is n too:
// an append cannot run into the next record.
func (s *Store) bytesAt(r Ref, off, n uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(s.arena.mem.base, uintptr(r)<<3+uintptr(off))), n)
}

// Key returns a view of the record's key. It must not be written to.
func (s *Store) Key(r Ref) []byte {
	hdr := *s.header(r)
	off := headerBytes + uint32(hdr>>flagsShift&1)<<3
	if hdr&flagLong == 0 {
		return s.bytesAt(r, off, uint32(uint8(hdr>>keyShift)))
	}
	w := *s.wordAt(r, off)
	if h := uint32(w >> 32); h != 0 {
		return *s.bigs.at(h)
	}
	return s.bytesAt(r, off+longBytes, uint32(w))
}

// Value returns a view of the record's value, which may be written to in
// place. It is empty for a record with an attached object.
func (s *Store) Value(r Ref) []byte {
	hdr := *s.header(r)
	if hdr&(flagLong|flagBig|flagObject) == 0 {
		off := headerBytes + uint32(hdr>>flagsShift&1)<<3 + uint32(uint8(hdr>>keyShift))
		return s.bytesAt(r, off, uint32(hdr>>valueShift))
	}
	if hdr&flagObject != 0 {
		return nil
	}
	l := s.layoutOf(r, hdr)
	v := s.bytesAt(r, l.words+l.key, l.value)
	if hdr&flagBig != 0 {
		b := *s.bigs.at(binary.LittleEndian.Uint32(v))
		return b[:len(b):len(b)]
	}
	return v
}

// Object returns the value attached with SetObject, or nil.
func (s *Store) Object(r Ref) Object {
	if r == s.last.ref && s.last.object != nil {
		return s.last.object
	}
	hdr := *s.header(r)
	if hdr&flagObject == 0 {
		return nil
	}
	obj := *s.objects.at(s.handle(r, hdr))
	if r == s.last.ref {
		s.last.object = obj
	}
	return obj
}

// handle reads the handle that stands in place of the value.
func (s *Store) handle(r Ref, hdr uint64) uint32 {
	l := s.layoutOf(r, hdr)
	return binary.LittleEndian.Uint32(s.bytesAt(r, l.words+l.key, handleBytes))
}

func (s *Store) setHandle(r Ref, h uint32) {
	l := s.layoutOf(r, *s.header(r))
	binary.LittleEndian.PutUint32(s.bytesAt(r, l.words+l.key, handleBytes), h)
}

// Kind returns the eight bits given to Insert, Replace or SetKind.
func (s *Store) Kind(r Ref) uint8 { return uint8(*s.header(r)) }

// SetKind changes the kind of a record. Its meaning belongs to the caller; it
// must not be 0, which marks free records.
func (s *Store) SetKind(r Ref, kind uint8) {
	p := s.header(r)
	*p = *p&^0xff | uint64(s.checkKind(kind))
}

// Access returns the 24 bits last given to SetAccess; 0 for a new record.
func (s *Store) Access(r Ref) uint32 { return uint32(*s.header(r)>>accessShift) & accessMask }

// SetAccess stores the low 24 bits of v in the record. They survive every
// change of the record.
func (s *Store) SetAccess(r Ref, v uint32) {
	p := s.header(r)
	*p = *p&^(accessMask<<accessShift) | uint64(v&accessMask)<<accessShift
}

// Expire returns the expiry time of a record, or NoExpire.
func (s *Store) Expire(r Ref) int64 {
	if *s.header(r)&flagExpire == 0 {
		return NoExpire
	}
	return int64(*s.wordAt(r, headerBytes))
}

// Hash returns the hash of the record's key.
func (s *Store) Hash(r Ref) uint64 {
	hdr := *s.header(r)
	if hdr&flagLong != 0 {
		return *s.wordAt(r, headerBytes+uint32(hdr>>flagsShift&1)<<3+8)
	}
	off := headerBytes + uint32(hdr>>flagsShift&1)<<3
	return s.hash(s.bytesAt(r, off, uint32(uint8(hdr>>keyShift))))
}

// keyIs reports whether record r has the given key.
func (s *Store) keyIs(r Ref, key []byte) bool {
	p := s.arena.word(r)
	hdr := *p
	if hdr&flagLong != 0 {
		return len(key) > maxShortKey && string(s.Key(r)) == string(key)
	}
	n := uintptr(uint8(hdr >> keyShift))
	if n != uintptr(len(key)) {
		return false
	}
	at := unsafe.Add(unsafe.Pointer(p), headerBytes+hdr>>flagsShift&1<<3)
	return unsafe.String((*byte)(at), n) == string(key)
}

// build allocates and fills a record whose value is inline bytes long or, with
// flagBig, a handle. It returns 0 when there is no memory.
func (s *Store) build(h uint64, key []byte, flags uint64, inline uint32) Ref {
	l := layout{words: headerBytes, key: uint32(len(key)), value: inline}
	if flags&flagExpire != 0 {
		l.words += 8
	}
	long, outside := len(key) > maxShortKey, len(key) > maxInlineKey
	if long {
		flags |= flagLong
		l.words += longBytes
	}
	if outside {
		l.key = 0
	}
	r := s.arena.alloc(classOf(l.size()))
	if r == 0 {
		return 0
	}
	hdr := flags | s.mark | uint64(inline)<<valueShift
	if !long {
		*s.arena.word(r) = hdr | uint64(len(key))<<keyShift
		copy(s.bytesAt(r, l.words, l.key), key)
		return r
	}
	*s.arena.word(r) = hdr
	w := uint64(len(key))
	if outside {
		w |= uint64(s.putBig(append([]byte(nil), key...))) << 32
	}
	*s.wordAt(r, l.words-longBytes) = w
	*s.wordAt(r, l.words-longBytes+8) = h
	copy(s.bytesAt(r, l.words, l.key), key)
	return r
}

// reshape gives record r the flags in set (of flagExpire, flagBig and
// flagObject; the others are lost) and an inline value of n bytes. It keeps
// the key, the kind, the access bits and min(old, n) bytes of inline value. It
// does not touch the side tables. When there is no memory it returns 0 and has
// changed nothing.
func (s *Store) reshape(h uint64, r Ref, set uint64, n uint32) Ref {
	const mutable = flagExpire | flagBig | flagObject
	old := *s.header(r)
	if invariants {
		s.assertKept(r)
	}
	from := s.layoutOf(r, old)
	to := layout{words: from.words, key: from.key, value: n}
	hdr := old&^(mutable|0xffff<<valueShift) | set | uint64(n)<<valueShift
	to.words += uint32(hdr>>flagsShift&1) << 3
	to.words -= uint32(old>>flagsShift&1) << 3

	nr := r
	if !s.fits(r, from.size(), to.size()) {
		if nr = s.arena.alloc(classOf(to.size())); nr == 0 {
			return 0
		}
	}
	// What lies behind the expiry word is one run in both layouts.
	at, to8 := headerBytes+uint32(old>>flagsShift&1)<<3, headerBytes+uint32(hdr>>flagsShift&1)<<3
	if run := from.words - at + from.key + min(from.value, n); nr != r || at != to8 {
		copy(s.bytesAt(nr, to8, run), s.bytesAt(r, at, run))
	}
	if nr != r && hdr&old&flagExpire != 0 {
		*s.wordAt(nr, headerBytes) = *s.wordAt(r, headerBytes)
	}
	*s.arena.word(nr) = hdr
	if nr != r || (hdr^old)&flagExpire != 0 {
		s.repoint(h, r, nr, hdr&flagExpire != 0)
	}
	if nr != r {
		s.arena.free(r)
		s.moves++
	}
	return nr
}

// fits reports whether record r, of old bytes, should stay where it is when it
// becomes n bytes long: the class holds it and not much is wasted. The class
// gives up at most a quarter (or one step of a small class).
func (s *Store) fits(r Ref, old, n uint32) bool {
	if (old+7)>>3 == (n+7)>>3 {
		return true
	}
	c := s.arena.capacity(r)
	return n <= c && (n > c-c/4 || c-n < 16)
}

// assertLive stops a program that uses a reference after its record has gone.
func (s *Store) assertLive(r Ref) {
	if r == 0 || pageOf(r) == 0 || pageOf(r) > s.arena.top {
		panic("store: reference out of range")
	}
	if p := s.arena.page(pageOf(r)); p.state == pageFree || p.state == pageNew {
		panic("store: reference into a free page")
	}
	if uint8(*s.arena.word(r)) == 0 {
		panic("store: reference to a free record")
	}
}

// assertKept stops a program that changes a record before the snapshot under way has
// it.
func (s *Store) assertKept(r Ref) {
	if !s.Kept(r) {
		panic("store: a record changes that is not kept")
	}
}

// assertUnchanged is assertKept for what was changed without the store's knowledge: in
// a view of the value.
func (s *Store) assertUnchanged(r Ref) {
	if want, ok := s.sums[r]; ok && !s.Kept(r) && s.contentSum(r) != want {
		panic("store: a record has changed that was not kept")
	}
}

// assertAllKept stops a program whose last walk has left something out, and remembers
// what all records are like.
func (s *Store) assertAllKept() {
	s.sums = make(map[Ref]uint64, s.len)
	for n := uint32(1); s.ready() && n <= s.arena.top; n++ {
		p := s.arena.page(n)
		for at := uint32(0); p.live > 0 && at < p.bump; at += classSize(p.class) {
			if r := Ref(n<<(pageShift-3) + at>>3); uint8(*s.arena.word(r)) != 0 {
				s.assertKept(r)
				s.sums[r] = s.contentSum(r)
			}
		}
	}
}

// contentSum returns a checksum of what a snapshot keeps of r. That of an object is
// not known here.
func (s *Store) contentSum(r Ref) uint64 {
	var rec Record
	s.Record(r, &rec)
	sum := uint64(rec.Kind) ^ uint64(rec.Expire)*31
	for _, p := range [...][]byte{rec.Key, rec.Value} {
		for _, b := range p {
			sum = (sum ^ uint64(b)) * 0x100000001b3
		}
	}
	return sum
}

func (s *Store) checkKind(kind uint8) uint8 {
	if invariants && kind == 0 {
		panic("store: kind 0 is reserved for free records")
	}
	return kind
}
