package bench

import (
	"context"
	"fmt"
)

const (
	samples    = 50 // readings of memory while a server is filled
	firstCount = 3  // the first reading that counts: before it, what an empty server has spare decides
)

// filling is a row about what keys take beyond their own bytes and those of their
// values, at every size on the way: a table that has just grown has most to spare.
type filling struct {
	value  int
	expiry bool
	atMost float64 // bytes a key beyond key and value, at the worst size
}

// Curve is a quantity over another, for one server.
type Curve struct {
	Server string    `json:"server"`
	X      []float64 `json:"x"`
	Y      []float64 `json:"y"`
}

func (m filling) take(ctx context.Context, b *bench) (Result, error) {
	worst, mean, last := Metric{Name: "beyond key and value, worst size", Unit: "bytes"}, Metric{Name: "beyond key and value, mean", Unit: "bytes"}, Metric{Name: "beyond key and value, all keys", Unit: "bytes"}
	res := Result{Notes: []string{fmt.Sprintf("keys of 16 bytes, values of %d, read %d times up to %s keys; the first %d readings do not count, since what an empty server has spare decides there",
		m.value, samples, number(float64(b.scale.keys)), firstCount-1)}}
	for _, p := range b.Servers {
		c, err := m.curve(ctx, b, p)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		counted := c.Y[firstCount-1:]
		most, sum, at := counted[0], 0.0, 0
		for i, v := range counted {
			sum += v
			if v > most {
				most, at = v, i
			}
		}
		worst.Figures = append(worst.Figures, figure(p.Name, []float64{most}))
		mean.Figures = append(mean.Figures, figure(p.Name, []float64{sum / float64(len(counted))}))
		last.Figures = append(last.Figures, figure(p.Name, []float64{counted[len(counted)-1]}))
		res.Curves = append(res.Curves, c)
		res.Notes = append(res.Notes, fmt.Sprintf("%s: worst with %s keys", p.Name, number(c.X[at+firstCount-1])))
	}
	res.Metrics = []Metric{worst, mean, last}
	res.Checks = []Check{atMost("bytes a key beyond key and value, worst size", "bytes", m.atMost, worst.Figures[0].Value)}
	return res, nil
}

// curve fills a fresh server of p step by step.
func (m filling) curve(ctx context.Context, b *bench, p Program) (Curve, error) {
	s, err := b.start(ctx, p)
	if err != nil {
		return Curve{}, err
	}
	defer s.stop()
	empty, err := resident(s.pid)
	if err != nil {
		return Curve{}, err
	}
	d := dataset{prefix: "key:", keys: b.scale.keys, value: m.value, expiry: m.expiry}
	own := float64(len(d.prefix) + digits + m.value)
	c := Curve{Server: p.Name}
	ctx, cancel := context.WithTimeout(ctx, b.scale.fill)
	defer cancel()
	for i := range samples {
		to := (i + 1) * d.keys / samples
		if err := s.pipeline(ctx, d, plainKeys(d).store, i*d.keys/samples, to); err != nil {
			return Curve{}, s.explain(err)
		}
		now, err := resident(s.pid)
		if err != nil {
			return Curve{}, err
		}
		c.X = append(c.X, float64(to))
		c.Y = append(c.Y, float64(now-empty)/float64(to)-own)
	}
	return c, nil
}
