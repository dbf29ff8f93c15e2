package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
)

// bench is one run of the program. One goroutine owns it.
type bench struct {
	Options
	scale scale
	dir   string // working directories of the servers

	shared   []*instance       // servers of the throughput rows, nil while there are none
	peer     *instance         // the server of another protocol beside them, nil while there is none
	shape    setup             // of the shared servers
	versions map[string]string // by name of the server
}

// Run measures the rows that o chooses. It ends every server it has started,
// also when ctx ends, and returns no report when a row could not be measured.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	rows, err := o.choose(Rows())
	if err != nil {
		return nil, err
	}
	machine, err := describeMachine()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "troupe-bench-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a working directory: %w", err)
	}
	// What stays behind in a directory for such things is no failure.
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{Options: o, scale: fullScale(), dir: dir, versions: map[string]string{}}
	if o.Quick {
		b.scale = quickScale()
	}
	defer b.stopShared()
	start := time.Now()
	report := &Report{Date: start.UTC().Truncate(time.Second), Machine: machine, Reps: o.Reps, Quick: o.Quick, Absent: o.Absent}
	for i, r := range rows {
		if !r.sharesServers() {
			b.stopShared()
		}
		b.logf("%2d/%d  %s: %s\n", i+1, len(rows), r.Name, r.Title)
		result, err := r.measure.take(ctx, b)
		if err != nil && ctx.Err() == nil && len(rows) > 1 {
			// The other rows are worth having without this one.
			b.stopShared()
			b.logf("       cannot be measured: %v\n", err)
			report.Failed = append(report.Failed, Failure{Row: r.Name, Title: r.Title, Reason: err.Error()})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", r.Name, err)
		}
		result.Row, result.Title, result.Group = r.Name, r.Title, r.Group
		result.chart, result.label = r.chart, r.label
		b.show(result)
		report.Results = append(report.Results, result)
	}
	report.Seconds = time.Since(start).Seconds()
	for _, p := range o.Servers {
		report.Servers = append(report.Servers, describeProgram(p, b.versions[p.Name]))
	}
	if o.Floor.Path != "" {
		report.Servers = append(report.Servers, describeProgram(o.Floor, b.versions[o.Floor.Name]))
	}
	if version, ran := b.versions[o.Peer.Name]; ran {
		report.Servers = append(report.Servers, describeProgram(o.Peer, version))
	}
	return report, nil
}

// logf writes progress. That it cannot be written is no reason to stop.
func (b *bench) logf(format string, args ...any) {
	if b.Log != nil {
		fmt.Fprintf(b.Log, format, args...)
	}
}

// show prints the figures of a row.
func (b *bench) show(r Result) {
	for _, m := range r.Metrics {
		b.logf("       %-40s", m.Name+", "+m.Unit)
		for _, f := range m.Figures {
			b.logf("  %s %s", f.Server, number(f.Value))
		}
		b.logf("\n")
	}
	for _, c := range r.Checks {
		b.logf("       %-40s  %s, target %s: %s\n", c.What, c.valueText(), c.boundText(), c.verdict())
	}
}

// setup is how the servers of a throughput row are started and what they hold.
// Rows with the same setup, one behind the other, share their servers.
type setup struct {
	directives string // further arguments, separated by spaces
	keys       int    // that they are filled with
	value      int    // bytes of a value
}

// arguments returns the further arguments of a server.
func (s setup) arguments() []string { return strings.Fields(s.directives) }

// share returns servers of the given setup, with their keys: those to compare,
// then the floor if there is one.
func (b *bench) share(ctx context.Context, want setup) ([]*instance, error) {
	if b.shared != nil && b.shape == want {
		return b.shared, nil
	}
	b.stopShared()
	b.shape = want
	load := dataset{prefix: "key:", keys: want.keys, value: want.value}
	for _, p := range b.Servers {
		s, err := b.start(ctx, p.with(want.arguments()...))
		if err != nil {
			b.stopShared()
			return nil, err
		}
		b.shared = append(b.shared, s)
		if err := s.fill(ctx, load, b.scale.fill); err != nil {
			b.stopShared()
			return nil, err
		}
	}
	if b.Floor.Path == "" {
		return b.shared, nil
	}
	s, err := b.start(ctx, b.Floor)
	if err != nil {
		b.stopShared()
		return nil, err
	}
	s.floor = true
	b.shared = append(b.shared, s)
	return b.shared, nil
}

func (b *bench) stopShared() {
	for _, s := range b.shared {
		s.stop()
	}
	b.shared = nil
	if b.peer != nil {
		b.peer.stop()
	}
	b.peer = nil
}

// pause waits for d, or for the end of ctx, whose error it returns then.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
