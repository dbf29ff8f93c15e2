package bench

import (
	"context"
	"errors"
	"fmt"
)

// memory is a row about resident bytes a key.
type memory struct {
	value  int     // bytes of a value
	ttl    bool    // each key has an expiry
	atMost float64 // of what the second server takes
}

func (m memory) take(ctx context.Context, b *bench) (Result, error) {
	d := dataset{prefix: "key:", keys: b.scale.keys, value: m.value, expiry: m.ttl}
	metric := Metric{Name: MetricKeyBytes, Unit: "bytes"}
	base := Metric{Name: MetricBase, Unit: "MB"}
	for _, p := range b.Servers {
		empty, bytes, err := b.keyBytes(ctx, p, d)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		metric.Figures = append(metric.Figures, figure(p.Name, []float64{bytes}))
		base.Figures = append(base.Figures, figure(p.Name, []float64{float64(empty) / 1e6}))
	}
	r := Result{Metrics: []Metric{metric, base}, Notes: []string{fmt.Sprintf("%s keys", number(float64(d.keys)))}}
	if ratio, ok := firstToSecond(metric); ok {
		r.Checks = []Check{atMost("memory against "+b.Servers[1].Name, "×", m.atMost, ratio)}
	}
	return r, nil
}

// keyBytes returns what a fresh server of p takes while it is empty, and by how
// much that grows for each key of d.
func (b *bench) keyBytes(ctx context.Context, p Program, d dataset) (empty int64, bytes float64, err error) {
	s, err := b.start(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	defer s.stop()
	if empty, err = resident(s.pid); err != nil {
		return 0, 0, err
	}
	if err := s.fill(ctx, d, b.scale.fill); err != nil {
		return 0, 0, err
	}
	c, err := dial(s.addr)
	if err != nil {
		return 0, 0, err
	}
	n, err := c.ask("DBSIZE")
	c.close()
	if err != nil {
		return 0, 0, err
	}
	if n.Int != int64(d.keys) {
		return 0, 0, fmt.Errorf("it holds %d keys of %d", n.Int, d.keys)
	}
	// Reading all keys proves that they are there, and gives a server that moves
	// its table step by step the steps to finish it.
	if err := s.verify(ctx, d, b.scale.fill); err != nil {
		return 0, 0, err
	}
	full, err := b.steady(ctx, s)
	if err != nil {
		return 0, 0, err
	}
	if s.gone() {
		return 0, 0, errors.New("it ended while it was measured")
	}
	return empty, float64(full-empty) / float64(d.keys), nil
}
