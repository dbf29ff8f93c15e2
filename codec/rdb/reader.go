package rdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Entry is a key of a file as it stands in front of its value.
type Entry struct {
	DB       int
	Key      []byte // a view that dies with the next call of Next
	Kind     Kind
	ExpireAt int64 // unix milliseconds, or None
	Idle     int64 // seconds since the last use, or None
	Freq     int   // 0 to 255, how often it was used, or None
}

// Extras are called with what a file has besides keys. Any of them may be nil, and
// what they are given are views. An error ends the reading.
type Extras struct {
	// Aux is something the writer says about itself.
	Aux func(key, value []byte) error
	// Function is the source of a library of functions.
	Function func(code []byte) error
	// Size announces how many keys a database has, and how many of them end. It is
	// a hint.
	Size func(db int, keys, expires uint64) error
	// Module is data of a module that belongs to no key: it was passed over.
	Module func(id uint64) error
}

// Reader reads a file key by key.
type Reader struct {
	source  source
	extras  Extras
	version int
	db      int
	entry   Entry
	key     []byte
	kind    byte // type of the value that was not read yet
	waiting bool // there is one
	done    bool
}

// NewReader returns a reader of the file that in begins with. Texts have at most
// maxText bytes. It reads ahead.
func NewReader(in io.Reader, maxText int, extras Extras) (*Reader, error) {
	r := &Reader{extras: extras}
	r.source = source{in: in, buf: make([]byte, 0, step), maxText: maxText}
	p := r.source.take(len(magic) + 4)
	if p == nil {
		return nil, r.source.err
	}
	oldest, newest, digits := OldestVersion, NewestVersion, p[len(magic):]
	switch {
	case string(p[:len(magic)]) == magic:
	case string(p[:len(valkeyMagic)]) == valkeyMagic:
		r.source.valkey = true
		oldest, newest, digits = ValkeyVersion, ValkeyVersion, p[len(valkeyMagic):]
	default:
		return nil, fmt.Errorf("%w: no RDB file", ErrCorrupt)
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return nil, fmt.Errorf("%w: %q", ErrVersion, p)
		}
		r.version = 10*r.version + int(c-'0')
	}
	if r.version < oldest || r.version > newest {
		return nil, fmt.Errorf("%w: %d", ErrVersion, r.version)
	}
	return r, nil
}

// What begins a file: four digits with the version follow the one, three the other.
const (
	magic       = "REDIS"
	valkeyMagic = "VALKEY"
)

// Ahead returns what was read of what follows the file, when Next has returned io.EOF.
func (r *Reader) Ahead() []byte { return r.source.buf[r.source.at:] }

// Version returns the version of the file.
func (r *Reader) Version() int { return r.version }

// Next returns the next key, and io.EOF behind the last one, when the checksum was
// right. A value that was not asked for is passed over.
func (r *Reader) Next() (*Entry, error) {
	if r.waiting {
		if err := r.Value(ignore{}); err != nil && err != ErrEmpty && err != ErrModule {
			return nil, err
		}
	}
	if r.done {
		return nil, io.EOF
	}
	r.entry = Entry{ExpireAt: None, Idle: None, Freq: None}
	for r.source.ok() {
		op := r.source.byte()
		if kind := kindOf(op); kind != 0 && r.source.ok() {
			r.key = append(spare(r.key), r.source.text()...)
			r.entry.Key, r.entry.Kind, r.entry.DB = r.key, kind, r.db
			r.kind, r.waiting = op, true
			if r.source.ok() {
				return &r.entry, nil
			}
			break
		}
		if op == opEOF && r.source.ok() {
			return nil, r.end()
		}
		r.op(op)
	}
	r.waiting = false
	return nil, r.source.err
}

// Value hands the value of the key that Next returned over to v. After an error but
// ErrEmpty and ErrModule the file cannot be read on.
func (r *Reader) Value(v Visitor) error {
	if !r.waiting {
		return errors.New("rdb: no value to read")
	}
	r.waiting = false
	err := r.source.value(r.kind, v)
	if err != nil && err != ErrEmpty && err != ErrModule {
		r.source.latch(err)
	}
	if r.source.err != nil {
		return r.source.err
	}
	return err
}

// op reads what follows an opcode that is none of a key or the end.
func (r *Reader) op(op byte) {
	s := &r.source
	if !s.ok() {
		return
	}
	switch op {
	case opSelectDB:
		n := s.length()
		if n > math.MaxInt32 {
			s.fail("database %d", n)
			return
		}
		r.db = int(n)
	case opExpireMS:
		r.entry.ExpireAt = s.millis()
	case opExpire:
		if p := s.take(4); p != nil {
			r.entry.ExpireAt = 1000 * int64(int32(binary.LittleEndian.Uint32(p)))
		}
	case opIdle:
		n := s.length()
		if n > math.MaxInt64 {
			s.fail("idle for %d seconds", n)
			return
		}
		r.entry.Idle = int64(n)
	case opFreq:
		r.entry.Freq = int(s.byte())
	default:
		r.extra(op)
	}
}

// extra reads what belongs to no key.
func (r *Reader) extra(op byte) {
	s := &r.source
	switch op {
	case opResizeDB:
		keys, expires := s.length(), s.length()
		if r.extras.Size != nil && s.ok() {
			s.latch(r.extras.Size(r.db, keys, expires))
		}
	case opAux:
		key := append([]byte(nil), s.text()...)
		value := s.text()
		if r.extras.Aux != nil && s.ok() {
			s.latch(r.extras.Aux(key, value))
		}
	case opFunction:
		code := s.text()
		if r.extras.Function != nil && s.ok() {
			s.latch(r.extras.Function(code))
		}
	case opModuleAux:
		id := s.length()
		s.moduleParts()
		if r.extras.Module != nil && s.ok() {
			s.latch(r.extras.Module(id))
		}
	case opSlotInfo:
		for range 3 { // the slot, its keys, those of them that end
			s.length()
		}
	case opFunctionOld:
		s.latch(fmt.Errorf("%w: functions of a release candidate", ErrVersion))
	default:
		s.fail("opcode %d", op)
	}
}

// end reads the checksum.
func (r *Reader) end() error {
	s := &r.source
	s.addUp()
	sum := s.sum
	known := s.uint64()
	switch {
	case !s.ok():
		return s.err
	case known != 0 && known != sum: // 0: the writer made none
		s.latch(ErrChecksum)
		return ErrChecksum
	}
	r.done = true
	return io.EOF
}
