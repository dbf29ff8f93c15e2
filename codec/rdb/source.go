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

const (
	// step is how much is read at a time: what a length from outside says is
	// believed no further than that.
	step = 64 << 10
	// blobLeast is how large a compact layout may be at least, however long a text
	// may be.
	blobLeast = 64 << 20
	// idleRoom is up to which size memory for texts is kept from one to the next.
	idleRoom = 1 << 20
)

// source reads the parts of the format, and latches the first error: from then on
// everything it returns is zero.
type source struct {
	in      io.Reader // nil when buf holds everything
	buf     []byte    // what was read; buf[at:] has not been used yet
	at      int
	base    int64  // bytes in front of buf
	sum     uint64 // of buf[:summed] and what came before
	summed  int
	maxText int // bytes of a text
	valkey  bool
	err     error

	long  []byte // a text that buf does not hold as a whole
	plain []byte // one that was compressed
	digit [24]byte
}

// fail latches an error about the place at hand.
func (s *source) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("%w: %s at byte %d", ErrCorrupt, fmt.Sprintf(format, args...), s.base+int64(s.at))
	}
}

// latch latches an error that has come from elsewhere.
func (s *source) latch(err error) {
	if s.err == nil {
		s.err = err
	}
}

// ok tells whether no error was latched.
func (s *source) ok() bool { return s.err == nil }

// fill sees to it that n bytes, at most step, stand in buf behind at.
func (s *source) fill(n int) bool {
	if s.err != nil {
		return false
	}
	if len(s.buf)-s.at >= n {
		return true
	}
	if s.in == nil {
		s.fail("cut short")
		return false
	}
	s.addUp()
	left := copy(s.buf[:cap(s.buf)], s.buf[s.at:])
	s.base += int64(s.at)
	s.at, s.summed = 0, 0
	got, err := io.ReadAtLeast(s.in, s.buf[left:cap(s.buf)], n-left)
	s.buf = s.buf[:left+got]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.fail("cut short")
	} else if err != nil {
		s.latch(fmt.Errorf("rdb: %w", err))
	}
	return s.err == nil
}

// addUp takes what was used into the sum.
func (s *source) addUp() {
	s.sum = crc.Update64(s.sum, s.buf[s.summed:s.at])
	s.summed = s.at
}

// take returns the next n bytes, at most step: a view that dies with the next call.
func (s *source) take(n int) []byte {
	if !s.fill(n) {
		return nil
	}
	s.at += n
	return s.buf[s.at-n : s.at]
}

func (s *source) byte() byte {
	if p := s.take(1); p != nil {
		return p[0]
	}
	return 0
}

// uint64 reads eight bytes, little endian.
func (s *source) uint64() uint64 {
	if p := s.take(8); p != nil {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

// millis reads a time, unix milliseconds.
func (s *source) millis() int64 { return int64(s.uint64()) }

// head reads a length, or how a text is written, which special tells.
func (s *source) head() (n uint64, special bool) {
	c := s.byte()
	switch c >> 6 {
	case len6:
		return uint64(c & 63), false
	case len14:
		return uint64(c&63)<<8 | uint64(s.byte()), false
	case lenSpecial:
		return uint64(c & 63), true
	}
	switch c {
	case len32:
		if p := s.take(4); p != nil {
			return uint64(binary.BigEndian.Uint32(p)), false
		}
	case len64:
		if p := s.take(8); p != nil {
			return binary.BigEndian.Uint64(p), false
		}
	default:
		s.fail("length of form %#x", c)
	}
	return 0, false
}

// length reads a length or another number that is written as one.
func (s *source) length() uint64 {
	n, special := s.head()
	if special {
		s.fail("no length")
		return 0
	}
	return n
}

// text reads a text: a view that dies with the next call.
func (s *source) text() []byte { return s.bytes(s.maxText) }

// blob reads a compact layout, which has many texts.
func (s *source) blob() []byte {
	return s.bytes(max(s.maxText, blobLeast))
}

func (s *source) bytes(most int) []byte {
	n, special := s.head()
	if !special {
		return s.raw(n, most)
	}
	var width int
	switch n {
	case textInt8:
		width = 1
	case textInt16:
		width = 2
	case textInt32:
		width = 4
	case textLZF:
		return s.compressed(most)
	default:
		s.fail("text of form %d", n)
		return nil
	}
	p := s.take(width)
	switch {
	case p == nil:
		return nil
	case width == 1:
		return num.AppendInt(s.digit[:0], int64(int8(p[0])))
	case width == 2:
		return num.AppendInt(s.digit[:0], int64(int16(binary.LittleEndian.Uint16(p))))
	default:
		return num.AppendInt(s.digit[:0], int64(int32(binary.LittleEndian.Uint32(p))))
	}
}

// raw reads n bytes, where at most so many are allowed.
func (s *source) raw(n uint64, most int) []byte {
	switch {
	case s.err != nil:
		return nil
	case n > uint64(most):
		s.fail("%d bytes, at most %d are allowed", n, most)
		return nil
	case n <= uint64(len(s.buf)-s.at) || n <= step && s.in != nil:
		return s.take(int(n))
	case s.in == nil:
		s.fail("cut short")
		return nil
	}
	s.long = spare(s.long)
	for n > 0 && s.ok() {
		p := s.take(int(min(n, step)))
		s.long = append(s.long, p...)
		n -= uint64(len(p))
	}
	return s.long
}

// compressed reads a text that was compressed.
func (s *source) compressed(most int) []byte {
	packed, size := s.length(), s.length()
	if size > uint64(most) {
		s.fail("%d bytes, at most %d are allowed", size, most)
	}
	p := s.raw(packed, most)
	if !s.ok() {
		return nil
	}
	var err error
	if s.plain, err = lzf.Decompress(spare(s.plain), p, int(size)); err != nil {
		s.fail("%v", err)
		return nil
	}
	return s.plain
}

// spare returns the memory of a text for the next one, unless it is large.
func spare(p []byte) []byte {
	if cap(p) > idleRoom {
		return nil
	}
	return p[:0]
}

// double reads a number of eight bytes, which must not be NaN.
func (s *source) double() float64 {
	f := math.Float64frombits(s.uint64())
	if math.IsNaN(f) {
		s.fail("score is no number")
		return 0
	}
	return f
}

// The lengths of a score as text that are none.
const (
	scoreNaN    = 253
	scoreInf    = 254
	scoreNegInf = 255
)

// textScore reads a score in the form of old versions.
func (s *source) textScore() float64 {
	switch n := s.byte(); n {
	case scoreInf:
		return math.Inf(1)
	case scoreNegInf:
		return math.Inf(-1)
	case scoreNaN:
		s.fail("score is no number")
	default:
		p := s.take(int(n))
		if f, ok := num.ParseFloat(p); ok {
			return f
		}
		s.fail("score is no number")
	}
	return 0
}

// rawID reads an ID of 16 bytes, big endian.
func (s *source) rawID() ID {
	p := s.take(16)
	if p == nil {
		return ID{}
	}
	return idOf(p)
}

func idOf(p []byte) ID {
	return ID{binary.BigEndian.Uint64(p), binary.BigEndian.Uint64(p[8:])}
}

// lengthID reads an ID of two lengths.
func (s *source) lengthID() ID {
	ms := s.length()
	return ID{ms, s.length()}
}
