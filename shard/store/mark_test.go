package store

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestWalkWhileTidying deletes most keys, so that there is much to tidy, and walks
// while that goes on: every key that was there at the cut is met once, or was kept
// when it went.
func TestWalkWhileTidying(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newTest(t, mix)
	const keys = 100_000
	var name [8]byte
	insert := func(i uint64) {
		binary.LittleEndian.PutUint64(name[:], i)
		r, err := s.Insert(s.hash(name[:]), name[:], 1, 40, NoExpire)
		if err != nil {
			t.Fatal(err)
		}
		if !s.Kept(r) {
			t.Fatal("a new record is not kept")
		}
	}
	for i := range uint64(keys) {
		insert(i)
	}
	fresh := uint64(keys)
	for round := range 4 {
		for i := range uint64(keys) {
			binary.LittleEndian.PutUint64(name[:], i)
			h := s.hash(name[:])
			if r := s.Find(h, name[:]); r != 0 && rng.IntN(3) > 0 {
				s.Delete(h, r)
			} else if r == 0 && rng.IntN(3) == 0 {
				insert(i)
			}
		}
		s.Tidy(100) // which leaves a page half moved
		want := s.Len()
		s.Cut()
		met := 0
		var w Walk
		for !s.Unkept(&w, rng.IntN(500), func(r Ref) { s.Keep(r); met++ }) {
			s.Tidy(rng.IntN(200))
			fresh++
			insert(fresh)
			if r := s.Random(rng); !s.Kept(r) {
				s.Keep(r)
				met++
				s.Delete(s.Hash(r), r)
			}
		}
		if met != want {
			t.Fatalf("round %d: %d of %d records were met", round, met, want)
		}
		s.Scan(0, 1<<30, func(r Ref) {
			if !s.Kept(r) {
				t.Fatal("a record is not kept after the walk")
			}
		})
		for s.Tidy(1000) {
		}
		if err := s.verify(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOwnGivesAValueOfItsOwn(t *testing.T) {
	s := newTest(t, mix)
	key := []byte("k")
	h := s.hash(key)
	r, err := s.Insert(h, key, 1, 100_000, NoExpire)
	if err != nil {
		t.Fatal(err)
	}
	clear(s.Value(r))
	shared := s.Share(r)
	s.Own(r)
	s.Value(r)[5] = 1
	if shared[5] != 0 {
		t.Error("what was shared has changed")
	}
	s.Own(r) // nothing to do
	if s.Value(r)[5] != 1 {
		t.Error("the value is lost")
	}
	if err := s.verify(); err != nil {
		t.Error(err)
	}
	if r, err = s.Resize(h, r, 10); err != nil || s.Share(r) != nil {
		t.Errorf("a value in its record can be shared: %v", err)
	}
}
