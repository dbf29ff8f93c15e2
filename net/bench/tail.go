package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// disturbance is what happens to the server during a row about the tail.
type disturbance uint8

const (
	nothing  disturbance = iota
	snapshot             // a snapshot from the beginning on
	expiry               // very many keys expire at one moment
)

const (
	tailDepth    = 16                    // requests of one pipeline
	tailReads    = 90                    // GETs of a hundred requests
	headStart    = 10 * time.Millisecond // before the first pipeline is due
	wavePrefix   = "wave:"               // of keys that expire together
	beforeTheDay = 4                     // they do so after this part of the window
	tailAtMost   = 1                     // times the p99.9 of the best rival
)

// latencyTail is a row about waits at a fixed rate. The driver sends when a
// pipeline is due, whether or not others are answered, and a wait counts from that
// moment: a server that stands still makes all wait that were due meanwhile.
type latencyTail struct {
	load   float64 // rate, as a share of what the server does at the most
	during disturbance
}

// tailRows is the table of waits.
func tailRows() []Row {
	of := func(name, title string, m latencyTail) Row {
		return Row{"tail-" + name, title, GroupTail, "tail", name, m}
	}
	return []Row{
		of("50", "waits at 50 % of the peak", latencyTail{load: 0.5}),
		of("70", "waits at 70 % of the peak", latencyTail{load: 0.7}),
		of("50-bgsave", "waits at 50 % of the peak during BGSAVE", latencyTail{load: 0.5, during: snapshot}),
		of("70-bgsave", "waits at 70 % of the peak during BGSAVE", latencyTail{load: 0.7, during: snapshot}),
		of("50-expiry", "waits at 50 % of the peak while very many keys expire", latencyTail{load: 0.5, during: expiry}),
		of("70-expiry", "waits at 70 % of the peak while very many keys expire", latencyTail{load: 0.7, during: expiry}),
	}
}

// waits are what one run at a fixed rate found, in ms.
type waits struct {
	rate                 float64 // requests a second
	p50, p99, p999, most float64
	late                 float64 // p99.9 of the driver's own lateness
	left                 float64 // % of the pipelines that were left out because of that
}

func (m latencyTail) take(ctx context.Context, b *bench) (Result, error) {
	shape := throughput{}.setup(b.scale)
	servers, err := b.share(ctx, shape)
	if err != nil {
		return Result{}, err
	}
	servers = servers[:len(b.Servers)]
	all := make([][]waits, len(servers))
	for range min(b.Reps, typesReps) {
		for i, s := range servers {
			w, err := m.once(ctx, b, s, shape)
			if err != nil {
				return Result{}, s.explain(fmt.Errorf("%s: %w", s.program.Name, err))
			}
			all[i] = append(all[i], w)
		}
	}
	of := func(name, unit string, get func(waits) float64) Metric {
		metric := Metric{Name: name, Unit: unit}
		for i, list := range all {
			values := make([]float64, len(list))
			for j, w := range list {
				values[j] = get(w)
			}
			metric.Figures = append(metric.Figures, figure(servers[i].program.Name, values))
		}
		return metric
	}
	p999 := of(MetricP999, "ms", func(w waits) float64 { return w.p999 })
	res := Result{Metrics: []Metric{
		of("rate", "requests/s", func(w waits) float64 { return w.rate }),
		of(MetricLatency, "ms", func(w waits) float64 { return w.p50 }),
		of(MetricP99, "ms", func(w waits) float64 { return w.p99 }),
		p999,
		of("longest wait", "ms", func(w waits) float64 { return w.most }),
		of("lateness of the driver, p99.9", "ms", func(w waits) float64 { return w.late }),
		of("left out for that", "%", func(w waits) float64 { return w.left }),
	}}
	if c := toLeast(p999, b.rivals()); c.against != "" {
		res.Checks = []Check{atMost(MetricP999+" against "+c.against, "×", tailAtMost, c.ratio)}
	}
	res.Notes = []string{fmt.Sprintf("%d connections, pipelines of %d with %d GET to %d SET, %.0f s; the rate is %.0f %% of what the same driver reaches on the same server just before; a wait is that of a whole pipeline, from when it was due; what was under way while the driver was %v late or more, and shortly after, is left out: the machine had stopped",
		clients, tailDepth, tailReads, 100-tailReads, b.scale.window.Seconds(), 100*m.load, stopLeast)}
	if m.during == expiry {
		res.Notes = append(res.Notes, number(float64(b.scale.wave))+" keys expire at one moment of the run")
	}
	return res, nil
}

// once finds the peak of a server and measures the waits at the row's part of it.
func (m latencyTail) once(ctx context.Context, b *bench, s *instance, shape setup) (waits, error) {
	load := mix{reads: tailReads, pipeline: tailDepth}
	peak, err := load.drive(ctx, s, shape.keys, max(peakRequests/b.scale.divisor, fewest))
	if err != nil {
		return waits{}, err
	}
	rate := peak.rps * m.load
	open, err := load.talkers(s, shape.keys, scripts)
	if err != nil {
		return waits{}, err
	}
	defer hangUp(open)
	ctx, cancel := context.WithTimeout(ctx, b.scale.limit)
	defer cancel()
	defer context.AfterFunc(ctx, func() { hangUp(open) })()
	done := make(chan error, 1)
	switch m.during {
	case snapshot:
		go func() { done <- s.snapshot(ctx, b.scale.limit, func() error { return nil }) }()
	case expiry:
		done <- s.fillWave(ctx, b.scale)
	case nothing:
		done <- nil
	}
	w, err := paced(open, rate, b.scale.window)
	if err != nil {
		return waits{}, errors.Join(err, context.Cause(ctx))
	}
	return w, <-done
}

// peakRequests is how many requests find the peak.
const peakRequests = 2_000_000

// fillWave stores keys that all expire at one moment, and returns shortly before.
func (s *instance) fillWave(ctx context.Context, size scale) error {
	day := time.Now().Add(size.window)
	wave := exchange{
		ask: func(g *generator, w *resp.Writer, i int) {
			command(w, 4, "SET")
			w.Bulk(g.keyOf(i))
			w.Bulk(g.valueOf(i))
			w.BulkString("PXAT")
			w.BulkInt(day.UnixMilli())
		},
		hear: func(_ *generator, w *resp.Writer, _ int) { w.OK() },
	}
	if err := s.talk(ctx, dataset{prefix: wavePrefix, keys: size.wave, value: valueSize}, size.fill, wave); err != nil {
		return err
	}
	return pause(ctx, max(time.Until(day)-size.window/beforeTheDay, 0))
}

// paced sends pipelines at the given rate of requests for as long as window, and
// returns how long replies took. One thread sends, so that it can sleep for less
// than the runtime's timers can; each connection has a goroutine that reads.
func paced(open []*talker, rate float64, window time.Duration) (waits, error) {
	every := time.Duration(float64(tailDepth) / rate * float64(time.Second))
	total := int(window / max(every, 1))
	if total < len(open) {
		return waits{}, fmt.Errorf("a rate of %.0f requests a second is too low to say anything", rate)
	}
	start := time.Now().Add(headStart)
	due := func(k int) time.Time { return start.Add(time.Duration(k) * every) }
	late, sent := make([]time.Duration, total), make(chan error, 1)
	go func() {
		// A thread that ended would take with it the servers that were started from it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for k := range total {
			at := due(k)
			if ahead := time.Until(at); ahead > 0 {
				sleepThread(ahead)
			}
			late[k] = time.Since(at)
			t := open[k%len(open)]
			if _, err := t.c.conn.Write(t.list[k/len(open)%len(t.list)].ask); err != nil {
				hangUp(open)
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	place := make(map[*talker]int, len(open))
	for i, t := range open {
		place[t] = i
	}
	err := together(open, func(t *talker) error {
		for k := place[t]; k < total; k += len(open) {
			if err := expect(t.c.r, t.list[k/len(open)%len(t.list)].hear); err != nil {
				hangUp(open)
				return err
			}
			t.took = append(t.took, time.Since(due(k)))
		}
		return nil
	})
	if err := errors.Join(err, <-sent); err != nil {
		return waits{}, err
	}
	all := make([]time.Duration, total)
	for i, t := range open {
		for j, took := range t.took {
			all[i+j*len(open)] = took
		}
	}
	took := undisturbed(all, stops(late, every), every)
	slices.Sort(took)
	slices.Sort(late)
	return waits{
		rate: rate, p50: share(took, 0.5), p99: share(took, 0.99), p999: share(took, 0.999), most: share(took, 1),
		late: share(late, 0.999), left: 100 - 100*float64(len(took))/float64(total),
	}, nil
}

const (
	// stopLeast is how late the driver is when the machine has stopped. Hosts stop their
	// guests now and then, for up to some 60 ms, and a p99.9 is 10 ms of 10 s.
	stopLeast = 2 * time.Millisecond
	// underWay is how long before the machine has stopped something can have begun that is
	// left out. A server, too, makes the driver late, when it has stood still for as long as
	// it takes to fill the buffers of its sockets: those waits began before, and count.
	underWay = 5 * time.Millisecond
	// catchUp is how many times as long as the machine has stood still the server gets to
	// deal with what was due meanwhile: at 70 % of its peak it takes 2.3 times.
	catchUp = 3
)

// stop is a time in which waits say nothing, from the beginning of a run on.
type stop struct{ from, to time.Duration }

// stops returns the times, in order, in which a driver that is due every so often was as
// late as late says, and could catch up.
func stops(late []time.Duration, every time.Duration) (all []stop) {
	for k := 0; k < len(late); k++ {
		if late[k] < stopLeast {
			continue
		}
		from := time.Duration(k) * every
		back := from + late[k]
		to := back + catchUp*late[k]
		if n := len(all); n > 0 && from <= all[n-1].to {
			all[n-1].to = max(all[n-1].to, to)
			continue
		}
		all = append(all, stop{from, to})
	}
	return all
}

// undisturbed returns the waits that no stop has a part of, and those that had begun long
// before one. took[k] began at k times every.
func undisturbed(took []time.Duration, stops []stop, every time.Duration) (clean []time.Duration) {
	for k, wait := range took {
		from := time.Duration(k) * every
		for len(stops) > 0 && stops[0].to < from {
			stops = stops[1:]
		}
		if len(stops) == 0 || from+wait < stops[0].from || from < stops[0].from-underWay {
			clean = append(clean, wait)
		}
	}
	return clean
}
