package bench

import (
	"context"
	"errors"
	"fmt"
)

// memory is a row about resident bytes a key, or an element of one key.
type memory struct {
	of     func(scale) collection
	atMost float64 // of what the best rival takes
}

// keys makes the collection of a row about plain keys.
func keys(value int, expiry bool) func(scale) collection {
	return func(s scale) collection {
		return plainKeys(dataset{prefix: "key:", keys: s.keys, value: value, expiry: expiry})
	}
}

func (m memory) take(ctx context.Context, b *bench) (Result, error) {
	load := m.of(b.scale)
	metric := Metric{Name: MetricKeyBytes, Unit: "bytes"}
	if load.key != "" {
		metric.Name = MetricItemBytes
	}
	base := Metric{Name: MetricBase, Unit: "MB"}
	for _, p := range b.Servers {
		empty, bytes, err := b.itemBytes(ctx, p, load)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		metric.Figures = append(metric.Figures, figure(p.Name, []float64{bytes}))
		base.Figures = append(base.Figures, figure(p.Name, []float64{float64(empty) / 1e6}))
	}
	r := Result{Metrics: []Metric{metric, base}, Notes: []string{number(float64(load.there)) + " " + load.noun}}
	if c := toLeast(metric, b.rivals()); c.against != "" {
		r.Checks = []Check{atMost("memory against "+c.against, "×", m.atMost, c.ratio)}
	}
	return r, nil
}

// itemBytes returns what a fresh server of p takes while it is empty, and by how
// much that grows for each key or element of load.
func (b *bench) itemBytes(ctx context.Context, p Program, load collection) (empty int64, bytes float64, err error) {
	s, err := b.start(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	if empty, err = resident(s.pid); err != nil {
		return 0, 0, err
	}
	if err := s.store(ctx, load, b.scale.fill); err != nil {
		return 0, 0, err
	}
	// Reading everything proves that it is there, and gives a server that moves
	// its table step by step the steps to finish it.
	if err := s.verify(ctx, load, b.scale.fill); err != nil {
		return 0, 0, err
	}
	full, err := b.steady(ctx, s)
	if err != nil {
		return 0, 0, err
	}
	if s.gone() {
		return 0, 0, errors.New("it ended while it was measured")
	}
	return empty, float64(full-empty) / float64(load.there), nil
}
