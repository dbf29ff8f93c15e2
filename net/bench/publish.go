package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	channelName   = "channel"
	publishDeep   = 16       // messages that a publisher has under way
	subscriberBuf = 64 << 10 // bytes of one read of a subscriber
)

// publish is a row about messages to many: publishers send as fast as they are
// answered, and the clock stops when every subscriber has every message.
type publish struct {
	publishers, subscribers int
	atLeast                 float64 // delivered a second against the best rival
}

func (m publish) take(ctx context.Context, b *bench) (Result, error) {
	each := max(b.scale.published/m.publishers/publishDeep, 1) // pipelines of a publisher
	var servers []*instance
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	for _, p := range b.Servers {
		// Subscribers that fall behind are not cut off, or there were no end.
		s, err := b.start(ctx, p.with("--client-output-buffer-limit", "pubsub 0 0 0"))
		if err != nil {
			return Result{}, err
		}
		servers = append(servers, s)
	}
	runs := make([][]run, len(servers))
	for rep := -1; rep < min(b.Reps, typesReps); rep++ {
		for i, s := range servers {
			limited, cancel := context.WithTimeout(ctx, b.scale.limit)
			r, err := m.once(limited, s, each)
			cancel()
			if err != nil {
				return Result{}, s.explain(fmt.Errorf("%s: %w", s.program.Name, err))
			}
			if rep >= 0 {
				runs[i] = append(runs[i], r)
			}
		}
	}
	list := names(servers)
	res := Result{
		Metrics: []Metric{
			metric(list, MetricDelivered, "messages/s", runs, func(r run) float64 { return r.rps }),
			metric(list, "server processor time a message delivered", "µs", runs, func(r run) float64 { return r.cpu }),
			metric(list, "client processor time a message delivered", "µs", runs, func(r run) float64 { return r.own }),
		},
		Notes: []string{fmt.Sprintf("%s messages of %d bytes to each of %d subscribers, %d under way for each publisher; the driver is our own",
			number(float64(each*publishDeep*m.publishers)), valueSize, m.subscribers, publishDeep)},
	}
	if c := toBest(list, b.rivals(), runs, false, func(r run) float64 { return r.rps }); c.against != "" {
		res.Checks = []Check{atLeast("messages delivered against "+c.against, "×", m.atLeast, c.ratio)}
	}
	return res, nil
}

// once delivers each pipelines of every publisher to all subscribers.
func (m publish) once(ctx context.Context, s *instance, each int) (run, error) {
	var open []*client
	hang := func() {
		for _, c := range open {
			c.close()
		}
	}
	defer func() { hang() }()
	for i := range m.subscribers + m.publishers {
		c, err := dial(s.addr)
		if err != nil {
			return run{}, err
		}
		open = append(open, c)
		if i < m.subscribers {
			if _, err := c.ask("SUBSCRIBE", channelName); err != nil {
				return run{}, err
			}
		}
	}
	defer context.AfterFunc(ctx, hang)()
	var ask, frame resp.Writer
	message := strings.Repeat("m", valueSize)
	command(&frame, 0, "message", channelName, message)
	for range publishDeep {
		command(&ask, 0, "PUBLISH", channelName, message)
	}
	reply := bytes.Repeat([]byte(fmt.Sprintf(":%d\r\n", m.subscribers)), publishDeep)
	messages := each * publishDeep * m.publishers
	before, err := cpuTime(s.pid)
	own, err2 := cpuTime(os.Getpid())
	if err := errors.Join(err, err2); err != nil {
		return run{}, err
	}
	errs := make([]error, len(open))
	var wg sync.WaitGroup
	start := time.Now()
	for i, c := range open {
		wg.Go(func() {
			if i < m.subscribers {
				errs[i] = hearAll(c, messages*len(frame.Buf))
				return
			}
			for range each {
				if _, err := c.conn.Write(ask.Buf); err != nil {
					errs[i] = err
					return
				}
				if err := expect(c.r, reply); err != nil {
					errs[i] = err
					return
				}
			}
		})
	}
	wg.Wait()
	seconds := time.Since(start).Seconds()
	after, err := cpuTime(s.pid)
	own2, err2 := cpuTime(os.Getpid())
	if err := errors.Join(append(errs, err, err2)...); err != nil {
		return run{}, err
	}
	delivered := messages * m.subscribers
	return run{rps: float64(delivered) / seconds, cpu: perRequest(after-before, delivered), own: perRequest(own2-own, delivered)}, nil
}

// hearAll reads n bytes. Messages are all of one size, so that bytes count them.
func hearAll(c *client, n int) error {
	_, err := io.CopyBuffer(onlyWriter{io.Discard}, io.LimitReader(c.r, int64(n)), make([]byte, subscriberBuf))
	return err
}

// onlyWriter hides that io.Discard reads by itself, in pieces that are too small.
type onlyWriter struct{ io.Writer }
