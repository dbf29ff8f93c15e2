package resp

import (
	"bufio"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func readOne(in string) (Value, error) {
	return ReadReply(bufio.NewReaderSize(strings.NewReader(in), 16))
}

func TestReadReply(t *testing.T) {
	tests := []struct{ in, want string }{
		{"+OK\r\n", `+OK`},
		{"+\r\n", `+""`},
		{"+a b\r\n", `+"a b"`},
		{"-ERR no\r\n", `-"ERR no"`},
		{":-7\r\n", `-7`},
		{"$5\r\na\r\n\x00b\r\n", `"a\r\n\x00b"`},
		{"$0\r\n\r\n", `""`},
		{"$-1\r\n", `$nil`},
		{"*-1\r\n", `*nil`},
		{"_\r\n", `_nil`},
		{"*0\r\n", `[]`},
		{"*2\r\n+a,b\r\n*1\r\n:1\r\n", `[+"a,b", [1]]`},
		{"%2\r\n+k\r\n:1\r\n$1\r\nl\r\n_\r\n", `{+k: 1, "l": _nil}`},
		{"~1\r\n:1\r\n", `~[1]`},
		{">2\r\n+a\r\n+b\r\n", `>[+a, +b]`},
		{",0.5\r\n", `,0.5`},
		{",inf\r\n", `,inf`},
		{",-inf\r\n", `,-inf`},
		{",nan\r\n", `,nan`},
		{"#t\r\n", `#t`},
		{"#f\r\n", `#f`},
		{"(12345678901234567890\r\n", `(12345678901234567890`},
		{"!6\r\nERR no\r\n", `!"ERR no"`},
		{"=6\r\ntxt:hi\r\n", `=txt:"hi"`},
		{"|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n*0\r\n", `|{+a: 1, +b: 2} []`},
	}
	for _, tt := range tests {
		v, err := readOne(tt.in)
		if err != nil || v.String() != tt.want {
			t.Errorf("%q reads as %v, %v; want %s", tt.in, v, err, tt.want)
		}
		for cut := range len(tt.in) {
			want := io.ErrUnexpectedEOF
			if cut == 0 {
				want = io.EOF
			}
			if v, err := readOne(tt.in[:cut]); !errors.Is(err, want) {
				t.Errorf("%q reads as %v, %v; want %v", tt.in[:cut], v, err, want)
			}
		}
	}
}

func TestReadReplyRefuses(t *testing.T) {
	for _, in := range []string{
		"\r\n", "x\r\n", "+OK\n", ":\r\n", ":1.5\r\n", ":01\r\n", "$-2\r\n", "$x\r\n", "$1\r\nabc", "*-2\r\n",
		"%-1\r\n", "~-1\r\n", "=2\r\nab\r\n", "=4\r\ntxtx\r\n", "#x\r\n", "_x\r\n", ",x\r\n", "$?\r\n", "*?\r\n",
		"!-1\r\n", "|-1\r\n", "$4294967297\r\n", "*1\r\n?\r\n",
		strings.Repeat("*1\r\n", maxReplyDepth+2), strings.Repeat("|0\r\n", maxReplyDepth+2),
		"+" + strings.Repeat("a", maxReplyLine+1),
	} {
		if v, err := readOne(in); !errors.Is(err, ErrReply) {
			t.Errorf("%.40q reads as %v, %v", in, v, err)
		}
	}
}

func TestReplyMemoryFollowsBytes(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		if _, err := readOne("*4294967296\r\n%4294967296\r\n$4294967296\r\nabc"); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 10<<20 {
		t.Errorf("%d bytes allocated for announced lengths", grown)
	}
}

// writeValue draws a reply, writes it and returns its text form in the
// protocol version of w.
func writeValue(t *rapid.T, w *Writer, depth int) Value {
	kinds := []Kind{KindStatus, KindError, KindInt, KindBulk, KindNull, KindDouble, KindBool, KindVerbatim, KindArray, KindMap, KindSet}
	if depth == 3 {
		kinds = kinds[:8]
	}
	v := Value{Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
	text := rapid.StringN(0, 20, -1)
	switch v.Kind {
	case KindStatus:
		v.Str = rapid.StringMatching(`[ -~]{0,10}`).Draw(t, "status")
		w.Status(v.Str)
	case KindError:
		v.Str = rapid.StringMatching(`[ -~]{0,10}`).Draw(t, "error")
		w.Error(v.Str)
	case KindInt:
		v.Int = rapid.Int64().Draw(t, "int")
		w.Int(v.Int)
	case KindBulk:
		v.Str = text.Draw(t, "bulk")
		w.BulkString(v.Str)
	case KindNull:
		v.Null = true
		w.Null()
	case KindDouble:
		v.Double = rapid.Float64().Draw(t, "double")
		w.Double(v.Double)
	case KindBool:
		v.Bool = rapid.Bool().Draw(t, "bool")
		w.Bool(v.Bool)
	case KindVerbatim:
		v.Format, v.Str = "txt", text.Draw(t, "verbatim")
		w.Verbatim(v.Format, []byte(v.Str))
	default:
		n := rapid.IntRange(0, 3).Draw(t, "n")
		mark := w.DeferArray()
		perItem := 1
		if v.Kind == KindMap {
			perItem = 2
		}
		for range n * perItem {
			v.Elems = append(v.Elems, writeValue(t, w, depth+1))
		}
		switch v.Kind {
		case KindMap:
			w.CloseMap(mark, n)
		case KindSet:
			w.CloseSet(mark, n)
		default:
			w.CloseArray(mark, n)
		}
	}
	return v
}

func TestRepliesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Writer{Proto: 3}
		want := writeValue(t, &w, 0)
		r := bufio.NewReader(strings.NewReader(string(w.Buf)))
		got, err := ReadReply(r)
		if err != nil || got.String() != want.String() {
			t.Fatalf("%q reads as %v, %v; want %v", w.Buf, got, err, want)
		}
		if _, err := ReadReply(r); !errors.Is(err, io.EOF) {
			t.Fatalf("%q: something is left: %v", w.Buf, err)
		}
	})
}

func FuzzReadReply(f *testing.F) {
	f.Add("*2\r\n$1\r\na\r\n%1\r\n+k\r\n,0.5\r\n")
	f.Add("|1\r\n+k\r\n:1\r\n=6\r\ntxt:hi\r\n")
	f.Fuzz(func(t *testing.T, in string) {
		v, err := readOne(in)
		if err == nil && v.String() == "" {
			t.Fatalf("%q reads as nothing", in)
		}
	})
}
