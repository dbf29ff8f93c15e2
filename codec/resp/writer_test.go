package resp

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	tests := []struct {
		name         string
		write        func(w *Writer)
		resp2, resp3 string
	}{
		{"ok", func(w *Writer) { w.OK() }, "+OK\r\n", "+OK\r\n"},
		{"pong", func(w *Writer) { w.Pong() }, "+PONG\r\n", "+PONG\r\n"},
		{"queued", func(w *Writer) { w.Queued() }, "+QUEUED\r\n", "+QUEUED\r\n"},
		{"status", func(w *Writer) { w.Status("QUEUED") }, "+QUEUED\r\n", "+QUEUED\r\n"},
		{"status cleaned", func(w *Writer) { w.Status("a\r\nb\x00") }, "+a  b \r\n", "+a  b \r\n"},
		{"error", func(w *Writer) { w.Error("ERR no\n") }, "-ERR no \r\n", "-ERR no \r\n"},
		{"int", func(w *Writer) { w.Int(7) }, ":7\r\n", ":7\r\n"},
		{"int 2", func(w *Writer) { w.Int(42) }, ":42\r\n", ":42\r\n"},
		{"int 3", func(w *Writer) { w.Int(100) }, ":100\r\n", ":100\r\n"},
		{"negative", func(w *Writer) { w.Int(-2) }, ":-2\r\n", ":-2\r\n"},
		{"min", func(w *Writer) { w.Int(math.MinInt64) }, ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"},
		{"bulk", func(w *Writer) { w.Bulk([]byte("a\r\nb")) }, "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"},
		{"empty", func(w *Writer) { w.Bulk(nil) }, "$0\r\n\r\n", "$0\r\n\r\n"},
		{"string", func(w *Writer) { w.BulkString("hello world") }, "$11\r\nhello world\r\n", "$11\r\nhello world\r\n"},
		{"bulk int", func(w *Writer) { w.BulkInt(-120) }, "$4\r\n-120\r\n", "$4\r\n-120\r\n"},
		{"null", func(w *Writer) { w.Null() }, "$-1\r\n", "_\r\n"},
		{"null array", func(w *Writer) { w.NullArray() }, "*-1\r\n", "_\r\n"},
		{"array", func(w *Writer) { w.Array(12345) }, "*12345\r\n", "*12345\r\n"},
		{"map", func(w *Writer) { w.Map(6) }, "*12\r\n", "%6\r\n"},
		{"set", func(w *Writer) { w.Set(3) }, "*3\r\n", "~3\r\n"},
		{"push", func(w *Writer) { w.Push(3) }, "*3\r\n", ">3\r\n"},
		{"double", func(w *Writer) { w.Double(0.1) }, "$19\r\n0.10000000000000001\r\n", ",0.10000000000000001\r\n"},
		{"double int", func(w *Writer) { w.Double(-3) }, "$2\r\n-3\r\n", ",-3\r\n"},
		{"double longest", func(w *Writer) { w.Double(-1.2345678901234568e-300) }, "$24\r\n-1.2345678901234568e-300\r\n", ",-1.2345678901234568e-300\r\n"},
		{"inf", func(w *Writer) { w.Double(math.Inf(1)) }, "$3\r\ninf\r\n", ",inf\r\n"},
		{"-inf", func(w *Writer) { w.Double(math.Inf(-1)) }, "$4\r\n-inf\r\n", ",-inf\r\n"},
		{"nan", func(w *Writer) { w.Double(math.NaN()) }, "$3\r\nnan\r\n", ",nan\r\n"},
		{"true", func(w *Writer) { w.Bool(true) }, ":1\r\n", "#t\r\n"},
		{"false", func(w *Writer) { w.Bool(false) }, ":0\r\n", "#f\r\n"},
		{"big", func(w *Writer) { w.BigNumber("123") }, "$3\r\n123\r\n", "(123\r\n"},
		{"verbatim", func(w *Writer) { w.Verbatim("txt", []byte("hi")) }, "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"},
		{"verbatim cut", func(w *Writer) { w.Verbatim("text", []byte("hi")) }, "$2\r\nhi\r\n", "=6\r\ntex:hi\r\n"},
		{"verbatim filled", func(w *Writer) { w.Verbatim("t", nil) }, "$0\r\n\r\n", "=4\r\nt  :\r\n"},
		{"attribute", func(w *Writer) {
			if w.Attribute(1) {
				w.BulkString("k")
				w.Int(1)
			}
			w.OK()
		}, "+OK\r\n", "|1\r\n$1\r\nk\r\n:1\r\n+OK\r\n"},
		{"deferred", func(w *Writer) {
			outer := w.DeferArray()
			w.Int(1)
			inner := w.DeferArray()
			w.BulkString("k")
			w.Int(2)
			w.CloseMap(inner, 1)
			set := w.DeferArray()
			w.CloseSet(set, 0)
			push := w.DeferArray()
			w.ClosePush(push, 0)
			w.CloseArray(outer, 4)
		}, "*4\r\n:1\r\n*2\r\n$1\r\nk\r\n:2\r\n*0\r\n*0\r\n", "*4\r\n:1\r\n%1\r\n$1\r\nk\r\n:2\r\n~0\r\n>0\r\n"},
	}
	for _, tt := range tests {
		for proto, want := range map[int]string{0: tt.resp2, 2: tt.resp2, 3: tt.resp3} {
			w := Writer{Buf: []byte("before"), Proto: proto}
			tt.write(&w)
			if got := string(w.Buf); got != "before"+want {
				t.Errorf("%s in RESP%d: %q, want %q", tt.name, proto, got, want)
			}
		}
	}
}

func TestWriterLengths(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10000, 123456} {
		var w Writer
		w.BulkString(strings.Repeat("x", n))
		w.Int(int64(-n))
		want := "$" + strconv.Itoa(n) + "\r\n" + strings.Repeat("x", n) + "\r\n:" + strconv.Itoa(-n) + "\r\n"
		if string(w.Buf) != want {
			t.Errorf("length %d is encoded wrongly", n)
		}
	}
}

func TestWriterDoesNotAllocate(t *testing.T) {
	w := Writer{Buf: make([]byte, 0, 4096), Proto: 2}
	value := []byte("some value of some length")
	allocs := testing.AllocsPerRun(100, func() {
		w.Buf = w.Buf[:0]
		w.OK()
		w.Error("ERR syntax error")
		w.Int(123456)
		w.Bulk(value)
		w.BulkInt(99999)
		w.Double(1.25)
		w.Null()
		mark := w.DeferArray()
		w.Map(3)
		w.CloseArray(mark, 1)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkWriterBulk(b *testing.B) {
	w := Writer{Buf: make([]byte, 0, 4096)}
	value := make([]byte, 64)
	for b.Loop() {
		w.Buf = w.Buf[:0]
		w.Bulk(value)
	}
}

func BenchmarkWriterInt(b *testing.B) {
	w := Writer{Buf: make([]byte, 0, 4096)}
	for _, v := range []int64{1, 42, 1234567} {
		b.Run(strconv.FormatInt(v, 10), func(b *testing.B) {
			for b.Loop() {
				w.Buf = w.Buf[:0]
				w.Int(v)
			}
		})
	}
}
