package zset

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// members is how many members the sets of the benchmarks have: more than a cache
// holds.
const members = 1_000_000

// crowd returns a set of members in random order, whose scores are all 0 if ties
// is set, and their names.
func crowd(ties bool) (s *Sorted, names [][]byte) {
	rnd := rand.New(rand.NewPCG(1, 2))
	s = NewSorted()
	for _, i := range rnd.Perm(members) {
		name := fmt.Appendf(nil, "element:%012d", i)
		score := 0.0
		if !ties {
			score = rnd.Float64()
		}
		s.insert(name, score)
		names = append(names, name)
	}
	return s, names
}

func benchmark(b *testing.B, run func(s *Sorted, names [][]byte, i int)) {
	for _, ties := range []bool{true, false} {
		b.Run(fmt.Sprintf("ties=%v", ties), func(b *testing.B) {
			s, names := crowd(ties)
			b.ReportMetric(float64(s.Bytes())/members, "bytes/member")
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				run(s, names, i%members)
			}
		})
	}
}

func BenchmarkScore(b *testing.B) {
	benchmark(b, func(s *Sorted, names [][]byte, i int) { s.Score(names[i]) })
}

func BenchmarkRank(b *testing.B) {
	benchmark(b, func(s *Sorted, names [][]byte, i int) { s.Rank(names[i]) })
}

// BenchmarkRescore moves a member to another place and back.
func BenchmarkRescore(b *testing.B) {
	benchmark(b, func(s *Sorted, names [][]byte, i int) {
		score, _ := s.Score(names[i])
		s.Set(names[i], score+0.25)
		s.Set(names[i], score)
	})
}

// BenchmarkQueue takes the first member out and puts it back behind the last.
func BenchmarkQueue(b *testing.B) {
	next := 1.0
	benchmark(b, func(s *Sorted, names [][]byte, _ int) {
		var room [64]byte
		name, _ := s.At(0)
		name = append(room[:0], name...)
		s.RemoveRanks(0, 1)
		next++
		s.insert(name, next)
	})
}
