package store

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// The sizes of the benchmarks. What fits the cache and what does not behave
// differently, so both are named in the output.
var benchSizes = []struct {
	name string
	keys int
}{{"4k", 4_000}, {"100k", 100_000}, {"1M", 1_000_000}, {"10M", 10_000_000}}

// xx is the hash of the benchmarks: seeded xxhash, as the shard uses.
func xx(key []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(0x1234567)
	_, _ = d.Write(key)
	return d.Sum64()
}

// benchKey writes the i-th key, 16 bytes of hexadecimal in no order, to b.
func benchKey(b *[16]byte, i uint64) []byte {
	x := (i + 1) * 0x9e3779b97f4a7c15
	x ^= x >> 31
	lo, hi := x&0x0f0f0f0f0f0f0f0f, x>>4&0x0f0f0f0f0f0f0f0f
	binary.LittleEndian.PutUint64(b[:8], lo+0x6161616161616161)
	binary.LittleEndian.PutUint64(b[8:], hi+0x6161616161616161)
	return b[:]
}

func loaded(b *testing.B, keys, value int, huge bool) *Store {
	b.Helper()
	s := New(Options{Hash: xx, HugePages: huge})
	b.Cleanup(s.Close)
	var buf [16]byte
	for i := range keys {
		k := benchKey(&buf, uint64(i))
		r, err := s.Insert(xx(k), k, 1, value, NoExpire)
		if err != nil {
			b.Fatal(err)
		}
		s.Value(r)[0] = byte(i)
	}
	return s
}

// BenchmarkGet looks up 16-byte keys one by one; the hash is included.
func BenchmarkGet(b *testing.B) {
	for _, size := range benchSizes {
		for _, huge := range []bool{false, true} {
			s := loaded(b, size.keys, 16, huge)
			var buf [16]byte
			for name, base := range map[string]uint64{"hit": 0, "miss": 1 << 40} {
				b.Run(fmt.Sprintf("%s/huge=%v/%s", size.name, huge, name), func(b *testing.B) {
					rng := rand.New(rand.NewPCG(1, 2))
					sum := byte(0)
					for b.Loop() {
						k := benchKey(&buf, base+rng.Uint64N(uint64(size.keys)))
						if r := s.Find(xx(k), k); r != 0 {
							sum += s.Value(r)[0]
						}
					}
					s.sink = uint64(sum)
				})
			}
		}
	}
}

// BenchmarkGetBatch16 looks up 16 keys after warming them; the time is for one
// key.
func BenchmarkGetBatch16(b *testing.B) {
	for _, size := range benchSizes {
		for _, huge := range []bool{false, true} {
			s := loaded(b, size.keys, 16, huge)
			for _, warm := range []bool{false, true} {
				b.Run(fmt.Sprintf("%s/huge=%v/warm=%v", size.name, huge, warm), func(b *testing.B) {
					rng := rand.New(rand.NewPCG(1, 2))
					var (
						keys [16][16]byte
						hs   [16]uint64
						sum  byte
					)
					for i := 0; i < b.N; i += 16 {
						for j := range keys {
							hs[j] = xx(benchKey(&keys[j], rng.Uint64N(uint64(size.keys))))
						}
						if warm {
							s.Warm(hs[:])
						}
						for j := range keys {
							sum += s.Value(s.Find(hs[j], keys[j][:]))[0]
						}
					}
					s.sink = uint64(sum)
				})
			}
		}
	}
}

// BenchmarkSet overwrites: with a value of the same size, and of another.
func BenchmarkSet(b *testing.B) {
	for _, size := range benchSizes {
		s := loaded(b, size.keys, 16, false)
		for name, sizes := range map[string][2]int{"same": {16, 16}, "other": {16, 40}} {
			b.Run(size.name+"/"+name, func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 2))
				var buf [16]byte
				for b.Loop() {
					x := rng.Uint64()
					k := benchKey(&buf, x>>1%uint64(size.keys))
					h := xx(k)
					r, err := s.Replace(h, s.Find(h, k), 1, sizes[x&1], NoExpire)
					if err != nil {
						b.Fatal(err)
					}
					s.Value(r)[0]++
				}
			})
		}
	}
}

// BenchmarkInsertDelete adds a key and deletes it again.
func BenchmarkInsertDelete(b *testing.B) {
	for _, size := range benchSizes {
		s := loaded(b, size.keys, 16, false)
		b.Run(size.name, func(b *testing.B) {
			var buf [16]byte
			for i := uint64(1 << 40); b.Loop(); i++ {
				k := benchKey(&buf, i)
				h := xx(k)
				r, err := s.Insert(h, k, 1, 16, NoExpire)
				if err != nil {
					b.Fatal(err)
				}
				s.Delete(h, r)
			}
		})
	}
}

// BenchmarkScan walks the whole table by tens; the time is for one key.
func BenchmarkScan(b *testing.B) {
	s := loaded(b, 1_000_000, 16, false)
	cursor := uint64(0)
	n := 0
	for b.Loop() {
		for n == 0 {
			cursor = s.Scan(cursor, 10, func(Ref) { n++ })
		}
		n--
	}
}

// BenchmarkRandom draws random keys.
func BenchmarkRandom(b *testing.B) {
	s := loaded(b, 1_000_000, 16, false)
	rng := rand.New(rand.NewPCG(1, 2))
	for b.Loop() {
		s.Random(rng)
	}
}
