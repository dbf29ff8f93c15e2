package rdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/troupe-db/troupe/codec/crc"
)

// draw returns a value of a kind with about n elements.
func draw(rng *rand.Rand, kind Kind, n int, timed bool) *model {
	m := &model{}
	_ = m.Begin(kind, 0)
	seen := map[string]bool{}
	id := ID{rng.Uint64() >> 1, 0}
	for i := range n {
		t := text(rng)
		if kind != List && kind != String && seen[string(t)] {
			continue
		}
		seen[string(t)] = true
		switch kind {
		case String:
			_ = m.Text(bytes.Repeat(t, n))
			return m
		case List:
			_ = m.Element(t)
		case Set:
			_ = m.Member(t)
		case SortedSet:
			_ = m.Scored(t, float64(rng.IntN(100))/8)
		case Hash:
			until := int64(None)
			if timed && rng.IntN(2) == 0 {
				until = rng.Int64N(lastDeadline)
			}
			_ = m.Field(t, text(rng), until)
		case Stream:
			id = ID{id.MS + uint64(rng.IntN(3)), id.Seq + 1 + uint64(rng.IntN(2))}
			pairs := [][]byte{[]byte("a"), t}
			if rng.IntN(3) == 0 {
				pairs = append(pairs, t, text(rng))
			}
			_ = m.Entry(id, pairs)
		}
		_ = i
	}
	if kind == Stream {
		drawGroups(rng, m)
	}
	return m
}

func drawGroups(rng *rand.Rand, m *model) {
	info := StreamInfo{Length: uint64(len(m.ids)), Last: m.ids[len(m.ids)-1], First: m.ids[0], Added: 1 << 40}
	_ = m.Stream(&info)
	for g := range rng.IntN(3) {
		_ = m.Group(&GroupInfo{Name: fmt.Append(nil, g), Last: m.ids[0], Read: int64(g) - 1})
		for i, id := range m.ids {
			_ = m.Pending(&Pending{ID: id, At: int64(i), Count: uint64(i)})
		}
		_ = m.Consumer(&Consumer{Name: []byte("c"), Seen: 5, Active: 5})
		_ = m.Consumer(&Consumer{Name: []byte("d"), Seen: 7, Active: 7})
		for _, id := range m.ids {
			_ = m.Owned(id)
		}
		_ = m.GroupEnd()
	}
}

var kinds = []Kind{String, List, Set, SortedSet, Hash, Stream}

func drawKeys(rng *rand.Rand, timed bool) []key {
	var keys []key
	for db := range 3 {
		for _, kind := range kinds {
			for _, n := range []int{1, 5, 300} {
				e := Entry{
					DB: 5 * db, Key: fmt.Append(nil, db, kind, n), Kind: kind,
					ExpireAt: None, Idle: None, Freq: None,
				}
				switch n {
				case 1:
					e.ExpireAt = rng.Int64()
				case 5:
					e.Idle = rng.Int64()
				default:
					e.Freq = rng.IntN(256)
				}
				keys = append(keys, key{e, draw(rng, kind, n, timed)})
			}
		}
	}
	return keys
}

func same(t *testing.T, got, want []key) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d keys, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := &got[i], &want[i]
		if fmt.Sprint(g.entry) != fmt.Sprint(w.entry) {
			t.Errorf("key %v, want %v", g.entry, w.entry)
		}
		if g.value.String() != w.value.String() {
			t.Fatalf("%q:\n%.2000s\nwant\n%.2000s", w.entry.Key, g.value, w.value)
		}
	}
}

// TestRoundTrip reads back what was written, in every version and layout, from
// sources that give what they like.
func TestRoundTrip(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	for version := Redis70Version; version <= NewestVersion; version++ {
		for _, flat := range []bool{false, true} {
			rng := rand.New(rand.NewPCG(seed, uint64(version)))
			keys := drawKeys(rng, version >= versionTimedHash)
			var file bytes.Buffer
			if err := write(&file, version, keys, flat); err != nil {
				t.Fatal(err)
			}
			for _, in := range []io.Reader{
				bytes.NewReader(file.Bytes()), iotest.OneByteReader(bytes.NewReader(file.Bytes())),
				iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(file.Bytes()))),
			} {
				got, err := read(in)
				if err != nil {
					t.Fatal(err)
				}
				same(t, got, keys)
			}
		}
	}
}

// TestSkip passes over values, and is told what a file has besides keys.
func TestSkip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	keys := drawKeys(rng, false)
	var file bytes.Buffer
	w := NewWriter(&file, DefaultVersion)
	w.Aux("a", "b")
	w.Function([]byte("#!lua name=x"))
	w.SelectDB(7, 100, 50)
	for i := range keys {
		w.Key(&keys[i].entry)
		keys[i].value.write(w, true)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	var told []string
	r, err := NewReader(&file, 1<<20, Extras{
		Aux:      func(k, v []byte) error { told = append(told, fmt.Sprintf("%s=%s", k, v)); return nil },
		Function: func(code []byte) error { told = append(told, string(code)); return nil },
		Size:     func(db int, n, m uint64) error { told = append(told, fmt.Sprint(db, n, m)); return nil },
	})
	if err != nil || r.Version() != DefaultVersion {
		t.Fatal(r, err)
	}
	for i := range keys {
		e, err := r.Next()
		if err != nil || string(e.Key) != string(keys[i].entry.Key) || e.DB != 7 || e.Kind != keys[i].entry.Kind {
			t.Fatalf("%v, %v", e, err)
		}
	}
	for range 2 {
		if _, err := r.Next(); err != io.EOF {
			t.Fatal(err)
		}
	}
	if got := strings.Join(told, "; "); got != "a=b; #!lua name=x; 7 100 50" {
		t.Error(got)
	}
}

// TestDamage flips every byte of a file and cuts it everywhere: no flip goes
// unnoticed, and none does more than give an error.
func TestDamage(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var keys []key
	for _, kind := range kinds {
		keys = append(keys, key{Entry{Key: []byte("k"), Kind: kind, ExpireAt: None, Idle: None, Freq: None}, draw(rng, kind, 6, true)})
	}
	for _, flat := range []bool{false, true} {
		var file bytes.Buffer
		if err := write(&file, NewestVersion, keys, flat); err != nil {
			t.Fatal(err)
		}
		whole := file.Bytes()
		for at := range whole {
			if _, err := read(bytes.NewReader(whole[:at])); err == nil {
				t.Fatalf("cut at %d: no error", at)
			}
			p := bytes.Clone(whole)
			p[at] ^= byte(1 + rng.IntN(255))
			if _, err := read(bytes.NewReader(p)); err == nil {
				t.Fatalf("byte %d is %#x: no error", at, p[at])
			}
		}
	}
}

func TestHeader(t *testing.T) {
	for file, want := range map[string]error{
		"": ErrCorrupt, "REDIS00": ErrCorrupt, "REDIX0011": ErrCorrupt, "REDIS0004": ErrVersion, "REDIS0013": ErrVersion,
		"REDIS001x": ErrVersion, "VALKEY081": ErrVersion,
	} {
		if _, err := NewReader(strings.NewReader(file), 1, Extras{}); !errors.Is(err, want) {
			t.Errorf("%q: %v", file, err)
		}
	}
	broken := errors.New("broken")
	if _, err := NewReader(iotest.ErrReader(broken), 1, Extras{}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// TestChecksum takes a sum of 0 for none.
func TestChecksum(t *testing.T) {
	for sum, want := range map[string]error{
		"\x00\x00\x00\x00\x00\x00\x00\x00": nil, "\x01\x00\x00\x00\x00\x00\x00\x00": ErrChecksum,
	} {
		if _, err := read(strings.NewReader("REDIS0009\x00\x01k\x01v\xff" + sum)); !errors.Is(err, want) {
			t.Errorf("%q: %v", sum, err)
		}
	}
}

// TestGoOn reads on behind values that nobody can have.
func TestGoOn(t *testing.T) {
	for _, value := range []string{
		"\x02\x01e\x00", "\x0b\x01e\x08\x02\x00\x00\x00\x00\x00\x00\x00", "\x12\x01e\x00",
		"\x12\x01e\x01\x02\x07\x07\x00\x00\x00\x00\x00\xff", "\x07\x01m\x05\x02\x09\x05\x02hi\x04abcdefgh\x03abcd\x00",
	} {
		keys, err := read(strings.NewReader("REDIS0010" + value + "\x00\x01k\x01v\xff" + strings.Repeat("\x00", 8)))
		if err != nil || len(keys) != 2 || keys[1].value.String() != "kind 1\ntext \"v\"" {
			t.Errorf("%q: %v, %v", value, keys, err)
		}
	}
	if _, err := read(strings.NewReader("REDIS0010\x06\x01m\x00")); !errors.Is(err, ErrModule) {
		t.Error(err)
	}
}

// payload signs a value.
func payload(value string, version uint16) []byte {
	p := binary.LittleEndian.AppendUint16([]byte(value), version)
	return binary.LittleEndian.AppendUint64(p, crc.Sum64(p))
}

// TestRefused has values that are whole texts and lengths, but nonsense.
func TestRefused(t *testing.T) {
	blob := func(typ byte, p string) string { return string([]byte{typ, byte(len(p))}) + p }
	for _, value := range []string{
		"\x03\x01\x01a\xfd", "\x03\x01\x01a\x03nan", "\x05\x01\x01a\x00\x00\x00\x00\x00\x00\xf8\x7f",
		"\x02\x81\xff\xff\xff\xff\xff\xff\xff\xff\x01a", "\x00\x80\xff\xff\xff\xff", "\x00\x82\x01", "\x00\xc4",
		blob(0x0b, "\x02\x00\x00\x00\x02\x00\x00\x00\x02\x00\x01\x00"),             // intset out of order
		blob(0x0b, "\x03\x00\x00\x00\x00\x00\x00\x00"),                             // of width 3
		blob(0x10, "\x09\x00\x00\x00\x01\x00\x01\x01\xff"),                         // a field without a value
		blob(0x11, "\x0f\x00\x00\x00\x04\x00\x01\x01\x02\x01\x02\x01\x01\x01\xff"), // members out of order
		blob(0x11, "\x0b\x00\x00\x00\x02\x00\x01\x01\x81x\x02\xff"),                // score is text
		blob(0x0a, "\x0d\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x05\xf1\xff"),         // ziplist: size of none
		blob(0x0a, "\x0d\x00\x00\x00\x0b\x00\x00\x00\x01\x00\x00\xf1\xff"),         // its tail is elsewhere
		blob(0x0a, "\x0d\x00\x00\x00\x0a\x00\x00\x00\x02\x00\x00\xf1\xff"),         // and its count
		blob(0x0a, "\x0d\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\x3f\xff"),         // text beyond its end
		blob(0x0a, "\x0d\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\xfb"),             // no end
		blob(0x09, "\x01\x01a\x01\x00b"), blob(0x09, "\x02\x01a\x01\x00b\xff"), blob(0x09, "\x01\x01a\x01\x09b\xff"),
		"\x18\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x01a\x01b", // deadlines
		"\x18\xfe\xff\xff\xff\xff\xff\x00\x00\x01\x05\x01a\x01b",
		"\x16\x01\x81\xff\xff\xff\xff\xff\xff\xff\xff\x01a\x01b",
		"\x1a\x00", "\x08\x00", "\x0f\x00\x01\x00\x00\x00", // a stream with an entry it does not have
	} {
		err := VisitPayload(payload(value, 12), 1<<20, ignore{})
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q: %v", value, err)
		}
	}
	if err := VisitPayload(payload("\x00\x01a", 13), 9, ignore{}); !errors.Is(err, ErrVersion) {
		t.Error(err)
	}
	if err := VisitPayload([]byte("\x00\x01a"), 9, ignore{}); !errors.Is(err, ErrChecksum) {
		t.Error(err)
	}
	if err := VisitPayload(payload("\x00\x0a0123456789", 9), 9, ignore{}); !errors.Is(err, ErrCorrupt) {
		t.Error(err)
	}
}

// TestWriterErrors has the first error told at the end.
func TestWriterErrors(t *testing.T) {
	full := errors.New("full")
	w := NewWriter(failing{full}, DefaultVersion)
	w.Text(bytes.Repeat([]byte("some bytes"), 100_000))
	if err := w.End(); !errors.Is(err, full) || !errors.Is(w.Err(), full) {
		t.Error(err)
	}
	w = NewWriter(io.Discard, DefaultVersion)
	w.TimedHash(1, 5)
	w.TimedField(nil, nil, 5, 5)
	if err := w.End(); !errors.Is(err, ErrTooNew) {
		t.Error(err)
	}
	if err := NewWriter(io.Discard, 9).End(); !errors.Is(err, ErrVersion) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestMemory reads a file that claims more than it has.
func TestMemory(t *testing.T) {
	for _, file := range []string{
		"REDIS0010\x00\x01k\x81\x00\x00\x00\x00\x3f\xff\xff\xff", "REDIS0010\x02\x01k\x81\x00\x00\x00\x00\x3f\xff\xff\xff",
		"REDIS0010\x00\x01k\xc3\x80\x00\xff\xff\xff\x80\x3f\xff\xff\xff",
	} {
		allocated := testing.AllocsPerRun(1, func() {
			if _, err := read(strings.NewReader(file + strings.Repeat("x", 100))); !errors.Is(err, ErrCorrupt) {
				t.Error(err)
			}
		})
		if allocated > 100 {
			t.Errorf("%v allocations", allocated)
		}
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = read(strings.NewReader("REDIS0010\x00\x01k\x81\x00\x00\x00\x00\x3f\xff\xff\xff" + strings.Repeat("x", 1000)))
		}
	})
	if n := result.AllocedBytesPerOp(); n > 4*step {
		t.Errorf("%d bytes for a text of a thousand that says it has a billion", n)
	}
}

func FuzzFile(f *testing.F) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, kind := range kinds {
		var file bytes.Buffer
		keys := []key{{Entry{Key: []byte("k"), Kind: kind, ExpireAt: 5, Idle: None, Freq: None}, draw(rng, kind, 4, true)}}
		if err := write(&file, NewestVersion, keys, rng.IntN(2) == 0); err != nil {
			f.Fatal(err)
		}
		f.Add(file.Bytes())
	}
	f.Add([]byte("REDIS0005\xfe\x00\xfd\x01\x02\x03\x04\x09\x01k\x09\x01\x03foo\x01\x00b\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(_ *testing.T, file []byte) {
		_, _ = read(bytes.NewReader(file))
	})
}

func FuzzPayload(f *testing.F) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, kind := range kinds {
		for _, flat := range []bool{false, true} {
			w := NewPayload()
			draw(rng, kind, 9, true).write(w, flat)
			f.Add(w.Payload())
		}
	}
	f.Add(payload("\x0a\x0d\x0d\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\xf1\xff", 6))
	f.Fuzz(func(t *testing.T, p []byte) {
		if len(p) < footer {
			return
		}
		var m model
		if err := VisitPayload(payload(string(p[:len(p)-footer]), 12), 1<<20, &m); err != nil {
			return
		}
		w := NewPayload()
		m.write(w, false)
		var again model
		if err := VisitPayload(w.Payload(), 1<<20, &again); err != nil || again.String() != m.String() {
			t.Fatalf("%q: %v\n%s\n%s", p, err, &m, &again)
		}
	})
}
