package rdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/troupe-db/troupe/codec/crc"
	"github.com/troupe-db/troupe/codec/lzf"
	"github.com/troupe-db/troupe/codec/num"
)

// ErrTooNew says that what was to be written is not known to the version of the file.
var ErrTooNew = errors.New("rdb: the version does not know that")

// Writer writes a file, or a payload of DUMP. Errors are latched: End returns the
// first one.
//
// A file is Aux, Function, and for each database SelectDB, then Key and one value
// for each key, and End. A payload is one value and Payload. A value is one call, or
// one call with the number of parts and as many calls for the parts: fewer or more
// make a file that nobody can read.
type Writer struct {
	out     io.Writer // nil for a payload
	buf     []byte    // not written yet
	sum     uint64    // of all before buf
	version int
	err     error

	entry  Entry // the key of the value that comes next
	keyed  bool
	plain  bool   // texts are not compressed
	noSum  bool   // the checksum is left out
	packed []byte // room for a compressed text
	node   node
}

// NewWriter returns a writer of a file of a version, Redis70Version or newer.
func NewWriter(out io.Writer, version int) *Writer {
	w := &Writer{out: out, version: version}
	if version < Redis70Version || version > NewestVersion {
		w.err = fmt.Errorf("%w: %d", ErrVersion, version)
	}
	w.buf = fmt.Appendf(make([]byte, 0, 2*step), "%s%04d", magic, version)
	return w
}

// Compress says whether texts that are shorter for it are compressed, as they are
// unless this says otherwise.
func (w *Writer) Compress(yes bool) { w.plain = !yes }

// Sum says, before anything else is written, whether the file has a checksum, as it
// has unless this says otherwise. One without costs some time less, and damage to it
// goes unnoticed.
func (w *Writer) Sum(yes bool) { w.noSum = !yes }

// NewPayload returns a writer of a payload that Redis 7.0 reads, or if the value has
// what that does not know, the oldest version that does.
func NewPayload() *Writer { return &Writer{version: Redis70Version} }

// Payload returns the payload of the value that was written.
func (w *Writer) Payload() []byte {
	w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(w.version))
	w.buf = binary.LittleEndian.AppendUint64(w.buf, crc.Sum64(w.buf))
	return w.buf
}

// Err returns the first error.
func (w *Writer) Err() error { return w.err }

// Aux writes something the writer says about itself.
func (w *Writer) Aux(key, value string) {
	w.byte(opAux)
	w.text([]byte(key))
	w.text([]byte(value))
}

// Function writes the source of a library of functions.
func (w *Writer) Function(code []byte) {
	w.byte(opFunction)
	w.text(code)
}

// SelectDB says that the keys that follow are in a database, with so many keys, and
// so many of them that end.
func (w *Writer) SelectDB(db int, keys, expires uint64) {
	w.Select(db)
	w.byte(opResizeDB)
	w.length(keys)
	w.length(expires)
}

// Select says that the keys that follow are in a database.
func (w *Writer) Select(db int) {
	w.byte(opSelectDB)
	w.length(uint64(db))
}

// Key says whose value comes next, in place of what it said before if that has got
// none. The entry's Kind and database do not count.
func (w *Writer) Key(e *Entry) {
	key := append(spare(w.entry.Key), e.Key...)
	w.entry, w.keyed = *e, true
	w.entry.Key = key
}

// writeKey writes what Key has said.
func (w *Writer) writeKey(t byte) {
	e := &w.entry
	if e.ExpireAt != None {
		w.byte(opExpireMS)
		w.uint64(uint64(e.ExpireAt))
	}
	if e.Idle != None {
		w.byte(opIdle)
		w.length(uint64(e.Idle))
	}
	if e.Freq != None {
		w.byte(opFreq)
		w.byte(byte(e.Freq))
	}
	w.byte(t)
	w.text(e.Key)
	w.keyed = false
}

// End ends a file with its checksum, and returns the first error.
func (w *Writer) End() error {
	w.byte(opEOF)
	w.addUp()
	sum := binary.LittleEndian.AppendUint64(nil, w.sum)
	w.write(w.buf)
	w.write(sum)
	w.buf = nil
	return w.err
}

// begin writes what stands in front of a value, whose type is that of a version.
func (w *Writer) begin(t byte, version int) {
	if version > w.version {
		if w.out != nil && w.err == nil {
			w.err = fmt.Errorf("%w: type %d in version %d", ErrTooNew, t, w.version)
		}
		w.version = version
	}
	if w.keyed {
		w.writeKey(t)
		return
	}
	w.byte(t)
}

// flush writes what has come together, if it is enough to be worth it.
func (w *Writer) flush() {
	if len(w.buf) < step || w.out == nil {
		return
	}
	w.addUp()
	w.write(w.buf)
	w.buf = w.buf[:0]
	if cap(w.buf) > idleRoom {
		w.buf = make([]byte, 0, 2*step)
	}
}

// addUp takes what has come together into the sum.
func (w *Writer) addUp() {
	if !w.noSum {
		w.sum = crc.Update64(w.sum, w.buf)
	}
}

func (w *Writer) write(p []byte) {
	if w.err != nil {
		return
	}
	if _, err := w.out.Write(p); err != nil {
		w.err = fmt.Errorf("rdb: %w", err)
	}
}

func (w *Writer) byte(b byte) { w.buf = append(w.buf, b) }

func (w *Writer) uint64(n uint64) { w.buf = binary.LittleEndian.AppendUint64(w.buf, n) }

// length writes a length or another number that is written as one.
func (w *Writer) length(n uint64) { w.buf = appendLength(w.buf, n) }

func appendLength(buf []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(buf, byte(n))
	case n < 1<<14:
		return append(buf, len14<<6|byte(n>>8), byte(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(buf, len32), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(buf, len64), n)
	}
}

const (
	// intText is the length of the longest text that may be a number of 32 bits.
	intText = 11
	// compressLeast is the length from which on texts are compressed.
	compressLeast = 21
	// compressGain is how many bytes compression has to save.
	compressGain = 4
)

// text writes a text: as a number, compressed, or as it is.
func (w *Writer) text(p []byte) {
	if len(p) <= intText {
		if n, ok := num.ParseInt(p); ok && n == int64(int32(n)) {
			w.int(n)
			w.flush()
			return
		}
	}
	w.blob(p)
}

// int writes a number of at most 32 bits as a text.
func (w *Writer) int(n int64) {
	switch {
	case n == int64(int8(n)):
		w.buf = append(w.buf, lenSpecial<<6|textInt8, byte(n))
	case n == int64(int16(n)):
		w.buf = binary.LittleEndian.AppendUint16(append(w.buf, lenSpecial<<6|textInt16), uint16(n))
	default:
		w.buf = binary.LittleEndian.AppendUint32(append(w.buf, lenSpecial<<6|textInt32), uint32(n))
	}
}

// blob writes bytes that are no number.
func (w *Writer) blob(p []byte) {
	if len(p) >= compressLeast && !w.plain && int64(len(p)) <= math.MaxUint32 {
		packed, ok := lzf.Append(spare(w.packed), p, len(p)-compressGain)
		if w.packed = packed; ok {
			w.byte(lenSpecial<<6 | textLZF)
			w.length(uint64(len(packed)))
			w.length(uint64(len(p)))
			p = packed
		} else {
			w.length(uint64(len(p)))
		}
	} else {
		w.length(uint64(len(p)))
	}
	w.buf = append(w.buf, p...)
	w.flush()
}
