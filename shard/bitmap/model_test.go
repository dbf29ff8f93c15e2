package bitmap

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/str"
)

// twin is bitmaps as texts of '0' and '1', eight to a byte.
type twin map[string]string

// walk drives the commands and their twin.
type walk struct {
	*rapid.T
	h *commandtest.Harness
	m twin
}

// TestAgainstTwin runs random commands and compares each reply with what bits one
// by one make of it.
func TestAgainstTwin(t *testing.T) {
	for _, shards := range []int{1, 3} {
		h := commandtest.New(t, shards, Commands, str.Commands)
		rapid.Check(t, func(rt *rapid.T) {
			h.Clear()
			w := walk{rt, h, twin{}}
			rt.Repeat(map[string]func(*rapid.T){
				"set": w.set, "setInt": w.setInt, "setbit": w.setbit, "bitcount": w.bitcount, "bitpos": w.bitpos,
				"bitop": w.bitop, "bitfieldSet": w.fieldSet, "bitfieldIncrby": w.fieldIncrby, "": w.check,
			})
		})
	}
}

func (w walk) key() string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(w.T, "key") }

func (w walk) offset() int { return rapid.IntRange(0, 400).Draw(w.T, "offset") }

func (w walk) same(want string, words ...string) {
	if got := w.h.Do(words...); got != want {
		w.Fatalf("%q\n got %q\nwant %q", words, got, want)
	}
}

func integer(n int) string { return fmt.Sprintf(":%d\r\n", n) }

// binaryOf returns the bits of a text.
func binaryOf(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%08b", text[i])
	}
	return b.String()
}

// text is the reverse of binaryOf.
func text(bits string) string {
	b := make([]byte, len(bits)/8)
	for i := range b {
		n, _ := strconv.ParseUint(bits[8*i:8*i+8], 2, 8)
		b[i] = byte(n)
	}
	return string(b)
}

// put writes digits at an offset.
func (m twin) put(key string, offset int, digits string) {
	bits := m[key]
	if missing := offset + len(digits) - len(bits); missing > 0 {
		bits += strings.Repeat("0", (missing+7)/8*8)
	}
	m[key] = bits[:offset] + digits + bits[offset+len(digits):]
}

// cut returns width digits from an offset on.
func (m twin) cut(key string, offset, width int) string {
	bits := m[key] + strings.Repeat("0", offset+width)
	return bits[offset : offset+width]
}

func (w walk) set(*rapid.T) {
	k, v := w.key(), string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(w.T, "value"))
	if _, err := strconv.Atoi(v); err == nil {
		return
	}
	w.m[k] = binaryOf(v)
	w.same("+OK\r\n", "SET", k, v)
}

func (w walk) setInt(*rapid.T) {
	k, v := w.key(), strconv.FormatInt(rapid.Int64().Draw(w.T, "int"), 10)
	w.m[k] = binaryOf(v)
	w.same("+OK\r\n", "SET", k, v)
}

func (w walk) setbit(*rapid.T) {
	k, at, bit := w.key(), w.offset(), rapid.IntRange(0, 1).Draw(w.T, "bit")
	old := w.m.cut(k, at, 1)
	w.m.put(k, at, strconv.Itoa(bit))
	w.same(":"+old+"\r\n", "SETBIT", k, strconv.Itoa(at), strconv.Itoa(bit))
}

// part draws a range of bits that may lie anywhere, and what it covers of n bits.
func (w walk) part(n int) (start, end, lo, hi int) {
	start = rapid.IntRange(-450, 450).Draw(w.T, "start")
	end = rapid.IntRange(-450, 450).Draw(w.T, "end")
	lo, hi = start, end
	if start < 0 {
		lo = max(n+start, 0)
	}
	if end < 0 {
		hi = n + end
	}
	if n > 0 && hi < 0 && (start >= 0 || start <= end) {
		hi = 0 // a range that ends before the beginning reaches the first bit
	}
	hi = min(hi, n-1) + 1
	return start, end, min(lo, n), max(hi, min(lo, n))
}

func (w walk) bitcount(*rapid.T) {
	k := w.key()
	start, end, lo, hi := w.part(len(w.m[k]))
	w.same(integer(strings.Count(w.m[k], "1")), "BITCOUNT", k)
	w.same(integer(strings.Count(w.m[k][lo:hi], "1")), "BITCOUNT", k, strconv.Itoa(start), strconv.Itoa(end), "BIT")
}

func (w walk) bitpos(*rapid.T) {
	k, bit := w.key(), rapid.SampledFrom([]string{"0", "1"}).Draw(w.T, "bit")
	bits, there := w.m[k]
	if !there {
		w.same(integer(map[string]int{"0": 0, "1": -1}[bit]), "BITPOS", k, bit)
		return
	}
	whole := strings.Index(bits, bit)
	if whole < 0 && bit == "0" && bits != "" {
		whole = len(bits)
	}
	w.same(integer(whole), "BITPOS", k, bit)
	start, end, lo, hi := w.part(len(bits))
	if start < 0 && end < 0 && start > end {
		return // BITPOS alone lets such a range reach the first bit
	}
	at := strings.Index(bits[lo:hi], bit)
	if at >= 0 {
		at += lo
	}
	w.same(integer(at), "BITPOS", k, bit, strconv.Itoa(start), strconv.Itoa(end), "BIT")
}

func (w walk) bitop(*rapid.T) {
	op := rapid.SampledFrom([]string{"AND", "OR", "XOR", "NOT"}).Draw(w.T, "operation")
	dst, keys := w.key(), []string{w.key()}
	for op != "NOT" && rapid.Bool().Draw(w.T, "more") {
		keys = append(keys, w.key())
	}
	n := 0
	for _, k := range keys {
		n = max(n, len(w.m[k]))
	}
	result := []byte(w.m.cut(keys[0], 0, n))
	for i := range result {
		bit := result[i] - '0'
		for _, k := range keys[1:] {
			other := w.m.cut(k, i, 1)[0] - '0'
			bit = map[string]byte{"AND": bit & other, "OR": bit | other, "XOR": bit ^ other}[op]
		}
		if op == "NOT" {
			bit = 1 - bit
		}
		result[i] = '0' + bit
	}
	delete(w.m, dst)
	if n > 0 {
		w.m[dst] = string(result)
	}
	w.same(integer(n/8), append([]string{"BITOP", op, dst}, keys...)...)
}

// field draws a type, as BITFIELD writes it, and returns its limits.
func (w walk) field() (name string, width int, lo, hi *big.Int) {
	signed := rapid.Bool().Draw(w.T, "signed")
	one := big.NewInt(1)
	if signed {
		width = rapid.IntRange(1, 64).Draw(w.T, "width")
		hi = new(big.Int).Lsh(one, uint(width-1))
		return "i" + strconv.Itoa(width), width, new(big.Int).Neg(hi), new(big.Int).Sub(hi, one)
	}
	width = rapid.IntRange(1, 63).Draw(w.T, "width")
	hi = new(big.Int).Lsh(one, uint(width))
	return "u" + strconv.Itoa(width), width, new(big.Int), new(big.Int).Sub(hi, one)
}

// load returns the number that digits are, which is negative if it would be more
// than hi.
func load(digits string, hi *big.Int) *big.Int {
	n, _ := new(big.Int).SetString(digits, 2)
	if n.Cmp(hi) > 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(digits))))
	}
	return n
}

// settle returns what becomes of n under a rule, and its digits; nil is nothing.
func settle(n, lo, hi *big.Int, width int, rule string) (*big.Int, string) {
	if n.Cmp(lo) < 0 || n.Cmp(hi) > 0 {
		switch {
		case rule == "FAIL":
			return nil, ""
		case rule == "SAT" && n.Sign() < 0:
			n = lo
		case rule == "SAT":
			n = hi
		}
	}
	all := new(big.Int).Lsh(big.NewInt(1), uint(width))
	digits := fmt.Sprintf("%0*b", width, new(big.Int).Mod(n, all))
	return load(digits, hi), digits
}

func (w walk) fieldIncrby(*rapid.T) {
	k, at := w.key(), w.offset()
	name, width, lo, hi := w.field()
	rule := rapid.SampledFrom([]string{"WRAP", "SAT", "FAIL"}).Draw(w.T, "rule")
	by := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-300, 300)).Draw(w.T, "by")
	w.m.put(k, at, w.m.cut(k, at, width))
	old := load(w.m.cut(k, at, width), hi)
	now, digits := settle(new(big.Int).Add(old, big.NewInt(by)), lo, hi, width, rule)
	want := "*2\r\n:" + old.String() + "\r\n$-1\r\n"
	if now != nil {
		w.m.put(k, at, digits)
		want = "*2\r\n:" + old.String() + "\r\n:" + now.String() + "\r\n"
	}
	offset := strconv.Itoa(at)
	w.same(want, "BITFIELD", k, "OVERFLOW", rule, "GET", name, offset, "INCRBY", name, offset, strconv.FormatInt(by, 10))
}

func (w walk) fieldSet(*rapid.T) {
	k, index := w.key(), rapid.IntRange(0, 9).Draw(w.T, "index")
	name, width, lo, hi := w.field()
	rule := rapid.SampledFrom([]string{"WRAP", "SAT", "FAIL"}).Draw(w.T, "rule")
	value := big.NewInt(rapid.Int64Range(-1<<62, 1<<62).Draw(w.T, "value"))
	at := index * width
	w.m.put(k, at, w.m.cut(k, at, width))
	old := load(w.m.cut(k, at, width), hi)
	wanted := value
	if lo.Sign() == 0 && value.Sign() < 0 && rule != "WRAP" {
		wanted = new(big.Int).Lsh(big.NewInt(1), 64) // too great for an unsigned field
	}
	want := "*1\r\n$-1\r\n"
	if now, digits := settle(wanted, lo, hi, width, rule); now != nil {
		w.m.put(k, at, digits)
		want = "*1\r\n:" + old.String() + "\r\n"
	}
	w.same(want, "BITFIELD", k, "OVERFLOW", rule, "SET", name, "#"+strconv.Itoa(index), value.String())
}

func (w walk) check(*rapid.T) {
	k, at := w.key(), w.offset()
	w.same(":"+w.m.cut(k, at, 1)+"\r\n", "GETBIT", k, strconv.Itoa(at))
	want := "$-1\r\n"
	if bits, ok := w.m[k]; ok {
		want = fmt.Sprintf("$%d\r\n%s\r\n", len(bits)/8, text(bits))
	}
	w.same(want, "GET", k)
}
