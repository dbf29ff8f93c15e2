package listpack

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The bytes were taken out of DUMP payloads of Redis 7.0.15.
func TestElementBytesAreRedis(t *testing.T) {
	for text, want := range map[string]string{
		"0":                    "0001",
		"127":                  "7f01",
		"128":                  "c08002",
		"-1":                   "dfff02",
		"4095":                 "cfff02",
		"-4096":                "d00002",
		"4096":                 "f1001003",
		"-4097":                "f1ffef03",
		"32767":                "f1ff7f03",
		"-32768":               "f1008003",
		"32768":                "f200800004",
		"8388607":              "f2ffff7f04",
		"-8388609":             "f3ffff7fff05",
		"2147483647":           "f3ffffff7f05",
		"-2147483649":          "f4ffffff7fffffffff09",
		"9223372036854775807":  "f4ffffffffffffff7f09",
		"-9223372036854775808": "f4000000000000008009",
		"":                     "8001",
		"a":                    "816102",
		"007":                  "8330303704",
		"+1":                   "822b3103",
		"-0":                   "822d3003",
		"12a":                  "8331326104",
	} {
		if got := hex.EncodeToString(ItemOf([]byte(text)).Append(nil)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestLongElementBytesAreRedis(t *testing.T) {
	for n, want := range map[int]struct{ head, tail string }{
		62:   {"be", "3f"},
		63:   {"bf", "40"},
		64:   {"e040", "42"},
		126:  {"e07e", "0180"},
		200:  {"e0c8", "01ca"},
		4095: {"efff", "2081"},
		4096: {"f000100000", "2085"},
	} {
		text := strings.Repeat("x", n)
		got := string(ItemOf([]byte(text)).Append(nil))
		head, _ := hex.DecodeString(want.head)
		tail, _ := hex.DecodeString(want.tail)
		if got != string(head)+text+string(tail) {
			t.Errorf("%d bytes: got %x ... %x", n, got[:5], got[len(got)-2:])
		}
	}
}

func TestBacklenRoundTrip(t *testing.T) {
	for _, edge := range []int{1, 127, 128, 16382, 16383, 16384, 2097150, 2097151, 268435454, 268435455, 1 << 31} {
		for n := max(edge-2, 1); n <= edge+2; n++ {
			body := make([]byte, 8)
			size := putBacklen(body, n)
			if size != backlenSize(n) {
				t.Fatalf("%d: wrote %d bytes, announced %d", n, size, backlenSize(n))
			}
			// Prev subtracts the length from where the backlen starts.
			if got := Prev(body, size); got != -n {
				t.Fatalf("%d: read back as %d", n, -got)
			}
		}
	}
}

// texts are elements of every form.
func texts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return strconv.FormatInt(rapid.Int64().Draw(t, "int"), 10)
		case 1:
			return strconv.Itoa(rapid.IntRange(-5000, 5000).Draw(t, "small"))
		case 2:
			return strings.Repeat("m", rapid.IntRange(60, 130).Draw(t, "n"))
		case 3:
			return strings.Repeat("b", rapid.IntRange(4090, 5000).Draw(t, "n"))
		default:
			return string(rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "bytes"))
		}
	})
}

// contents reads a pack forwards, and checks that backwards gives the same.
func contents(t interface{ Fatalf(string, ...any) }, p []byte) []string {
	body := Body(p)
	var list []string
	var offsets []int
	for off := 0; off < len(body); {
		v, next := Decode(body, off)
		if step := Next(body, off); step != next {
			t.Fatalf("offset %d: Decode goes on at %d, Next at %d", off, next, step)
		}
		list, offsets = append(list, string(v.Append(nil))), append(offsets, off)
		off = next
	}
	off := len(body)
	for i := len(offsets) - 1; i >= 0; i-- {
		if off = Prev(body, off); off != offsets[i] {
			t.Fatalf("backwards: element %d at %d, forwards at %d", i, off, offsets[i])
		}
	}
	return list
}

func TestEditsAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := make([]byte, EmptySize)
		PutEmpty(p)
		var model []string
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p, model = edit(t, p, model)
			if n, err := Validate(p); err != nil || n != len(model) || Count(p) != n {
				t.Fatalf("Validate gives %d, %v; Count %d; want %d", n, err, Count(p), len(model))
			}
			if got := contents(t, p); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", model) {
				t.Fatalf("got %q, want %q", got, model)
			}
		}
	})
}

// edit does one random change to a pack and its model.
func edit(t *rapid.T, p []byte, model []string) ([]byte, []string) {
	i := rapid.IntRange(0, len(model)).Draw(t, "index")
	body := Body(p)
	off := Seek(body, len(model), i)
	kind := rapid.IntRange(0, 3).Draw(t, "edit")
	if kind > 1 && i == len(model) {
		kind = 0
	}
	text := texts().Draw(t, "text")
	it := ItemOf([]byte(text))
	switch kind {
	case 0:
		p = append(p, make([]byte, it.Size())...)
		Insert(p, off, it)
		return p, append(model[:i:i], append([]string{text}, model[i:]...)...)
	case 1:
		p = append(p, make([]byte, it.Size())...)
		Append(p, it)
		return p, append(model, text)
	case 2:
		to := Next(body, off)
		p = append(p, make([]byte, max(it.Size()-(to-off), 0))...)
		p = p[:Replace(p, off, to, it)]
		return p, append(model[:i:i], append([]string{text}, model[i+1:]...)...)
	default:
		n := rapid.IntRange(1, len(model)-i).Draw(t, "count")
		p = p[:Delete(p, off, Seek(body, len(model), i+n), n)]
		return p, append(model[:i:i], model[i+n:]...)
	}
}

func TestFind(t *testing.T) {
	var body []byte
	for _, text := range []string{"f", "1", "1", "x", "g", "1"} {
		body = ItemOf([]byte(text)).Append(body)
	}
	for _, c := range []struct {
		text   string
		stride int
		index  int
	}{{"1", 1, 1}, {"1", 2, 2}, {"g", 2, 4}, {"x", 2, -1}, {"01", 1, -1}, {"", 1, -1}} {
		got := Find(body, 0, c.stride, ItemOf([]byte(c.text)))
		want := -1
		if c.index >= 0 {
			want = Seek(body, 6, c.index)
		}
		if got != want {
			t.Errorf("Find(%q, stride %d): got %d, want %d", c.text, c.stride, got, want)
		}
	}
}

// TestFindAgainstEqual compares Find with a look at every element, in a body whose
// elements come in every form.
func TestFindAgainstEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.SampledFrom([]string{"", "0", "127", "128", "-1", "4096", "70000", "5000000000", "a", "ab", "ac"}),
			rapid.SampledFrom([]string{strings.Repeat("x", 63), strings.Repeat("x", 64), strings.Repeat("x", 4096)}),
		)
		var body []byte
		for range rapid.IntRange(0, 12).Draw(t, "elements") {
			body = ItemOf([]byte(text.Draw(t, "element"))).Append(body)
		}
		it, stride := ItemOf([]byte(text.Draw(t, "text"))), rapid.IntRange(1, 3).Draw(t, "stride")
		want, index := -1, 0
		for off := 0; off < len(body) && want < 0; index++ {
			if index%stride == 0 && it.Equal(body, off) {
				want = off
			}
			off = Next(body, off)
		}
		if got := Find(body, 0, stride, it); got != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

func TestEqualComparesMeaning(t *testing.T) {
	long := []byte{formInt16, 5, 0, 3} // 5, written in three bytes
	if _, err := ValidateBody(long); err != nil {
		t.Fatal(err)
	}
	if !ItemOf([]byte("5")).Equal(long, 0) || ItemOf([]byte("6")).Equal(long, 0) || ItemOf([]byte("")).Equal(long, 0) {
		t.Error("an integer in a long form is not compared by its value")
	}
	text := []byte{formStr6 | 1, '5', 2} // 5, written as text
	if !ItemOf([]byte("5")).Equal(text, 0) || ItemOf([]byte("6")).Equal(text, 0) {
		t.Error("an integer written as text is not compared by its text")
	}
}

func TestManyElementsAreCounted(t *testing.T) {
	const n = 70000
	p := make([]byte, EmptySize+2*n)
	PutEmpty(p)
	one := IntItem(1)
	body := bytes.Repeat(one.Append(nil), n)
	Wrap(p, body, n)
	if Count(p) != n {
		t.Fatalf("Count: got %d, want %d", Count(p), n)
	}
	p = p[:Delete(p, 0, 2*10000, 10000)]
	if got, err := Validate(p); err != nil || got != n-10000 || Count(p) != got {
		t.Fatalf("after Delete: %d, %v", got, err)
	}
}

func TestValidateRefuses(t *testing.T) {
	good := func() []byte {
		p := make([]byte, EmptySize+100)
		PutEmpty(p)
		Append(p, ItemOf([]byte("abc")))
		Append(p, ItemOf([]byte("70000")))
		return p[:Size(p)]
	}
	if n, err := Validate(good()); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for name, p := range map[string][]byte{
		"empty":            {},
		"short":            good()[:5],
		"cut":              good()[:len(good())-1],
		"longer":           append(good(), 0),
		"end byte":         append(good()[:len(good())-1], 0),
		"count":            patch(good(), 4, 3),
		"string too long":  patch(good(), HeaderSize, formStr6|60),
		"backlen":          patch(good(), HeaderSize+4, 3),
		"unknown form":     patch(good(), HeaderSize, 0xF5),
		"end in the body":  patch(good(), HeaderSize, 0xFF),
		"12 bits cut":      {8, 0, 0, 0, 1, 0, formStr12, 0xFF},
		"32 bits cut":      {10, 0, 0, 0, 1, 0, formStr32, 1, 2, 0xFF},
		"huge string":      {13, 0, 0, 0, 1, 0, formStr32, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0xFF},
		"integer too wide": {9, 0, 0, 0, 1, 0, formInt64, 1, 0xFF},
	} {
		if _, err := Validate(p); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func patch(p []byte, i int, b byte) []byte {
	p[i] = b
	return p
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte{7, 0, 0, 0, 0, 0, 0xFF})
	f.Add([]byte{9, 0, 0, 0, 1, 0, 5, 1, 0xFF})
	f.Add([]byte{13, 0, 0, 0, 1, 0, formStr32, 1, 0, 0, 0, 'a', 6, 0xFF})
	f.Fuzz(func(t *testing.T, p []byte) {
		n, err := Validate(p)
		if err != nil {
			return
		}
		list := contents(t, p)
		if len(list) != n {
			t.Fatalf("%d elements, Validate says %d", len(list), n)
		}
		for i, text := range list {
			off := Seek(Body(p), n, i)
			if !ItemOf([]byte(text)).Equal(Body(p), off) {
				t.Fatalf("element %d is not %q", i, text)
			}
		}
		it := ItemOf([]byte("needle"))
		p = append(p, make([]byte, it.Size())...)
		Insert(p, Seek(Body(p), n, n/2), it)
		if got, err := Validate(p); err != nil || got != n+1 {
			t.Fatalf("after Insert: %d, %v", got, err)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	p := make([]byte, 4096)
	PutEmpty(p)
	text, number := []byte("some text"), []byte("1234567")
	if n := testing.AllocsPerRun(100, func() {
		Insert(p, 0, ItemOf(text))
		Append(p, ItemOf(number))
		if Find(Body(p), 0, 1, ItemOf(number)) < 0 {
			t.Error("not found")
		}
		Replace(p, 0, Next(Body(p), 0), ItemOf(number))
		Delete(p, 0, len(Body(p)), 2)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkItemOf(b *testing.B) {
	for _, text := range []string{"1234567", "some text"} {
		b.Run(text, func(b *testing.B) {
			arg, dst := []byte(text), make([]byte, 32)
			for b.Loop() {
				ItemOf(arg).Put(dst)
			}
		})
	}
}

func BenchmarkWalk(b *testing.B) {
	for name, text := range map[string]string{"int": "70000", "text": "some text"} {
		var body []byte
		for range 1000 {
			body = ItemOf([]byte(text)).Append(body)
		}
		miss := ItemOf([]byte("nothing"))
		b.Run("next/"+name, func(b *testing.B) {
			for b.Loop() {
				CountBody(body)
			}
		})
		b.Run("find/"+name, func(b *testing.B) {
			for b.Loop() {
				Find(body, 0, 1, miss)
			}
		})
	}
}
