package bench

import (
	"context"
	"fmt"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	keptOf              = 10      // one key of so many is kept
	shortest, sizes     = 16, 497 // values of a churn: the shortest, and of how many lengths
	churns              = 3       // times that every value of a churn is replaced
	defragmentationText = "activedefrag"
)

// holes is a row about memory after most keys have gone at random: what is left is
// strewn over all of it.
type holes struct {
	churn  bool    // values of many lengths, replaced by others before
	atMost float64 // resident memory against the best rival
}

// length returns how long the value of key i is in a round of a churn.
func (m holes) length(i, round int) int {
	if !m.churn {
		return valueSize
	}
	x := (uint64(i)*16 + uint64(round) + 1) * 0x9e3779b97f4a7c15
	return shortest + int(x>>33%sizes)
}

// set is the exchange that stores what every key holds in a round.
func (m holes) set(round int) exchange {
	return exchange{
		ask: func(g *generator, w *resp.Writer, i int) {
			command(w, 2, "SET")
			w.Bulk(g.keyOf(i))
			w.Bulk(g.valueOf(i)[:m.length(i, round)])
		},
		hear: func(_ *generator, w *resp.Writer, _ int) { w.OK() },
	}
}

// removal deletes the i-th key of an order without pattern.
func removal(keys int) exchange {
	return exchange{
		ask: func(g *generator, w *resp.Writer, i int) {
			command(w, 1, "DEL")
			w.Bulk(g.keyOf(i * scatter % keys))
		},
		hear: integer(func(*generator, int) int { return 1 }),
	}
}

func (m holes) take(ctx context.Context, b *bench) (Result, error) {
	full, left := Metric{Name: "resident memory, all keys", Unit: "MB"}, Metric{Name: "resident memory, a tenth of the keys", Unit: "MB"}
	against := Metric{Name: "resident memory against keys and values", Unit: "×"}
	var res Result
	for _, p := range b.Servers {
		before, after, live, err := m.of(ctx, b, p, &res)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		full.Figures = append(full.Figures, figure(p.Name, []float64{before / 1e6}))
		left.Figures = append(left.Figures, figure(p.Name, []float64{after / 1e6}))
		against.Figures = append(against.Figures, figure(p.Name, []float64{after / live}))
	}
	res.Metrics = []Metric{full, left, against}
	if c := toLeast(left, b.rivals()); c.against != "" {
		res.Checks = []Check{atMost("memory against "+c.against, "×", m.atMost, c.ratio)}
	}
	what := fmt.Sprintf("values of %d bytes", valueSize)
	if m.churn {
		what = fmt.Sprintf("values of %d to %d bytes, each replaced %d times by one of another length", shortest, shortest+sizes-1, churns)
	}
	res.Notes = append(res.Notes, fmt.Sprintf("%s keys, %s; then nine in ten are deleted at random", number(float64(b.scale.keys)), what))
	return res, nil
}

// of fills a server, deletes most keys, and returns its resident memory before and
// after that and the bytes of the keys and values that are left. A server that
// cannot defragment runs without, and the result says so.
func (m holes) of(ctx context.Context, b *bench, p Program, res *Result) (before, after, live float64, err error) {
	s, err := b.start(ctx, p.with("--"+defragmentationText, "yes"))
	if err != nil && ctx.Err() == nil {
		res.Notes = append(res.Notes, p.Name+" does not start with "+defragmentationText+" and runs without")
		s, err = b.start(ctx, p)
	}
	if err != nil {
		return 0, 0, 0, err
	}
	defer s.stop()
	d := dataset{prefix: "key:", keys: b.scale.keys, value: shortest + sizes}
	last := 0
	if m.churn {
		last = churns
	}
	for round := range last + 1 {
		if err := s.talk(ctx, d, b.scale.fill, m.set(round)); err != nil {
			return 0, 0, 0, err
		}
	}
	most, err := b.steady(ctx, s)
	if err != nil {
		return 0, 0, 0, err
	}
	gone := d.keys - d.keys/keptOf
	if err := s.talk(ctx, dataset{prefix: d.prefix, keys: gone}, b.scale.fill, removal(d.keys)); err != nil {
		return 0, 0, 0, err
	}
	for i := gone; i < d.keys; i++ {
		live += float64(len(d.prefix) + digits + m.length(i*scatter%d.keys, last))
	}
	if err := pause(ctx, b.scale.window); err != nil {
		return 0, 0, 0, err
	}
	rest, err := b.steady(ctx, s)
	return float64(most), float64(rest), live, err
}
