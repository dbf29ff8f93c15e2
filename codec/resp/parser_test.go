package resp

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// outcome is everything a client can notice of a stream of requests.
type outcome struct {
	requests [][]string
	err      error
}

func (o outcome) String() string { return fmt.Sprintf("%q, %v", o.requests, o.err) }

// feed gives stream to a parser in pieces that end at the given positions, as a
// connection would: what is not consumed moves to a new buffer every time, and
// the old one is overwritten. Args are reset between calls if reset is true.
func feed(stream []byte, limits Limits, cuts []int, reset bool) outcome {
	p := Parser{Limits: limits}
	var out outcome
	var buf []byte
	from := 0
	for _, cut := range append(cuts, len(stream)) {
		buf = append(bytes.Clone(buf), stream[from:cut]...)
		from = cut
		for {
			args, n, done, err := p.Parse(buf)
			if err != nil {
				out.err = err
				return out
			}
			if !done {
				break
			}
			if len(args) > 0 {
				request := make([]string, len(args))
				for i, a := range args {
					request[i] = string(a)
				}
				out.requests = append(out.requests, request)
			}
			buf = buf[n:]
		}
		if reset {
			p.Reset()
		}
		old := buf
		buf = bytes.Clone(buf)
		for i := range old {
			old[i] = '!'
		}
	}
	return out
}

// everyByte makes every request but an inline one of a single byte the state machine's:
// in one piece it is parseWhole's, so that the two are held against each other.
func everyByte(n int) []int {
	cuts := make([]int, 0, n)
	for i := range n {
		cuts = append(cuts, i)
	}
	return cuts
}

func TestParse(t *testing.T) {
	open := Limits{Authenticated: true}
	tests := []struct {
		name   string
		in     string
		limits Limits
		want   [][]string
		err    error
	}{
		{"nothing", "", open, nil, nil},
		{"one", "*1\r\n$4\r\nPING\r\n", open, [][]string{{"PING"}}, nil},
		{"two", "*1\r\n$1\r\na\r\n*2\r\n$1\r\nb\r\n$0\r\n\r\n", open, [][]string{{"a"}, {"b", ""}}, nil},
		{"binary", "*1\r\n$4\r\n\r\n\x00$\r\n", open, [][]string{{"\r\n\x00$"}}, nil},
		{"ten", "*1\r\n$10\r\n0123456789\r\n", open, [][]string{{"0123456789"}}, nil},
		{"zero first", "*1\r\n$01\r\na\r\n", open, nil, ErrBulkLength},
		{"zero first of three", "*1\r\n$012\r\n", open, nil, ErrBulkLength},
		{"four thousand", "*1\r\n$4000\r\n" + strings.Repeat("x", 4000) + "\r\n", open, [][]string{{strings.Repeat("x", 4000)}}, nil},
		{"hundred", "*1\r\n$100\r\n" + strings.Repeat("x", 100) + "\r\n", open, [][]string{{strings.Repeat("x", 100)}}, nil},
		{"empty requests", "*0\r\n*-1\r\n*-5\r\n\r\n\n  \r\n*1\r\n$1\r\na\r\n", open, [][]string{{"a"}}, nil},
		{"incomplete", "*2\r\n$1\r\na\r\n$1\r\n", open, nil, nil},
		{"inline", "PING\r\nSET a 'b c'\nGET \"\\x41\"\r\n", open, [][]string{{"PING"}, {"SET", "a", "b c"}, {"GET", "A"}}, nil},
		{"inline then array", "a\n*1\r\n$1\r\nb\r\nc\n", open, [][]string{{"a"}, {"b"}, {"c"}}, nil},
		{"inline CR", "a\rb\r\n", open, [][]string{{"a", "b"}}, nil},

		{"count text", "*x\r\n", open, nil, ErrMultibulkLength},
		{"count empty", "*\r\n", open, nil, ErrMultibulkLength},
		{"count zero first", "*01\r\n", open, nil, ErrMultibulkLength},
		{"count without LF", "*1\rX", open, nil, ErrMultibulkLength},
		{"count over", "*1048577\r\n", open, nil, ErrMultibulkLength},
		{"count far over", "*99999999999999999999\r\n", open, nil, ErrMultibulkLength},
		{"count allowed", "*1048576\r\n", open, nil, nil},
		{"count unauthenticated", "*11\r\n", Limits{}, nil, ErrUnauthMultibulkLength},
		{"count unauthenticated allowed", "*10\r\n", Limits{}, nil, nil},
		{"bulk text", "*1\r\n$x\r\n", open, nil, ErrBulkLength},
		{"bulk empty", "*1\r\n$\r\n", open, nil, ErrBulkLength},
		{"bulk negative", "*1\r\n$-1\r\n", open, nil, ErrBulkLength},
		{"bulk over", "*1\r\n$536870913\r\n", open, nil, ErrBulkLength},
		{"bulk allowed", "*1\r\n$536870912\r\n", open, nil, nil},
		{"bulk over own limit", "*1\r\n$6\r\n", Limits{MaxBulk: 5, Authenticated: true}, nil, ErrBulkLength},
		{"bulk without limit", "*1\r\n$9223372036854775807\r\nabc", Limits{MaxBulk: math.MaxInt64, Authenticated: true}, nil, nil},
		{"bulk unauthenticated", "*1\r\n$16385\r\n", Limits{}, nil, ErrUnauthBulkLength},
		{"bulk unauthenticated allowed", "*1\r\n$16384\r\n", Limits{}, nil, nil},
		{"no dollar", "*1\r\n:1\r\n", open, nil, expectedDollar(':')},
		{"no dollar but CR", "*1\r\n\r\n", open, nil, expectedDollar('\r')},
		{"no dollar before length", "*1\r\nx-5\r\n", open, nil, expectedDollar('x')},
		{"bulk end", "*1\r\n$1\r\nabc", open, nil, ErrBulkEnd},
		{"bulk end after good", "+\n*2\r\n$1\r\na\r\n$1\r\nb\rx", open, [][]string{{"+"}}, ErrBulkEnd},
		{"count line", "*" + strings.Repeat("1", MaxLine), open, nil, ErrBigMultibulkCount},
		{"count line allowed", "*" + strings.Repeat("1", MaxLine-1), open, nil, nil},
		{"count line allowed but bad", "*" + strings.Repeat("1", MaxLine-1) + "\r\n", open, nil, ErrMultibulkLength},
		{"bulk line", "*1\r\n$" + strings.Repeat("1", MaxLine), open, nil, ErrBigBulkCount},
		{"inline over", strings.Repeat("a", MaxLine+1), open, nil, ErrBigInline},
		{"inline over with end", strings.Repeat("a", MaxLine+1) + "\n", open, nil, ErrBigInline},
		{"inline allowed", strings.Repeat("a", MaxLine) + "\n", open, [][]string{{strings.Repeat("a", MaxLine)}}, nil},
		{"quotes", "a \"b\r\n", open, nil, ErrUnbalancedQuotes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := outcome{tt.want, tt.err}
			stream := []byte(tt.in)
			if got := feed(stream, tt.limits, nil, false); got.String() != want.String() {
				t.Errorf("in one piece: %.200v, want %.200v", got, want)
			}
			if len(stream) > 1000 {
				return
			}
			if got := feed(stream, tt.limits, everyByte(len(stream)), true); got.String() != want.String() {
				t.Errorf("byte by byte: %.200v, want %.200v", got, want)
			}
		})
	}
}

func TestErrorIsFinal(t *testing.T) {
	var p Parser
	_, _, _, err := p.Parse([]byte("*x\r\n"))
	_, _, done, again := p.Parse([]byte("PING\r\n"))
	if done || !errors.Is(again, err) || !errors.Is(err, ErrMultibulkLength) {
		t.Errorf("first %v, then %v", err, again)
	}
	p.Restart()
	if args, n, done, err := p.Parse([]byte("PING\r\n")); len(args) != 1 || n != 6 || !done || err != nil {
		t.Errorf("after Restart: %q, %d, %v, %v", args, n, done, err)
	}
}

func TestArgsCollect(t *testing.T) {
	var p Parser
	data := []byte("*2\r\n$1\r\na\r\n$1\r\nb\r\nc d\r\n*1\r\n$3\r\nxy")
	for range 2 {
		args, n, done, err := p.Parse(data)
		if !done || err != nil || cap(args) != 2 {
			t.Fatal(args, n, done, err)
		}
		data = data[n:]
	}
	if _, _, done, _ := p.Parse(data); done || p.Want() != 3 || !p.Pending() {
		t.Errorf("done %v, wants %d", done, p.Want())
	}
	if got := string(bytes.Join(p.Args, []byte(","))); got != "a,b,c,d" {
		t.Errorf("Args are %s", got)
	}
	p.Reset()
	if _, _, done, _ := p.Parse(append(data, "z\r\n"...)); !done || len(p.Args) != 1 || string(p.Args[0]) != "xyz" {
		t.Errorf("after Reset: %q", p.Args)
	}
}

// stream draws bytes that are mostly requests, with faults.
func stream(t *rapid.T) []byte {
	var out []byte
	for range rapid.IntRange(1, 5).Draw(t, "requests") {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			out = append(out, rapid.SliceOfN(rapid.SampledFrom([]byte("*$\r\n01259-ab \"'\\x\x00")), 0, 12).Draw(t, "noise")...)
		case 1:
			out = append(out, rapid.StringMatching(`[a-c "'\\]{0,10}\r?\n`).Draw(t, "inline")...)
		case 2:
			w := Writer{Buf: out}
			w.Array(1)
			w.Bulk(make([]byte, rapid.SampledFrom([]int{99, 100, 999, 1000, 9999, 10000}).Draw(t, "size")))
			out = w.Buf
		default:
			args := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 120), 0, 12).Draw(t, "args")
			w := Writer{Buf: out}
			w.Array(len(args))
			for _, a := range args {
				w.Bulk(a)
			}
			out = w.Buf
		}
	}
	return out
}

func TestPiecesDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := stream(t)
		limits := Limits{Authenticated: rapid.Bool().Draw(t, "authenticated"), MaxBulk: int64(rapid.SampledFrom([]int{0, 1, 50, 100, 1000, 5000}).Draw(t, "limit"))}
		want := feed(in, limits, nil, false).String()
		if got := feed(in, limits, everyByte(len(in)), rapid.Bool().Draw(t, "reset")).String(); got != want {
			t.Fatalf("byte by byte %s, in one piece %s", got, want)
		}
		cut := rapid.IntRange(0, len(in)).Draw(t, "cut")
		if got := feed(in, limits, []int{cut}, true).String(); got != want {
			t.Fatalf("cut at %d %s, in one piece %s", cut, got, want)
		}
	})
}

// TestOneByteWrong puts every byte in every place of the lines of a request and holds
// what parseWhole makes of it against the state machine, which gets all requests that
// do not come in one piece.
func TestOneByteWrong(t *testing.T) {
	request := func(args ...int) []byte {
		var w Writer
		w.Array(len(args))
		for _, n := range args {
			w.BulkString(strings.Repeat("x", n))
		}
		return w.Buf
	}
	for _, in := range [][]byte{
		request(0),
		request(1),
		request(2),
		request(9, 0),
		request(10, 1),
		request(99, 3),
		request(100),
		request(9999),
		request(10000),
		request(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
		// Right as soon as the byte behind 9 passes for a digit.
		[]byte("*1\r\n$9\r\n0123456789\r\n"),
		[]byte("*1\r\n$19\r\n01234567890123456789\r\n"),
		[]byte("*9\r\n" + strings.Repeat("$0\r\n\r\n", 10)),
	} {
		for _, limits := range []Limits{{}, {Authenticated: true}, {Authenticated: true, MaxBulk: 9}} {
			for at := range in {
				if at > 20 && at < len(in)-20 {
					continue // inside an argument
				}
				for b := range 256 {
					wrong := bytes.Clone(in)
					wrong[at] = byte(b)
					want, got := feed(wrong, limits, []int{1}, false), feed(wrong, limits, nil, false)
					if !reflect.DeepEqual(got.requests, want.requests) || fmt.Sprint(got.err) != fmt.Sprint(want.err) {
						t.Fatalf("%.40q with %#x at %d: in one piece %.80v, in two %.80v", in, b, at, got, want)
					}
				}
			}
		}
	}
}

func TestRequestsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 20).Draw(t, "args")
		var w Writer
		w.Array(len(args))
		for _, a := range args {
			w.Bulk(a)
		}
		p := Parser{Limits: Limits{Authenticated: true}}
		got, n, done, err := p.Parse(w.Buf)
		if !done || err != nil || n != len(w.Buf) || len(got) != len(args) {
			t.Fatalf("%q, %d, %v, %v", got, n, done, err)
		}
		for i := range args {
			if !bytes.Equal(got[i], args[i]) {
				t.Fatalf("argument %d is %q, want %q", i, got[i], args[i])
			}
		}
	})
}

// TestManyArgsInPieces makes sure that the work for a request of many arguments
// does not grow with the number of its pieces: quadratic work would take
// minutes.
func TestManyArgsInPieces(t *testing.T) {
	const count = 300_000
	var w Writer
	w.Array(count)
	for range count {
		w.BulkString("ab")
	}
	p := Parser{Limits: Limits{Authenticated: true}}
	for end := 64; end < len(w.Buf); end += 64 {
		if _, _, done, err := p.Parse(w.Buf[:end]); done || err != nil {
			t.Fatal(done, err)
		}
	}
	args, _, done, err := p.Parse(w.Buf)
	if !done || err != nil || len(args) != count {
		t.Fatal(len(args), done, err)
	}
	p.Reset()
	if cap(p.Args) > keepArgs || cap(p.spans) > keepArgs {
		t.Errorf("keeps %d and %d entries", cap(p.Args), cap(p.spans))
	}
}

func TestAnnouncedLengthsCostNothing(t *testing.T) {
	allocs := testing.AllocsPerRun(20, func() {
		p := Parser{Limits: Limits{Authenticated: true}}
		for _, in := range []string{"*1048576\r\n", "*1048576\r\n$536870912\r\n"} {
			if _, _, done, err := p.Parse([]byte(in)); done || err != nil {
				t.Fatal(done, err)
			}
		}
	})
	if allocs > 2 {
		t.Errorf("%v allocations", allocs)
	}
}

func pipeline(n int) []byte {
	var w Writer
	for i := range n {
		w.Array(3)
		w.BulkString("SET")
		w.BulkString(fmt.Sprintf("key:%012d", i))
		w.BulkString(strings.Repeat("x", 64))
	}
	return w.Buf
}

func parseAll(tb testing.TB, p *Parser, data []byte) {
	for len(data) > 0 {
		_, n, done, err := p.Parse(data)
		if !done || err != nil {
			tb.Fatal(done, err)
		}
		data = data[n:]
	}
	p.Reset()
}

func TestParserDoesNotAllocate(t *testing.T) {
	p := Parser{Limits: Limits{Authenticated: true}}
	whole := append(pipeline(16), "SET a 'b c'\r\n"...)
	half := pipeline(1)
	buf := make([]byte, len(whole))
	if allocs := testing.AllocsPerRun(100, func() {
		copy(buf, whole) // quotes are decoded in place
		parseAll(t, &p, buf)
		if _, _, done, err := p.Parse(half[:40]); done || err != nil {
			t.Fatalf("half a request: done %v, error %v", done, err)
		}
		parseAll(t, &p, half)
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("*2\r\n$1\r\na\r\n$0\r\n\r\nPING\r\n*-1\r\n"), 3, true)
	f.Add([]byte("*1\r\n$-1\r\n"), 1, false)
	f.Fuzz(func(t *testing.T, in []byte, cut int, authenticated bool) {
		if len(in) > 2000 {
			return
		}
		limits := Limits{Authenticated: authenticated}
		want := feed(in, limits, nil, false).String()
		if got := feed(in, limits, everyByte(len(in)), true).String(); got != want {
			t.Fatalf("byte by byte %s, in one piece %s", got, want)
		}
		if cut >= 0 && cut <= len(in) {
			if got := feed(in, limits, []int{cut}, false).String(); got != want {
				t.Fatalf("cut at %d %s, in one piece %s", cut, got, want)
			}
		}
	})
}

func FuzzInline(f *testing.F) {
	f.Add([]byte(`SET k "a\x41\n" 'b\'' c`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 0 && line[0] == '*' || bytes.IndexByte(line, '\n') >= 0 || len(line) > MaxLine-2 {
			return
		}
		var p Parser
		in := append(bytes.Clone(line), "\r\n"...)
		args, n, done, err := p.Parse(in)
		if err != nil {
			if !errors.Is(err, ErrUnbalancedQuotes) {
				t.Fatal(err)
			}
			return
		}
		size := 0
		for _, a := range args {
			size += len(a)
		}
		if !done || n != len(in) || size > len(line) {
			t.Fatalf("%q: %q, %d, %v", line, args, n, done)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	const n = 64
	for name, data := range map[string][]byte{
		"array":  pipeline(n),
		"push":   bytes.Repeat([]byte("*3\r\n$5\r\nRPUSH\r\n$6\r\nmylist\r\n$64\r\n"+strings.Repeat("x", 64)+"\r\n"), n),
		"inline": bytes.Repeat([]byte("PING\r\n"), n),
	} {
		b.Run(name, func(b *testing.B) {
			p := Parser{Limits: Limits{Authenticated: true}}
			for b.Loop() {
				parseAll(b, &p, data)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/request")
		})
	}
}
