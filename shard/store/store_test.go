package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// mix is a hash for tests: fixed, so that failures repeat, and well mixed.
func mix(key []byte) uint64 {
	h := uint64(len(key)) * 0x9e3779b97f4a7c15
	for len(key) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(key)) * 0xff51afd7ed558ccd
		h ^= h >> 32
		key = key[8:]
	}
	for _, b := range key {
		h = (h ^ uint64(b)) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>29
}

func newTest(t testing.TB, hash func([]byte) uint64) *Store {
	t.Helper()
	s := New(Options{Hash: hash, Reserve: 4 << 30})
	t.Cleanup(s.Close)
	return s
}

func check(t testing.TB, s *Store) {
	t.Helper()
	if err := s.verify(); err != nil {
		t.Fatal(err)
	}
}

// set inserts key or replaces its value.
func set(t testing.TB, s *Store, key, value []byte, expire int64) Ref {
	t.Helper()
	h := s.hash(key)
	r := s.Find(h, key)
	var err error
	if r == 0 {
		r, err = s.Insert(h, key, 1, len(value), expire)
	} else {
		r, err = s.Replace(h, r, 1, len(value), expire)
	}
	if err != nil {
		t.Fatal(err)
	}
	copy(s.Value(r), value)
	return r
}

func numKey(i int) []byte { return fmt.Appendf(nil, "key:%012d", i) }

// text is an Object.
type text string

func (t text) Bytes() int64   { return int64(len(t)) }
func (t text) Clone() Object  { return t }
func (t text) Freeze() Object { return t }

// want is what the model knows of a key.
type want struct {
	kind   uint8
	access uint32
	expire int64
	value  []byte
	object Object
}

// model drives a store and a map side by side.
type model struct {
	s    *Store
	m    map[string]*want
	keys [][]byte
}

func newModel(s *Store) *model {
	m := &model{s: s, m: make(map[string]*want)}
	for i := range 700 {
		k := numKey(i)
		switch i % 50 {
		case 0:
			k = bytes.Repeat(k, 20) // long form
		case 1:
			k = bytes.Repeat(k, 1100) // outside the arena
		case 2:
			k = bytes.Repeat(k, 16)[:255]
		case 3:
			k = bytes.Repeat(k, 16)[:256]
		}
		m.keys = append(m.keys, k)
	}
	m.keys[7] = []byte{}
	return m
}

func drawSize(t *rapid.T) int {
	switch rapid.IntRange(0, 9).Draw(t, "size class") {
	case 0:
		return 0
	case 1:
		return rapid.IntRange(30_000, 40_000).Draw(t, "size")
	case 2:
		return rapid.IntRange(257, 20_000).Draw(t, "size")
	case 3:
		return rapid.IntRange(40_000, 200_000).Draw(t, "size")
	}
	return rapid.IntRange(0, 300).Draw(t, "size")
}

func drawExpire(t *rapid.T) int64 {
	return rapid.SampledFrom([]int64{NoExpire, NoExpire, 0, 1, 1 << 60}).Draw(t, "expire")
}

func fill(b []byte, seed int) {
	for i := range b {
		b[i] = byte(seed + i*7)
	}
}

// step does one random operation on both sides.
func (m *model) step(t *rapid.T) {
	key := m.keys[rapid.IntRange(0, len(m.keys)-1).Draw(t, "key")]
	h := m.s.hash(key)
	r := m.s.Find(h, key)
	w := m.m[string(key)]
	if (r != 0) != (w != nil) {
		t.Fatalf("found %v, want %v", r != 0, w != nil)
	}
	if w == nil {
		n, at := drawSize(t), drawExpire(t)
		r, err := m.s.Insert(h, key, uint8(1+n%255), n, at)
		if err != nil {
			t.Fatal(err)
		}
		fill(m.s.Value(r), n)
		m.m[string(key)] = &want{kind: uint8(1 + n%255), expire: at, value: bytes.Clone(m.s.Value(r))}
		return
	}
	m.compare(t, r, key, w)
	m.change(t, h, r, key, w)
}

func (m *model) change(t *rapid.T, h uint64, r Ref, key []byte, w *want) {
	var err error
	switch rapid.IntRange(0, 7).Draw(t, "op") {
	case 0, 1:
		m.s.Delete(h, r)
		delete(m.m, string(key))
		return
	case 2:
		w.expire = drawExpire(t)
		r, err = m.s.SetExpire(h, r, w.expire)
	case 3:
		n := drawSize(t)
		w.kind, w.expire, w.object = uint8(1+n%200), drawExpire(t), nil
		r, err = m.s.Replace(h, r, w.kind, n, w.expire)
		fill(m.s.Value(r), n+1)
		w.value = bytes.Clone(m.s.Value(r))
	case 4:
		n := drawSize(t)
		keep := min(n, len(w.value))
		r, err = m.s.Resize(h, r, n)
		fill(m.s.Value(r)[keep:], n+2)
		w.value, w.object = append(w.value[:keep:keep], m.s.Value(r)[keep:]...), nil
	case 5:
		n := len(w.value) + 1
		r, err = m.s.Resize(h, r, n)
		m.s.Value(r)[n-1] = 'x'
		w.value, w.object = append(w.value, 'x'), nil
	case 6:
		w.access = rapid.Uint32Range(0, 1<<24-1).Draw(t, "access")
		m.s.SetAccess(r, w.access)
		w.kind++
		w.kind = max(w.kind, 1)
		m.s.SetKind(r, w.kind)
	case 7:
		w.object = text(fmt.Sprint("object ", len(m.m)))
		w.value = nil
		r, err = m.s.SetObject(h, r, w.object)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := m.s.Find(h, key); got != r {
		t.Fatalf("found %d after a change to %d", got, r)
	}
	m.compare(t, r, key, w)
}

func (m *model) compare(t *rapid.T, r Ref, key []byte, w *want) {
	s := m.s
	if !bytes.Equal(s.Key(r), key) || !bytes.Equal(s.Value(r), w.value) || s.Object(r) != w.object {
		t.Fatalf("key %.20q: value of %d bytes, want %d; object %v, want %v", key, len(s.Value(r)), len(w.value), s.Object(r), w.object)
	}
	if s.Kind(r) != w.kind || s.Access(r) != w.access || s.Expire(r) != w.expire {
		t.Fatalf("kind %d/%d access %d/%d expire %d/%d", s.Kind(r), w.kind, s.Access(r), w.access, s.Expire(r), w.expire)
	}
}

// all compares the whole store with the model, by a scan.
func (m *model) all(t *rapid.T) {
	seen := 0
	for cursor, first := uint64(0), true; first || cursor != 0; first = false {
		cursor = m.s.Scan(cursor, 10, func(r Ref) {
			seen++
			m.compare(t, r, m.s.Key(r), m.m[string(m.s.Key(r))])
		})
	}
	if seen != len(m.m) || m.s.Len() != len(m.m) {
		t.Fatalf("scan saw %d of %d, Len %d", seen, len(m.m), m.s.Len())
	}
	if err := m.s.verify(); err != nil {
		t.Fatal(err)
	}
}

func testModel(t *testing.T, hash func([]byte) uint64) {
	pool := NewPool()
	rapid.Check(t, func(t *rapid.T) {
		s := New(Options{Hash: hash, Pool: pool, Reserve: 4 << 30})
		defer s.Close()
		m := newModel(s)
		for range rapid.IntRange(0, 40).Draw(t, "rounds") {
			for range rapid.IntRange(1, 60).Draw(t, "steps") {
				m.step(t)
			}
			if rapid.Bool().Draw(t, "tidy") {
				s.Tidy(rapid.IntRange(1, 100).Draw(t, "budget"))
			}
		}
		m.all(t)
	})
}

func TestModel(t *testing.T)        { testModel(t, mix) }
func TestModelFlooded(t *testing.T) { testModel(t, func([]byte) uint64 { return 0xdeadbeefcafe }) }
func TestModelFewHashes(t *testing.T) {
	testModel(t, func(k []byte) uint64 { return mix(k) & (3<<62 | 0x3f<<40) })
}

// TestRandomOperations runs the model for longer than rapid does, on enough
// keys for splits, merges and evacuations.
func TestRandomOperations(t *testing.T) {
	const seed = 42
	t.Log("seed", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newTest(t, mix)
	m := make(map[int]int)
	for round := range 6 {
		grow := round%2 == 0
		for range 60_000 {
			i := rng.IntN(40_000)
			key := numKey(i)
			if _, ok := m[i]; ok && (!grow || rng.IntN(4) == 0) {
				s.Delete(mix(key), s.Find(mix(key), key))
				delete(m, i)
			} else if grow || rng.IntN(8) == 0 {
				n := rng.IntN(500)
				r := set(t, s, key, make([]byte, n), NoExpire)
				binary.LittleEndian.AppendUint64(s.Value(r)[:0], uint64(i))
				m[i] = n
			}
			if rng.IntN(64) == 0 {
				s.Tidy(64)
			}
		}
		check(t, s)
		for i, n := range m {
			if r := s.Find(mix(numKey(i)), numKey(i)); r == 0 || len(s.Value(r)) != n {
				t.Fatalf("key %d lost or wrong", i)
			}
		}
	}
	st := s.Stats()
	t.Logf("%+v", st)
	if st.Splits == 0 || st.Merges == 0 || st.Moves == 0 || s.Len() != len(m) {
		t.Fatalf("something was not exercised: %+v, %d keys", st, len(m))
	}
}

// TestFindAgain moves a record about that Find remembers. Its key is empty, which what
// is left of a record may look like.
func TestFindAgain(t *testing.T) {
	s := newTest(t, mix)
	key, h := []byte{}, mix(nil)
	const n = 100_000
	for i := range n {
		set(t, s, numKey(i), make([]byte, 110), NoExpire)
		if i == n/2 {
			set(t, s, key, make([]byte, 125), NoExpire)
		}
	}
	for i := range n {
		if i%16 != 0 {
			s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
		}
	}
	before := s.Find(h, key)
	for more := true; more; {
		more = s.Tidy(1 << 20) // moves it and gives its page back
		r := s.Find(h, key)
		if g, _, _ := s.table.locate(h, r); r == 0 || g == nil {
			t.Fatalf("found at %d, which is not in the table", r)
		}
	}
	r := s.Find(h, key)
	if r == before {
		t.Error("the record was not moved")
	}
	longer := set(t, s, key, make([]byte, 5000), NoExpire)
	if got := s.Find(h, key); got != longer || longer == r {
		t.Errorf("found at %d, not at %d", got, longer)
	}
	s.Delete(h, longer)
	if s.Find(h, key) != 0 {
		t.Error("found after it was deleted")
	}
}
