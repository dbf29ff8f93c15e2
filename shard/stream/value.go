package stream

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// The forms of a field or a value, as the first byte shows them.
const (
	formInt6  = 0x80 // 10xxxxxx: integer, 0 to 63; below it: string of so many bytes
	formIntN  = 0xC0 // 0xC0 to 0xC7: integer of 1 to 8 bytes, little endian, two's complement
	formLongN = 0xC8 // 0xC8 to 0xCB: string whose length follows in 1 to 4 bytes, little endian
)

// number returns the integer that text spells, as it would be written.
func number(text []byte) (int64, bool) {
	if len(text) == 0 || len(text) > 20 || text[0]-'0' > 9 && text[0] != '-' {
		return 0, false
	}
	return num.ParseInt(text)
}

// appendText appends a field or a value, a number as an integer, and returns the
// bytes it takes in a listpack as well.
func appendText(dst, text []byte) ([]byte, int) {
	if n, ok := number(text); ok {
		return appendNumber(dst, n), packedInt(n)
	}
	if len(text) < formInt6 {
		return append(append(dst, byte(len(text))), text...), packedString(len(text))
	}
	width := widthOf(uint64(len(text)))
	dst = append(dst, byte(formLongN+width-1))
	return append(appendLittle(dst, uint64(len(text)), width), text...), packedString(len(text))
}

func appendNumber(dst []byte, n int64) []byte {
	if uint64(n) < 64 {
		return append(dst, formInt6|byte(n))
	}
	// One bit more than the magnitude, for the sign.
	width := widthOf(uint64(n<<1) ^ uint64(n>>63))
	return appendLittle(append(dst, byte(formIntN+width-1)), uint64(n), width)
}

// widthOf returns how many bytes n takes, at least 1.
func widthOf(n uint64) int {
	width := 1
	for n >>= 8; n > 0; n >>= 8 {
		width++
	}
	return width
}

func appendLittle(dst []byte, n uint64, width int) []byte {
	for range width {
		dst = append(dst, byte(n))
		n >>= 8
	}
	return dst
}

func little(p []byte, width int) uint64 {
	if len(p) >= 8 {
		return binary.LittleEndian.Uint64(p) & (1<<(8*width) - 1)
	}
	n := uint64(0)
	for i := width - 1; i >= 0; i-- {
		n = n<<8 | uint64(p[i])
	}
	return n
}

// skipText returns the offset behind the text at off.
func skipText(buf []byte, off int) int {
	switch c := int(buf[off]); {
	case c < formInt6:
		return off + 1 + c
	case c < formIntN:
		return off + 1
	case c < formLongN:
		return off + 2 + c - formIntN
	default:
		width := c - formLongN + 1
		return off + 1 + width + int(little(buf[off+1:], width))
	}
}

// text is a field or a value as it was read: a string when str is not nil, else
// an integer.
type text struct {
	str []byte // a view
	n   int64
}

// decodeText reads the text at off and returns the offset behind it.
func decodeText(buf []byte, off int) (text, int) {
	switch c := int(buf[off]); {
	case c < formInt6:
		end := off + 1 + c
		return text{str: buf[off+1 : end : end]}, end
	case c < formIntN:
		return text{n: int64(c & 63)}, off + 1
	case c < formLongN:
		width := c - formIntN + 1
		spare := 64 - 8*width
		n := int64(little(buf[off+1:], width)<<spare) >> spare
		return text{n: n}, off + 1 + width
	default:
		width := c - formLongN + 1
		from := off + 1 + width
		end := from + int(little(buf[off+1:], width))
		return text{str: buf[from:end:end]}, end
	}
}

// reply writes the text.
func (t text) reply(ctx *command.Ctx) {
	if t.str != nil {
		ctx.Bulk(t.str)
		return
	}
	ctx.BulkInt(t.n)
}

// packedString returns the bytes a string of n bytes that is no number takes in a
// listpack, as listpack.Item.Size does.
func packedString(n int) int {
	switch {
	case n < 1<<6:
		return n + 2
	case n < 126:
		return n + 3
	case n < 1<<12:
		return n + 4
	case n+5 < 1<<14-1:
		return n + 7
	case n+5 < 1<<21-1:
		return n + 8
	case n+5 < 1<<28-1:
		return n + 9
	default:
		return n + 10
	}
}

// packedInt returns the bytes n takes in a listpack, as listpack.Item.Size does.
func packedInt(n int64) int {
	switch {
	case uint64(n) < 1<<7:
		return 2
	case n >= -1<<12 && n < 1<<12:
		return 3
	case n >= -1<<15 && n < 1<<15:
		return 4
	case n >= -1<<23 && n < 1<<23:
		return 5
	case n >= -1<<31 && n < 1<<31:
		return 6
	default:
		return 10
	}
}
