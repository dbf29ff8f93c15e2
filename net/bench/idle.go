package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

const (
	dialers = 64 // goroutines that open connections
	// spareFiles are descriptors kept for everything but idle connections.
	spareFiles = 500
)

// idle is the row about connections that do nothing.
type idle struct {
	atMost float64 // KB each
}

func (m idle) take(ctx context.Context, b *bench) (Result, error) {
	n := min(b.scale.conns, openFiles()-spareFiles)
	if n < 1 {
		return Result{}, errors.New("too few file descriptors (ulimit -n)")
	}
	metric := Metric{Name: MetricConnBytes, Unit: "KB"}
	for _, p := range b.Servers {
		bytes, err := b.connBytes(ctx, p, n)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", p.Name, err)
		}
		metric.Figures = append(metric.Figures, figure(p.Name, []float64{bytes / 1024}))
	}
	return Result{
		Metrics: []Metric{metric},
		Checks:  []Check{atMost("resident memory a connection", "KB", m.atMost, metric.Figures[0].Value)},
		Notes: []string{
			fmt.Sprintf("%s connections, each has sent one PING and is silent since; KB of 1024 bytes; what the kernel keeps for a socket is not in it", number(float64(n))),
		},
	}, nil
}

// connBytes returns by how much the memory of a fresh server grows for each of n
// connections.
func (b *bench) connBytes(ctx context.Context, p Program, n int) (float64, error) {
	s, err := b.start(ctx, p)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	before, err := resident(s.pid)
	if err != nil {
		return 0, err
	}
	open, err := connect(ctx, s.addr, n)
	defer func() {
		for _, c := range open {
			if c != nil {
				c.abort()
			}
		}
	}()
	if err != nil {
		return 0, err
	}
	if err := pause(ctx, b.scale.idle); err != nil {
		return 0, err
	}
	after, err := resident(s.pid)
	if err != nil {
		return 0, err
	}
	return float64(after-before) / float64(n), nil
}

// connect opens n connections and sends a PING over each. What is open is
// returned with an error too.
func connect(ctx context.Context, addr string, n int) ([]*client, error) {
	open := make([]*client, n)
	errs := make([]error, dialers)
	var wg sync.WaitGroup
	for d := range dialers {
		wg.Go(func() {
			for i := d; i < n && ctx.Err() == nil && errs[d] == nil; i += dialers {
				open[i], errs[d] = greet(addr)
			}
		})
	}
	wg.Wait()
	return open, errors.Join(append(errs, context.Cause(ctx))...)
}

func greet(addr string) (*client, error) {
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	v, err := c.ask("PING")
	if err == nil && v.Str != "PONG" {
		err = fmt.Errorf("PING got %q", v.Str)
	}
	if err != nil {
		c.abort()
		return nil, err
	}
	return c, nil
}
