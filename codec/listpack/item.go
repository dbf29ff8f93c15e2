package listpack

import (
	"encoding/binary"
	"unsafe"

	"github.com/troupe-db/troupe/codec/num"
)

// The forms of an element, as its first byte shows them.
const (
	formInt7  = 0x00 // 0xxxxxxx
	formStr6  = 0x80 // 10xxxxxx
	formInt13 = 0xC0 // 110xxxxx
	formStr12 = 0xE0 // 1110xxxx
	formStr32 = 0xF0
	formInt16 = 0xF1
	formInt24 = 0xF2
	formInt32 = 0xF3
	formInt64 = 0xF4
	end       = 0xFF // not an element: the pack ends here
)

// The longest texts of the string forms.
const (
	maxStr6  = 1<<6 - 1
	maxStr12 = 1<<12 - 1
)

// Item is an element about to be written or looked for. It aliases the text it
// was made of. It has the four words, in four fields, that a structure can have whose
// copies the compiler keeps in registers: with text as a slice it would be written
// and read again wherever it is passed on.
type Item struct {
	text string // a view of the text; empty for an Item made by IntItem
	n    int64  // the integer, when form is an integer form
	size uint32 // bytes of form and data
	form byte
}

// ItemOf returns the element for text, an integer where the text is one. The
// text must be shorter than 4 GiB by at least 16 bytes.
func ItemOf(text []byte) Item {
	if len(text) > 0 && (text[0]-'0' <= 9 || text[0] == '-') {
		if n, ok := num.ParseInt(text); ok {
			it := IntItem(n)
			it.text = view(text)
			return it
		}
	}
	size, it := uint32(len(text)), Item{text: view(text)}
	switch {
	case size <= maxStr6:
		it.form, it.size = formStr6, 1+size
	case size <= maxStr12:
		it.form, it.size = formStr12, 2+size
	default:
		it.form, it.size = formStr32, 5+size
	}
	return it
}

// view returns text as a string, which changes if text does.
func view(text []byte) string { return unsafe.String(unsafe.SliceData(text), len(text)) }

// IntItem returns the element for n.
func IntItem(n int64) Item {
	it := Item{n: n}
	switch {
	case uint64(n) <= 127:
		it.form, it.size = formInt7, 1
	case n >= -1<<12 && n < 1<<12:
		it.form, it.size = formInt13, 2
	case n >= -1<<15 && n < 1<<15:
		it.form, it.size = formInt16, 3
	case n >= -1<<23 && n < 1<<23:
		it.form, it.size = formInt24, 4
	case n >= -1<<31 && n < 1<<31:
		it.form, it.size = formInt32, 5
	default:
		it.form, it.size = formInt64, 9
	}
	return it
}

// Size returns how many bytes the element takes in a body.
func (it Item) Size() int {
	return int(it.size) + backlenSize(int(it.size))
}

// isInt tells whether the item is written as an integer.
func (it Item) isInt() bool {
	return it.form != formStr6 && it.form != formStr12 && it.form != formStr32
}

// lead returns the first byte of an element in one of the two shortest forms, and
// a byte that begins none of them for any other.
func (it Item) lead() byte {
	switch it.form {
	case formInt7:
		return byte(it.n)
	case formStr6:
		return formStr6 | byte(len(it.text))
	default:
		return end
	}
}

// Put writes the element to the first Size bytes of dst and returns Size.
func (it Item) Put(dst []byte) int {
	switch it.form {
	case formInt7:
		dst[0] = byte(it.n)
	case formStr6:
		dst[0] = formStr6 | byte(len(it.text))
	case formInt13:
		dst[0], dst[1] = formInt13|byte(it.n>>8)&0x1F, byte(it.n)
	case formStr12:
		dst[0], dst[1] = formStr12|byte(len(it.text)>>8), byte(len(it.text))
	case formStr32:
		dst[0] = formStr32
		binary.LittleEndian.PutUint32(dst[1:], uint32(len(it.text)))
	default:
		dst[0] = it.form
		for i := 1; i < int(it.size); i++ {
			dst[i] = byte(it.n >> (8 * (i - 1)))
		}
	}
	if !it.isInt() {
		copy(dst[int(it.size)-len(it.text):it.size], it.text)
	}
	return int(it.size) + putBacklen(dst[it.size:], int(it.size))
}

// Append appends the element to a body.
func (it Item) Append(body []byte) []byte {
	n := len(body)
	if need := n + it.Size(); need <= cap(body) {
		body = body[:need]
	} else {
		body = append(body, make([]byte, it.Size())...)
	}
	it.Put(body[n:])
	return body
}

// Equal tells whether the element at off of body is the item. It compares what
// they stand for, so that an element another program wrote in a longer form than
// needed is found, too.
func (it Item) Equal(body []byte, off int) bool {
	v, _ := Decode(body, off)
	if v.Str != nil {
		return string(v.Str) == it.text && (it.text != "" || !it.isInt())
	}
	return it.isInt() && v.Int == it.n
}

// The greatest lengths whose backlen takes one to four bytes. Redis takes the
// next size one early from the second on, and so does this package: the bytes
// have to be the same.
const (
	maxBacklen1 = 1<<7 - 1
	maxBacklen2 = 1<<14 - 2
	maxBacklen3 = 1<<21 - 2
	maxBacklen4 = 1<<28 - 2
)

// backlenSize returns the size of the backlen behind n bytes of form and data.
func backlenSize(n int) int {
	switch {
	case n <= maxBacklen1:
		return 1
	case n <= maxBacklen2:
		return 2
	case n <= maxBacklen3:
		return 3
	case n <= maxBacklen4:
		return 4
	default:
		return 5
	}
}

// putBacklen writes the backlen behind n bytes of form and data, and returns its
// size.
func putBacklen(dst []byte, n int) int {
	if n <= maxBacklen1 {
		dst[0] = byte(n)
		return 1
	}
	size := backlenSize(n)
	for i := size - 1; i > 0; i-- {
		dst[i] = byte(n) | 0x80
		n >>= 7
	}
	dst[0] = byte(n)
	return size
}
