package admin

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/measure"
)

// serveLatencyLatest replies with the newest sample of each event.
func (a *Admin) serveLatencyLatest(c *session.Client, _ [][]byte) {
	all := a.observer.Latency.Histories()
	c.Reply.Array(len(all))
	for i := range all {
		latest := all[i].Latest()
		c.Reply.Array(4)
		c.Reply.BulkString(all[i].Event)
		c.Reply.Int(latest.At)
		c.Reply.Int(latest.Millis)
		c.Reply.Int(all[i].Max)
	}
}

// serveLatencyHistory replies with the samples of an event.
func (a *Admin) serveLatencyHistory(c *session.Client, args [][]byte) {
	h, _ := a.observer.Latency.History(string(args[2]))
	c.Reply.Array(len(h.Samples))
	for _, s := range h.Samples {
		c.Reply.Array(2)
		c.Reply.Int(s.At)
		c.Reply.Int(s.Millis)
	}
}

// serveLatencyReset forgets events.
func (a *Admin) serveLatencyReset(c *session.Client, args [][]byte) {
	events := make([]string, 0, len(args)-2)
	for _, arg := range args[2:] {
		events = append(events, string(arg))
	}
	c.Reply.Int(int64(a.observer.Latency.Reset(events...)))
}

// serveLatencyHistogram replies with the distribution of the lengths of commands, of
// all that have run if none is named. A container stands for its subcommands.
func (a *Admin) serveLatencyHistogram(c *session.Client, args [][]byte) {
	counts := a.counts(c.Troupe())
	var wanted []*session.Command
	if len(args) == 2 {
		wanted = a.table.All()
	}
	for _, name := range args[2:] {
		if cmd := find(a.table, name); cmd != nil {
			wanted = append(wanted, cmd)
		}
	}
	var found []*session.Command
	add := func(cmd *session.Command) {
		if h := counts.commands.At(cmd.ID).Latency; h != nil && h.Total() > 0 {
			found = append(found, cmd)
		}
	}
	for _, cmd := range wanted {
		add(cmd)
		for i := range cmd.Sub {
			add(&cmd.Sub[i])
		}
	}
	c.Reply.Map(len(found))
	for _, cmd := range found {
		writeHistogram(c, cmd, counts.commands.At(cmd.ID))
	}
}

// writeHistogram writes what LATENCY HISTOGRAM says of one command.
func writeHistogram(c *session.Client, cmd *session.Command, count *measure.Count) {
	c.Reply.BulkString(cmd.FullName())
	c.Reply.Map(2)
	c.Reply.BulkString("calls")
	c.Reply.Int(count.Latency.Total())
	c.Reply.BulkString("histogram_usec")
	bands := count.Latency.Bands()
	c.Reply.Map(len(bands))
	for _, band := range bands {
		c.Reply.Int(band.Micros)
		c.Reply.Int(band.Count)
	}
}

// serveLatencyGraph draws the samples of an event.
func (a *Admin) serveLatencyGraph(c *session.Client, args [][]byte) {
	h, ok := a.observer.Latency.History(string(args[2]))
	if !ok {
		c.Reply.Error(fmt.Sprintf(textNoSamples, args[2][:min(len(args[2]), 128)]))
		return
	}
	c.Reply.Verbatim("txt", []byte(graph(&h, time.Now())))
}

// The graph: at most so many columns, each a sample, in rows of characters.
const (
	graphColumns = 80
	graphRows    = 4
	graphMarks   = "_o#" // the lower, middle and upper part of a row
)

// graph draws the newest samples: a bar for each from the least to the greatest of
// them, and below it how long ago it was, written downwards.
func graph(h *measure.History, now time.Time) string {
	samples := h.Samples[max(len(h.Samples)-graphColumns, 0):]
	low, high := samples[0].Millis, samples[0].Millis
	labels, longest := make([]string, len(samples)), 0
	for i, s := range samples {
		low, high = min(low, s.Millis), max(high, s.Millis)
		labels[i] = ago(now.Unix() - s.At)
		longest = max(longest, len(labels[i]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s - high %d ms, low %d ms (all time high %d ms)\n", h.Event, high, low, h.Max)
	b.WriteString(strings.Repeat("-", graphColumns) + "\n")
	for row := graphRows - 1; row >= 0; row-- {
		for _, s := range samples {
			b.WriteByte(mark(s.Millis, low, high, row))
		}
		b.WriteByte('\n')
	}
	b.WriteString(strings.Repeat(" ", len(samples)) + "\n")
	for i := range longest {
		for _, label := range labels {
			if i < len(label) {
				b.WriteByte(label[i])
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// mark returns what a bar shows in a row, the lowest being 0.
func mark(value, low, high int64, row int) byte {
	steps := graphRows * len(graphMarks)
	level := 0
	if high > low {
		level = int(float64(value-low) / float64(high-low) * float64(steps-1))
	}
	switch level -= row * len(graphMarks); {
	case level < 0:
		return ' '
	case level < len(graphMarks):
		return graphMarks[level]
	}
	return '|'
}

// ago prints seconds in the largest unit that fits: 15s, 3m, 2h, 9d.
func ago(seconds int64) string {
	switch {
	case seconds < 60:
		return fmt.Sprintf("%ds", max(seconds, 0))
	case seconds < 3600:
		return fmt.Sprintf("%dm", seconds/60)
	case seconds < 24*3600:
		return fmt.Sprintf("%dh", seconds/3600)
	}
	return fmt.Sprintf("%dd", seconds/(24*3600))
}

// serveLatencyDoctor says in words what was measured, and what may help.
func (a *Admin) serveLatencyDoctor(c *session.Client, _ [][]byte) {
	c.Reply.Verbatim("txt", []byte(a.latencyReport()))
}

func (a *Admin) latencyReport() string {
	thresholds := a.observer.Policy().Thresholds
	if thresholds.Latency == 0 {
		return "Nothing is measured: latency-monitor-threshold is 0. " +
			"Set it to the milliseconds from which a wait is worth noting, with CONFIG SET.\n"
	}
	all := a.observer.Latency.Histories()
	if len(all) == 0 {
		return fmt.Sprintf("Nothing has taken %d milliseconds or longer so far.\n", thresholds.Latency)
	}
	var b strings.Builder
	b.WriteString("These kinds of work have made clients wait:\n\n")
	seen := map[string]bool{}
	for i := range all {
		seen[all[i].Event] = true
		fmt.Fprintf(&b, "%d. %s\n", i+1, describe(&all[i]))
	}
	b.WriteString("\nWhat may help:\n\n")
	if seen[measure.EventCommand] || seen[measure.EventFastCommand] {
		if slow := thresholds.SlowerThan; slow < 0 || slow > thresholds.Latency*1000 {
			fmt.Fprintf(&b, "- The slow log misses some of these: set slowlog-log-slower-than to %d.\n", thresholds.Latency*1000)
		}
		b.WriteString("- SLOWLOG GET shows which commands were slow. Those over many elements are better cut into several.\n")
	}
	if seen[measure.EventFastCommand] {
		b.WriteString("- Commands that should be fast were not: look for very large values, for swapping, and for other programs " +
			"on this machine's processors.\n")
	}
	if seen[measure.EventEvictionCycle] {
		b.WriteString("- Room had to be made before commands: raise maxmemory, or write less in bursts.\n")
	}
	if seen[measure.EventExpireCycle] {
		b.WriteString("- Many keys end at the same time: spread their times.\n")
	}
	b.WriteString("- INFO runtime shows the pauses of the garbage collector.\n")
	return b.String()
}

// describe puts the samples of an event into a sentence.
func describe(h *measure.History) string {
	n, sum := float64(len(h.Samples)), 0.0
	for _, s := range h.Samples {
		sum += float64(s.Millis)
	}
	mean, deviation := sum/n, 0.0
	for _, s := range h.Samples {
		deviation += math.Abs(float64(s.Millis) - mean)
	}
	period := 0.0
	if n > 1 {
		period = float64(h.Latest().At-h.Samples[0].At) / (n - 1)
	}
	return fmt.Sprintf("%s: %d times (on average %.0f ms, mean deviation %.0f ms, every %.2f s). The longest ever took %d ms.",
		h.Event, len(h.Samples), mean, deviation/n, period, h.Max)
}
