package keyspace

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"github.com/troupe-db/troupe/shard/store"
)

// NoExpire is the expiry of a key that has none.
const NoExpire = store.NoExpire

// Key names a key of one database. It has the four words that a structure can have
// whose copies the compiler keeps in registers: with a slice it would have five, and
// be written and read again wherever it is passed on.
type Key struct {
	DB   *DB
	Hash uint64
	name *byte
	size int
}

// KeyOf returns the Key of name in db.
func (db *DB) KeyOf(name []byte) Key { return db.Hashed(db.ks.hash(name), name) }

// Hashed is KeyOf for a name whose hash is known. The name is only borrowed: it may
// be a view into what the client sent.
func (db *DB) Hashed(hash uint64, name []byte) Key {
	return Key{DB: db, Hash: hash, name: unsafe.SliceData(name), size: len(name)}
}

// Name returns what Hashed was given.
func (k Key) Name() []byte { return unsafe.Slice(k.name, k.size) }

// Read looks the key up for a command that uses its value: it counts as a hit or
// a miss and as a use of the key.
func (k Key) Read() Entry {
	e := k.Peek()
	if e.ref != 0 {
		e.touch()
	}
	return e
}

// Peek looks the key up for a command that asks about it: it counts as a hit or
// a miss, not as a use.
func (k Key) Peek() Entry {
	e := k.Inspect()
	if e.ref == 0 {
		k.Notify(EventKeyMiss, "keymiss")
	}
	return e
}

// Inspect is Peek for a command that asks how the key is stored: that it is not
// there is no event.
func (k Key) Inspect() Entry {
	e := k.find()
	if e.ref != 0 {
		k.DB.ks.Stats.Hits++
	} else {
		k.DB.ks.Stats.Misses++
	}
	return e
}

// Write looks the key up for a command that may change it: it counts as a use,
// not as a hit or a miss.
func (k Key) Write() Entry {
	e := k.find()
	if e.ref != 0 {
		e.db.keep(e.ref)
		e.touch()
	}
	return e
}

// Replace is Write for a command that puts another value in place of the present one, or
// leaves that as it is.
func (k Key) Replace() Entry {
	e := k.find()
	if e.ref != 0 {
		e.db.part(e.ref)
		e.touch()
	}
	return e
}

// Glance looks the key up and leaves no trace.
func (k Key) Glance() Entry { return k.find() }

func (k Key) find() Entry {
	e := Entry{db: k.DB, hash: k.Hash, ref: k.DB.store.Find(k.Hash, k.Name())}
	if e.ref != 0 && k.DB.expired(e.ref) {
		k.DB.expire(k.Hash, e.ref)
		e.ref = 0
	}
	return e
}

// Put gives the key a value of n bytes, to be filled in by the caller through
// the returned Entry's Bytes, in place of old, which is what Replace or Write returned
// for it. at is the expiry in unix milliseconds or NoExpire.
func (k Key) Put(old Entry, t Type, enc Encoding, n int, at int64) Entry {
	db := k.DB
	if old.ref == 0 {
		return k.insert(t, enc, n, at)
	}
	db.part(old.ref)
	freed := db.objectSize(old.ref)
	old.ref = must(db.store.Replace(k.Hash, old.ref, kind(t, enc), n, at))
	db.objectBytes -= freed
	db.forget(k.Name())
	k.scheduled(enc, nil)
	db.modified(k.Hash, old.ref)
	db.signal(k)
	return old
}

// PutObject gives the key an Object in place of old, which is what Write
// returned for it.
func (k Key) PutObject(old Entry, t Type, enc Encoding, obj Object, at int64) Entry {
	e := k.Put(old, t, enc, 0, at).attach(obj)
	k.scheduled(enc, obj)
	return e
}

func (k Key) insert(t Type, enc Encoding, n int, at int64) Entry {
	db := k.DB
	r := must(db.store.Insert(k.Hash, k.Name(), kind(t, enc), n, at))
	db.store.SetAccess(r, db.ks.freshAccess())
	k.scheduled(enc, nil)
	db.modified(k.Hash, r)
	db.signal(k)
	k.Notify(EventNew, "new")
	return Entry{db: db, hash: k.Hash, ref: r}
}

// must unwraps a store's answer. Its only error is that memory has run out, of
// which Keyspace.Full warns early. When it happens all the same the panic, see
// OutOfMemory, ends the command; what it has done so far is whole, since a store
// changes nothing when it fails and the books are kept after it has not.
func must(r store.Ref, err error) store.Ref {
	if err != nil {
		panic(err)
	}
	return r
}

// OutOfMemory tells whether reason, which a command panicked with, says that no
// memory was left for a record. The keyspace is sound then.
func OutOfMemory(reason any) bool {
	err, ok := reason.(error)
	return ok && errors.Is(err, store.ErrFull)
}

// Entry is a key's record as it is in this turn. The zero Entry, and that of an
// absent key, do not exist.
type Entry struct {
	db   *DB
	hash uint64
	ref  store.Ref
}

// Exists tells whether the key is there.
func (e Entry) Exists() bool { return e.ref != 0 }

// Type returns what the key holds, None when it is absent.
func (e Entry) Type() Type {
	if e.ref == 0 {
		return None
	}
	return Type(e.db.store.Kind(e.ref) >> 4)
}

// Encoding returns how the value is laid out.
func (e Entry) Encoding() Encoding { return Encoding(e.db.store.Kind(e.ref) & 15) }

// Is tells whether the key is absent or holds t: what a command for t can work with.
func (e Entry) Is(t Type) bool { return e.ref == 0 || e.Type() == t }

// Bytes returns the value's bytes, a view that may be written to and dies when
// the record is replaced, resized or deleted. It is empty for an Object.
func (e Entry) Bytes() []byte { return e.db.store.Value(e.ref) }

// Lend returns the value if it is so long that a reply had better not copy it, else nil.
// What it returns never changes: whoever changes the value has a copy of it first.
func (e Entry) Lend() []byte { return e.db.store.Share(e.ref) }

// Int returns the value of an Int encoded string.
func (e Entry) Int() int64 { return int64(binary.LittleEndian.Uint64(e.Bytes())) }

// SetInt writes the value of an Int encoded string.
func (e Entry) SetInt(n int64) {
	e.db.keep(e.ref)
	binary.LittleEndian.PutUint64(e.Bytes(), uint64(n))
	e.db.modified(e.hash, e.ref)
}

// Object returns the value of an Object encoding, else nil.
func (e Entry) Object() Object { return e.db.store.Object(e.ref) }

// Expiry returns the time the key ends, unix milliseconds, or NoExpire.
func (e Entry) Expiry() int64 { return e.db.store.Expire(e.ref) }

// SetExpiry makes the key end at at, unix milliseconds, or never with NoExpire.
func (e Entry) SetExpiry(at int64) Entry {
	e.db.keep(e.ref)
	e.ref = must(e.db.store.SetExpire(e.hash, e.ref, at))
	e.db.modified(e.hash, e.ref)
	return e
}

// Resize makes the value n bytes long and keeps what fits of it. New bytes are
// unspecified.
func (e Entry) Resize(n int) Entry {
	e.db.keep(e.ref)
	e.ref = must(e.db.store.Resize(e.hash, e.ref, n))
	e.db.modified(e.hash, e.ref)
	return e
}

// SetEncoding marks the value, whose bytes already are laid out so, as enc.
func (e Entry) SetEncoding(enc Encoding) {
	e.db.keep(e.ref)
	e.db.store.SetKind(e.ref, kind(e.Type(), enc))
}

// Promote replaces the value's bytes with an Object: a collection has outgrown
// its record. Expiry and access stay.
func (e Entry) Promote(enc Encoding, obj Object) Entry {
	e = e.attach(obj)
	e.SetEncoding(enc)
	e.db.modified(e.hash, e.ref)
	return e
}

// Demote replaces the Object with n bytes for the caller to fill in: a
// collection fits a record again. Expiry and access stay.
func (e Entry) Demote(enc Encoding, n int) Entry {
	e.db.keep(e.ref)
	freed := e.db.objectSize(e.ref)
	e.ref = must(e.db.store.Replace(e.hash, e.ref, kind(e.Type(), enc), n, e.Expiry()))
	e.db.objectBytes -= freed
	e.db.modified(e.hash, e.ref)
	return e
}

func (e Entry) attach(obj Object) Entry {
	e.db.keep(e.ref)
	freed := e.db.objectSize(e.ref)
	e.ref = must(e.db.store.SetObject(e.hash, e.ref, obj))
	e.db.objectBytes += obj.Bytes() - freed
	return e
}

// Changed tells that the Object was changed in place and takes more bytes than before,
// or less where more is negative.
func (e Entry) Changed(more int64) {
	e.db.objectBytes += more
	e.db.modified(e.hash, e.ref)
}

// Delete removes the key.
func (e Entry) Delete() {
	e.db.modified(e.hash, e.ref)
	e.db.remove(e.hash, e.ref)
}

// Access returns the record's access bits, for IdleSeconds and Frequency.
func (e Entry) Access() uint32 { return e.db.store.Access(e.ref) }

// IdleSeconds returns for how long the key was not used. It means something only
// under a policy without use counters.
func (e Entry) IdleSeconds() int64 { return e.db.ks.IdleSeconds(e.Access()) }

// Frequency returns the key's use counter, 0 to 255. It means something only under
// a policy with use counters.
func (e Entry) Frequency() uint8 { return e.db.ks.Frequency(e.Access()) }

// SetAccess sets the record's access bits, as a key that moves takes them along.
func (e Entry) SetAccess(bits uint32) { e.db.store.SetAccess(e.ref, bits) }

// Touch counts as a use of the key, whatever the client asked for.
func (e Entry) Touch() {
	e.db.store.SetAccess(e.ref, e.db.ks.usedAccess(e.Access()))
}

// RecordBytes returns what the record takes, its share of the index and its
// Object included.
func (e Entry) RecordBytes() int64 {
	n := int64(e.db.store.RecordBytes(e.ref))
	if obj := e.Object(); obj != nil {
		n += obj.Bytes()
	}
	return n
}

func (e Entry) touch() {
	ks := e.db.ks
	if ks.NoTouch {
		return
	}
	old := e.db.store.Access(e.ref)
	if used := ks.usedAccess(old); used != old {
		e.db.store.SetAccess(e.ref, used)
	}
}

// remove takes a record out.
func (db *DB) remove(hash uint64, r store.Ref) {
	db.part(r)
	db.objectBytes -= db.objectSize(r)
	name := db.store.Key(r)
	db.signalGone(db.Hashed(hash, name))
	db.forget(name)
	db.store.Delete(hash, r)
}

// objectSize returns what the Object of a record takes, 0 when it has none.
func (db *DB) objectSize(r store.Ref) int64 {
	if db.objectBytes == 0 {
		return 0
	}
	if obj := db.store.Object(r); obj != nil {
		return obj.Bytes()
	}
	return 0
}

// modified counts a change of the data set, to the key with this hash and record,
// and tells those who watch it or have read it.
func (db *DB) modified(hash uint64, r store.Ref) {
	if db.ks.attentive {
		db.ks.noticed(hash, db.store.Key(r))
	}
	db.ks.Stats.Dirty++
	if len(db.watched) != 0 {
		db.alert(hash)
	}
}
