package store

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFlood gives many keys one hash, or hashes that agree in all the bits
// the directory uses. The table must work and stay linear in size.
func TestFlood(t *testing.T) {
	all := 10_000
	if raceEnabled {
		all = 2_000 // equal hashes cost quadratic time
	}
	for name, hash := range map[string]func([]byte) uint64{
		"equal":       func([]byte) uint64 { return 0x0123456789abcdef },
		"zero":        func([]byte) uint64 { return 0 },
		"ones":        func([]byte) uint64 { return math.MaxUint64 },
		"same prefix": func(k []byte) uint64 { return mix(k)>>30 | 0xabc<<52 },
		"half": func(k []byte) uint64 {
			if k[len(k)-1]&1 == 0 {
				return 77 << 40
			}
			return mix(k)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTest(t, hash)
			keys := all
			if name == "zero" || name == "ones" {
				keys /= 5
			}
			for i := range keys {
				at := NoExpire
				if i%3 == 0 {
					at = int64(i)
				}
				set(t, s, numKey(i), nil, at)
			}
			check(t, s)
			if st := s.Stats(); st.IndexBytes > int64(keys)*24+16<<10 || st.DirectoryDepth > 10 {
				t.Fatalf("the index has grown out of proportion: %+v", st)
			}
			scanAll(t, s, keys)
			rng := rand.New(rand.NewPCG(1, 1))
			for range 100 {
				if s.Random(rng) == 0 {
					t.Fatal("no random key")
				}
			}
			cursor, ttls := uint64(0), 0
			for first := true; first || cursor != 0; first = false {
				cursor = s.ScanExpires(cursor, 10, func(r Ref) {
					ttls++
					s.Delete(s.Hash(r), r)
				})
			}
			if ttls != (keys+2)/3 || s.Expires() != 0 {
				t.Fatalf("%d expiries seen, %d left", ttls, s.Expires())
			}
			check(t, s)
			for i := range keys {
				if r := s.Find(hash(numKey(i)), numKey(i)); (r != 0) != (i%3 != 0) {
					t.Fatalf("key %d: %d", i, r)
				} else if r != 0 {
					s.Delete(hash(numKey(i)), r)
				}
			}
			tidyAll(t, s)
			if st := s.Stats(); st.Segments != 1 || st.DirectoryDepth != 1 {
				t.Fatalf("not merged: %+v", st)
			}
		})
	}
}

// TestChains takes chains of segments apart: dissolving one that has become
// short, and moving segments of one while packing.
func TestChains(t *testing.T) {
	const flood, others = 2_000, 30_000
	hash := func(k []byte) uint64 {
		if k[0] == 'f' {
			return 0x7777777777777777
		}
		return mix(k)
	}
	key := func(i int) []byte { return append([]byte{'f'}, numKey(i)...) }
	s := newTest(t, hash)
	for i := range others {
		set(t, s, numKey(i), nil, NoExpire)
	}
	for i := range flood {
		set(t, s, key(i), nil, NoExpire)
	}
	for i := range others {
		s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
	}
	chained := s.Stats().Segments
	tidyAll(t, s)
	scanAll(t, s, flood)
	for i := range flood - 100 {
		s.Delete(s.hash(key(i)), s.Find(s.hash(key(i)), key(i)))
	}
	tidyAll(t, s)
	scanAll(t, s, 100)
	if st := s.Stats(); st.Segments > 2 || chained < flood/segmentSlots {
		t.Fatalf("%d segments, then %+v", chained, st)
	}
}

// scanAll checks that a scan sees each of n keys once.
func scanAll(t *testing.T, s *Store, n int) {
	t.Helper()
	seen := make(map[string]bool, n)
	cursor := uint64(0)
	for first := true; first || cursor != 0; first = false {
		cursor = s.Scan(cursor, 7, func(r Ref) {
			if seen[string(s.Key(r))] {
				t.Fatalf("key %q twice", s.Key(r))
			}
			seen[string(s.Key(r))] = true
		})
		if cursor >= 1<<CursorBits {
			t.Fatalf("cursor %d", cursor)
		}
	}
	if len(seen) != n {
		t.Fatalf("scan saw %d of %d keys", len(seen), n)
	}
}

// tidyAll runs Tidy until it has nothing to do and checks that it comes to an
// end and leaves the store whole.
func tidyAll(t *testing.T, s *Store) (steps int) {
	t.Helper()
	for s.Tidy(64) {
		if steps++; steps > 1_000_000 {
			t.Fatal("tidy does not end")
		}
	}
	check(t, s)
	return steps
}

// TestMerge empties a grown table and expects the index to shrink with it.
func TestMerge(t *testing.T) {
	const keys = 100_000
	s := newTest(t, mix)
	empty := s.Stats().IndexBytes
	for i := range keys {
		set(t, s, numKey(i), nil, NoExpire)
	}
	full := s.Stats()
	for i := keys / 10; i < keys; i++ {
		s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
	}
	tidyAll(t, s)
	tenth := s.Stats()
	if tenth.IndexBytes > full.IndexBytes/4 || tenth.IdleSegments > idleFloor+tenth.Segments/packShare {
		t.Fatalf("index: full %+v, tenth %+v", full, tenth)
	}
	scanAll(t, s, keys/10)
	for i := range keys / 10 {
		s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
	}
	tidyAll(t, s)
	if st := s.Stats(); st.IndexBytes != empty || st.LiveBytes != 0 || st.Pages != 0 || s.UsedBytes() != empty {
		t.Fatalf("empty store: %+v", st)
	}
	if st := s.Stats(); st.ResidentBytes > 1<<20 {
		t.Fatalf("empty store holds memory: %+v", st)
	}
	for i := range keys {
		set(t, s, numKey(i), nil, NoExpire)
	}
	check(t, s)
}

// TestScanGuarantee scans with a cursor while the table grows, shrinks, is
// merged and defragmented. Keys that stay must be seen exactly once.
func TestScanGuarantee(t *testing.T) {
	const seed = 7
	t.Log("seed", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	const stay = 5_000
	for _, mode := range []string{"grow", "shrink", "churn"} {
		t.Run(mode, func(t *testing.T) {
			s := newTest(t, mix)
			for i := range stay {
				set(t, s, numKey(i), make([]byte, i%100), NoExpire)
			}
			next := stay
			if mode != "grow" {
				for ; next < 10*stay; next++ {
					set(t, s, numKey(next), make([]byte, next%100), NoExpire)
				}
			}
			seen := make(map[string]int)
			gone := stay
			cursor := uint64(0)
			for first := true; first || cursor != 0; first = false {
				cursor = s.Scan(cursor, 1+rng.IntN(20), func(r Ref) { seen[string(s.Key(r))]++ })
				for range 150 {
					if mode != "shrink" && next < 15*stay {
						set(t, s, numKey(next), make([]byte, next%100), NoExpire)
						next++
					}
					if mode != "grow" && gone < next {
						s.Delete(mix(numKey(gone)), s.Find(mix(numKey(gone)), numKey(gone)))
						gone++
					}
				}
				s.Tidy(200)
			}
			for i := range stay {
				if seen[string(numKey(i))] != 1 {
					t.Fatalf("key %d seen %d times", i, seen[string(numKey(i))])
				}
			}
			st := s.Stats()
			if mode == "grow" && st.Splits < 100 || mode != "grow" && (st.Merges < 20 || st.Moves < 1000) {
				t.Fatalf("not exercised: %+v", st)
			}
			check(t, s)
		})
	}
}

// TestScanCursors feeds Scan and ScanExpires with cursors nobody gave out.
func TestScanCursors(t *testing.T) {
	s := newTest(t, mix)
	for i := range 1000 {
		set(t, s, numKey(i), nil, 5)
	}
	for _, cursor := range []uint64{1, 12345, 1<<48 - 1, 1 << 48, math.MaxUint64} {
		for _, count := range []int{-1, 0, 1, 1 << 40} {
			for c, first := cursor, true; first || c != 0; first = false {
				c = s.Scan(c, count, func(Ref) {})
			}
			for c, first := cursor, true; first || c != 0; first = false {
				c = s.ScanExpires(c, min(count, 1<<20), func(Ref) {})
			}
		}
	}
}

// TestRandomUniform draws until the chi square of the counts tells a uniform
// choice from others. The table is uneven on purpose: segments of different
// depths, some nearly empty.
func TestRandomUniform(t *testing.T) {
	const seed, keys = 11, 6_000
	t.Log("seed", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newTest(t, mix)
	for i := range 4 * keys {
		set(t, s, numKey(i), nil, NoExpire)
	}
	left := 4 * keys
	for i := range 4 * keys {
		h := mix(numKey(i))
		if left > keys && (h>>62 != 3 || rng.IntN(10) == 0) {
			s.Delete(h, s.Find(h, numKey(i)))
			left--
		}
	}
	counts := make(map[string]int)
	const draws = 40 * keys
	for range draws {
		counts[string(s.Key(s.Random(rng)))]++
	}
	if len(counts) != keys {
		t.Fatalf("%d of %d keys drawn", len(counts), keys)
	}
	chi2 := 0.0
	expect := float64(draws) / keys
	for _, n := range counts {
		chi2 += (float64(n) - expect) * (float64(n) - expect) / expect
	}
	// The mean of chi square is its degrees of freedom, the deviation is the
	// root of twice that: five deviations never happen by chance.
	if dof := float64(keys - 1); math.Abs(chi2-dof) > 5*math.Sqrt(2*dof) {
		t.Fatalf("chi square %.0f of %.0f", chi2, dof)
	}
}

// TestRandomSparse draws from a big table with a handful of keys left.
func TestRandomSparse(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	s := newTest(t, mix)
	if s.Random(rng) != 0 {
		t.Fatal("a key from an empty store")
	}
	const keys = 50_000
	for i := range keys {
		set(t, s, numKey(i), nil, NoExpire)
	}
	for i := 3; i < keys; i++ {
		s.Delete(mix(numKey(i)), s.Find(mix(numKey(i)), numKey(i)))
	}
	seen := make(map[Ref]bool)
	for range 200 {
		r := s.Random(rng)
		s.Key(r)
		seen[r] = true
	}
	if len(seen) != 3 || seen[0] {
		t.Fatalf("drew %v", seen)
	}
}

func TestSample(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	s := newTest(t, mix)
	s.Sample(rng, 5, false, func(Ref) { t.Fatal("a key from an empty store") })
	for i := range 20_000 {
		set(t, s, numKey(i), nil, NoExpire)
	}
	s.Sample(rng, 5, true, func(Ref) { t.Fatal("a volatile key where none is") })
	set(t, s, numKey(5), nil, 99)
	for range 20 {
		n := 0
		s.Sample(rng, 5, true, func(r Ref) {
			if n++; s.Expire(r) != 99 {
				t.Fatal("a key without expiry")
			}
		})
		if n == 0 {
			t.Fatal("the only volatile key was not found")
		}
		n = 0
		s.Sample(rng, 5, false, func(Ref) { n++ })
		if n != 5 {
			t.Fatalf("%d keys, want 5", n)
		}
	}
}

// TestWarm checks that the hint neither changes nor breaks anything.
func TestWarm(t *testing.T) {
	s := newTest(t, mix)
	hs := make([]uint64, 0, 1000)
	for i := range cap(hs) {
		hs = append(hs, mix(numKey(i)))
	}
	s.Warm(hs)
	for i := range 500 {
		set(t, s, numKey(i), make([]byte, i*60), NoExpire)
	}
	s.Warm(hs)
	s.Warm(nil)
	check(t, s)
}
