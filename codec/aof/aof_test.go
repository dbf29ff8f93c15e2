package aof

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// request encodes words.
func request(words ...string) []byte {
	out := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, w := range words {
		out = fmt.Appendf(out, "$%d\r\n%s\r\n", len(w), w)
	}
	return out
}

// sealed makes a part of groups, each of which is the given requests, and returns
// where each group ends.
func sealed(groups ...[]byte) (file []byte, ends []int) {
	for _, g := range groups {
		file = append(file, CloseGroup(append(OpenGroup(nil), g...), int64(len(file)), int64(len(file)))...)
		ends = append(ends, len(file))
	}
	return file, ends
}

// read reads a whole part and returns its requests as lines, where the good prefix
// ends, and what is wrong.
func read(file []byte) (lines []string, good int64, err error) {
	s := NewScanner(iotest{bytes.NewReader(file)}, 0)
	var b Block
	for {
		if err := s.Next(&b); err != nil {
			if err == io.EOF {
				err = nil
			}
			return lines, s.Good(), err
		}
		for i := range b.Len() {
			lines = append(lines, string(bytes.Join(b.Request(i), []byte(" "))))
		}
	}
}

// iotest reads a little at a time.
type iotest struct{ r io.Reader }

func (r iotest) Read(p []byte) (int, error) { return r.r.Read(p[:min(len(p), 7)]) }

func someGroups() [][]byte {
	return [][]byte{
		request("SET", "a", "1"),
		bytes.Join([][]byte{AppendTime(nil, 17), request("MULTI"), request("INCR", "a"), request("LPUSH", "l", "x"), request("EXEC")}, nil),
		bytes.Join([][]byte{request("SET", "b", strings.Repeat("long ", 30)), request("DEL", "a")}, nil),
	}
}

var wholeLines = [][]string{
	{"SET a 1"}, {"MULTI", "INCR a", "LPUSH l x", "EXEC"}, {"SET b " + strings.Repeat("long ", 30), "DEL a"},
}

// want returns the requests of the first n groups.
func want(n int) string {
	var lines []string
	for _, g := range wholeLines[:n] {
		lines = append(lines, g...)
	}
	return strings.Join(lines, "\n")
}

func TestGroupsAreRead(t *testing.T) {
	file, _ := sealed(someGroups()...)
	lines, good, err := read(file)
	if got := strings.Join(lines, "\n"); err != nil || good != int64(len(file)) || got != want(3) {
		t.Errorf("read %q up to %d of %d, %v", lines, good, len(file), err)
	}
}

func TestEveryCutLeavesTheLongestPrefix(t *testing.T) {
	file, ends := sealed(someGroups()...)
	for cut := range len(file) {
		groups := 0
		for groups < len(ends) && ends[groups] <= cut {
			groups++
		}
		lines, good, err := read(file[:cut])
		end := 0
		if groups > 0 {
			end = ends[groups-1]
		}
		if got := strings.Join(lines, "\n"); got != want(groups) || good != int64(end) {
			t.Fatalf("cut at %d: %q up to %d, want %d groups", cut, got, good, groups)
		}
		var d *Damage
		if cut == end {
			if err != nil {
				t.Fatalf("cut at %d, the end of a group: %v", cut, err)
			}
			continue
		}
		if !errors.As(err, &d) || d.Good != int64(end) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if v, _, err := Judge(bytes.NewReader(file[:cut]), int64(cut), d); v != Torn || err != nil {
			t.Fatalf("cut at %d is judged %d, %v", cut, v, err)
		}
	}
}

func TestEveryFlipIsNoticed(t *testing.T) {
	file, ends := sealed(someGroups()...)
	for bit := range 8 * len(file) {
		flipped := bytes.Clone(file)
		flipped[bit/8] ^= 1 << (bit % 8)
		groups := 0
		for ends[groups] <= bit/8 {
			groups++
		}
		lines, _, err := read(flipped)
		var d *Damage
		if got := strings.Join(lines, "\n"); !errors.As(err, &d) || got != want(groups) {
			t.Fatalf("bit %d: read %q, %v", bit, got, err)
		}
		v, _, err := Judge(bytes.NewReader(flipped), int64(len(file)), d)
		if harmed := groups < len(ends)-1; err != nil || (v == Harmed) != harmed {
			t.Fatalf("bit %d in group %d is judged %d, %v", bit, groups, v, err)
		}
	}
}

func TestPartsWithoutGroups(t *testing.T) {
	units := [][]byte{request("SET", "a", "1"), AppendTime(nil, 5), bytes.Join([][]byte{request("MULTI"), request("SET", "b", "2"), request("eXec")}, nil), request("DEL", "a")}
	file := bytes.Join(units, nil)
	for cut := range len(file) + 1 {
		good := 0
		for _, u := range units {
			if good+len(u) > cut {
				break
			}
			good += len(u)
		}
		_, at, err := read(file[:cut])
		if at != int64(good) || (err == nil) != (cut == good) {
			t.Fatalf("cut at %d: good to %d, want %d, %v", cut, at, good, err)
		}
	}
	for name, c := range map[string]struct {
		tail string
		want Verdict
	}{
		"zeros":             {strings.Repeat("\x00", 500), Torn},
		"zeros in a word":   {"*1\r\n$5\r\nhe" + strings.Repeat("\x00", 500), Torn},
		"a hole":            {strings.Repeat("\x00", 500) + "\nVALUE\r\n", Torn},
		"a few zeros":       {"\x00\x00\nVALUE\r\n", Harmed},
		"a large hole":      {strings.Repeat("\x00", 500) + strings.Repeat("much more\r\n", 100000), Harmed},
		"nonsense":          {"nonsense\r\n", Harmed},
		"a negative length": {"*1\r\n$-1\r\n", Harmed},
		"no words":          {"*0\r\n", Harmed},
		"a huge length":     {"*1\r\n$999999999999999999\r\n", Torn},
		"a huge count":      {"*999999999999999999\r\n$1\r\na\r\n", Torn},
		"a huge number":     {"*9999999999999999999999999\r\n", Harmed},
		"an endless note":   {"#" + strings.Repeat("x", 2000) + "\n", Torn},
	} {
		damaged := append(bytes.Clone(file), c.tail...)
		_, at, err := read(damaged)
		var d *Damage
		if !errors.As(err, &d) || at != int64(len(file)) {
			t.Errorf("%s: good to %d, %v", name, at, err)
			continue
		}
		if v, _, err := Judge(bytes.NewReader(damaged), int64(len(damaged)), d); v != c.want || err != nil {
			t.Errorf("%s: %v is judged %d, %v", name, d, v, err)
		}
	}
}

// TestMixedParts reads what Redis has added behind groups.
func TestMixedParts(t *testing.T) {
	file, _ := sealed(someGroups()...)
	foreign := append(bytes.Clone(file), request("SELECT", "0")...)
	foreign = append(foreign, request("SET", "r", "1")...)
	again := CloseGroup(append(OpenGroup(nil), request("PING")...), int64(len(foreign)), 0)
	lines, good, err := read(append(foreign, again...))
	if got := strings.Join(lines, "\n"); err != nil || got != want(3)+"\nSELECT 0\nSET r 1\nPING" {
		t.Errorf("read %q up to %d, %v", got, good, err)
	}
}

func TestLargeParts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var file []byte
	var sent []string
	for range 2000 {
		value := strings.Repeat("v", rng.IntN(3000))
		sent = append(sent, "SET k "+value)
		file = append(file, request("SET", "k", value)...)
	}
	sent = append(sent, "SET k "+strings.Repeat("w", 5<<20))
	file = append(file, request("SET", "k", strings.Repeat("w", 5<<20))...)
	s := NewScanner(bytes.NewReader(file), 100)
	var b Block
	n, last := 0, int64(100)
	for {
		err := s.Next(&b)
		if err == io.EOF {
			break
		}
		if err != nil || b.Offset != last {
			t.Fatalf("block at %d, want %d: %v", b.Offset, last, err)
		}
		last = b.End
		for i := range b.Len() {
			if got := string(bytes.Join(b.Request(i), []byte(" "))); got != sent[n] {
				t.Fatalf("request %d is %.80q", n, got)
			}
			n++
		}
	}
	if n != len(sent) || last != int64(100+len(file)) {
		t.Errorf("%d requests up to %d", n, last)
	}
}

func TestManifest(t *testing.T) {
	text := "file appendonly.aof.2.base.rdb seq 2 type b\nfile \"a b\" seq 1 type h\nfile appendonly.aof.4.incr.aof seq 4 type i\n"
	m, err := ParseManifest([]byte("# a comment\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(m.Append(nil)); got != text {
		t.Errorf("written back as %q", got)
	}
	if m.Next(Base) != 3 || m.Next(Incr) != 5 || len(m.Parts()) != 2 || string(m.Clone().Append(nil)) != text {
		t.Errorf("next %d and %d, parts %v", m.Next(Base), m.Next(Incr), m.Parts())
	}
	for bad, word := range map[string]string{
		"":                                  "empty",
		"file a seq 1 type b":               "not ended",
		"\n":                                "form",
		"file a seq 1\n":                    "form",
		"file a seq x type b\n":             "form",
		"file a seq 0 type b\n":             "form",
		"file ../a seq 1 type b\n":          "path",
		"file .. seq 1 type b\n":            "path",
		"file a seq 1 type z\n":             "none of",
		"file a seq 1 type bb\n":            "none of",
		"file \"a seq 1 type b\n":           "form",
		"file " + strings.Repeat("a", 1100): "too long",
		"file a seq 1 type b\nfile b seq 2 type b\n": "two base",
		"file a seq 2 type i\nfile b seq 2 type i\n": "line 2",
	} {
		if _, err := ParseManifest([]byte(bad)); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%.60q: %v, want %q", bad, err, word)
		}
	}
}

func FuzzScanner(f *testing.F) {
	file, _ := sealed(someGroups()...)
	f.Add(file)
	f.Add(append(bytes.Clone(file), request("SET", "x", "y")...))
	f.Add([]byte("*1\r\n$5\r\nMULTI\r\n"))
	f.Add([]byte("#TS:1\r\n*1\r\n$0\r\n\r\n\x00\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, good, err := read(file)
		if good < 0 || good > int64(len(file)) {
			t.Fatalf("good up to %d of %d", good, len(file))
		}
		var d *Damage
		if errors.As(err, &d) {
			if d.Good != good || d.At < d.Good || d.At > int64(len(file)) {
				t.Fatalf("%+v, good up to %d", d, good)
			}
			if _, _, err := Judge(bytes.NewReader(file), int64(len(file)), d); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		again, at, err := read(file[:good])
		if err != nil || at != good {
			t.Fatalf("the good prefix of %d has %d requests up to %d, %v", good, len(again), at, err)
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("file a seq 1 type b\nfile \"b \\x00\" seq 2 type i\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseManifest(text)
		if err != nil {
			return
		}
		if again, err := ParseManifest(m.Append(nil)); err == nil && string(again.Append(nil)) != string(m.Append(nil)) {
			t.Fatalf("%q becomes %q", m.Append(nil), again.Append(nil))
		}
	})
}

var every = flag.Bool("every", false, "cut the large part at every byte and flip every bit, not a sample")

// TestLargePartCutAndFlipped cuts a part of 64 KiB at every byte and flips its bits:
// what is read is the longest sound prefix, and no flip goes unnoticed.
func TestLargePartCutAndFlipped(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var groups [][]byte
	size := 0
	for size < 64<<10 {
		var g []byte
		for range 1 + rng.IntN(4) {
			g = append(g, request("SET", fmt.Sprint("key", rng.IntN(100)), strings.Repeat("v", rng.IntN(400)))...)
		}
		groups = append(groups, g)
		size += len(g) + groupSize + crcLongest
	}
	file, ends := sealed(groups...)
	good := func(file []byte) (int, error) {
		s := NewScanner(bytes.NewReader(file), 0)
		var b Block
		for {
			if err := s.Next(&b); err != nil {
				if err == io.EOF {
					err = nil
				}
				return int(s.Good()), err
			}
		}
	}
	before := func(at int) (end int) {
		for _, e := range ends {
			if e > at {
				break
			}
			end = e
		}
		return end
	}
	step := 7
	switch {
	case *every:
		step = 1
	case raceEnabled:
		step = 97
	}
	for cut := 0; cut < len(file); cut += step {
		if at, _ := good(file[:cut]); at != before(cut) {
			t.Fatalf("cut at %d: good to %d, want %d", cut, at, before(cut))
		}
	}
	if !*every {
		step *= 11
	}
	for bit := 0; bit < 8*len(file); bit += step {
		file[bit/8] ^= 1 << (bit % 8)
		if at, err := good(file); err == nil || at != before(bit/8) {
			t.Fatalf("bit %d: good to %d, want %d, %v", bit, at, before(bit/8), err)
		}
		file[bit/8] ^= 1 << (bit % 8)
	}
}
