package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// page returns the report as Markdown.
func (r *Report) page(name string, charts []chart) []byte {
	var w strings.Builder
	fmt.Fprintf(&w, "# Benchmarks: %s\n\n", name)
	if r.Quick {
		w.WriteString("**This is a smoke run. It shows that the program works; its figures say nothing.**\n\n")
	}
	r.intro(&w, name)
	r.targets(&w)
	r.failures(&w)
	for _, g := range []struct{ group, title string }{
		{GroupThroughput, "Throughput"},
		{GroupTypesThroughput, "Throughput of the other data types"},
		{GroupPerformance, "Performance"},
		{GroupPeers, "All peers"},
		{GroupTail, "Waits at a fixed rate"},
		{GroupDurability, "Durability"},
		{GroupFeatures, "Scripts, messages and fences"},
		{GroupMemory, "Memory"},
		{GroupTypesMemory, "Memory of the other data types"},
		{GroupLatency, "Longest write and pauses"},
		{GroupConnections, "Idle connections"},
	} {
		r.group(&w, name, g.group, g.title, charts)
	}
	r.method(&w)
	return []byte(w.String())
}

// intro says where the figures come from.
func (r *Report) intro(w *strings.Builder, name string) {
	m := r.Machine
	fmt.Fprintf(w, "Measured on %s, in %s minutes, by `cmd/troupe-bench`. All figures are also in [%s.json](%s.json).\n\n",
		r.Date.Format("2 January 2006"), number(r.Seconds/60), name, name)
	w.WriteString("| machine | |\n|---|---|\n")
	for _, line := range [][2]string{
		{"processor", m.CPU},
		{"cores", strconv.Itoa(m.Cores)},
		{"memory", number(float64(m.MemoryMB)) + " MB"},
		{"kernel", m.Kernel},
		{"transparent huge pages", m.HugePages},
		{"TCP congestion control", m.Congestion},
		{"Go", m.Go + " " + m.Platform},
	} {
		fmt.Fprintf(w, "| %s | %s |\n", line[0], cell(line[1]))
	}
	w.WriteString("\n| server | version | command | build |\n|---|---|---|---|\n")
	for _, s := range r.Servers {
		fmt.Fprintf(w, "| %s | %s | `%s` | %s |\n", cell(s.Name), cell(s.Version), cell(commandLine(s)), cell(s.Build))
	}
	w.WriteString("\n")
	if len(r.Absent) > 0 {
		fmt.Fprintf(w, "Not on the PATH, and left out: %s.\n\n", strings.Join(r.Absent, ", "))
	}
}

// targets is the table of all checks.
func (r *Report) targets(w *strings.Builder) {
	if !slices.ContainsFunc(r.Results, func(res Result) bool { return len(res.Checks) > 0 }) {
		w.WriteString("No target is set for these rows.\n\n")
		return
	}
	w.WriteString("## Targets\n\n| row | figure | target | measured | |\n|---|---|---|---|---|\n")
	for _, res := range r.Results {
		for _, c := range res.Checks {
			verdict := c.verdict()
			if !c.Met {
				verdict = "**" + verdict + "**"
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", cell(res.Title), cell(c.What), c.boundText(), c.valueText(), verdict)
		}
	}
	w.WriteString("\n")
}

// failures says what could not be measured, and why.
func (r *Report) failures(w *strings.Builder) {
	if len(r.Failed) == 0 {
		return
	}
	w.WriteString("These rows could not be measured:\n\n")
	for _, f := range r.Failed {
		first, _, _ := strings.Cut(f.Reason, "\n")
		fmt.Fprintf(w, "- %s: %s\n", f.Title, first)
	}
	w.WriteString("\n")
}

// group is the section of one group of rows: its charts, its figures, its notes.
func (r *Report) group(w *strings.Builder, name, group, title string, charts []chart) {
	results := slices.DeleteFunc(slices.Clone(r.Results), func(res Result) bool { return res.Group != group })
	if len(results) == 0 {
		return
	}
	fmt.Fprintf(w, "## %s\n\n", title)
	for _, c := range charts {
		if c.group == group {
			fmt.Fprintf(w, "![%s](%s)\n\n", c.title, c.file)
		}
	}
	for _, c := range r.curveCharts(name) {
		if c.group == group {
			fmt.Fprintf(w, "![%s](%s)\n\n", c.title, c.file)
		}
	}
	servers := r.measured(results)
	w.WriteString("| row | figure | unit |")
	for _, s := range servers {
		fmt.Fprintf(w, " %s |", cell(s.Name))
	}
	w.WriteString("\n|---|---|---|" + strings.Repeat("--:|", len(servers)) + "\n")
	for _, res := range results {
		for _, m := range res.Metrics {
			fmt.Fprintf(w, "| %s | %s | %s |", cell(res.Title), cell(m.Name), cell(m.Unit))
			for _, s := range servers {
				fmt.Fprintf(w, " %s |", figureText(m, s.Name))
			}
			w.WriteString("\n")
		}
	}
	w.WriteString("\n")
	r.fewer(w, results)
	noted := false
	for _, res := range results {
		for _, note := range res.Notes {
			fmt.Fprintf(w, "- %s: %s.\n", res.Title, note)
			noted = true
		}
	}
	if noted {
		w.WriteString("\n")
	}
}

// fewer says which rows have fewer repetitions than the program was told. Those that
// are measured once have no median.
func (r *Report) fewer(w *strings.Builder, results []Result) {
	for n := r.Reps - 1; n > 1; n-- {
		var titles []string
		for _, res := range results {
			if res.repetitions() == n {
				titles = append(titles, res.Title)
			}
		}
		if len(titles) > 0 {
			fmt.Fprintf(w, "Medians of %d repetitions: %s.\n\n", n, strings.Join(titles, "; "))
		}
	}
}

// measured returns the servers that some of the results have figures of.
func (r *Report) measured(results []Result) []Tested {
	return slices.DeleteFunc(slices.Clone(r.Servers), func(s Tested) bool {
		return !slices.ContainsFunc(results, func(res Result) bool {
			return slices.ContainsFunc(res.Metrics, func(m Metric) bool {
				_, ok := m.of(s.Name)
				return ok
			})
		})
	})
}

// figureText writes a figure, and between what its runs lie.
func figureText(m Metric, server string) string {
	f, ok := m.of(server)
	if !ok {
		return ""
	}
	if len(f.Runs) < 2 {
		return number(f.Value)
	}
	return fmt.Sprintf("%s (%s–%s)", number(f.Value), number(slices.Min(f.Runs)), number(slices.Max(f.Runs)))
}

// method says how it was done and how to do it again.
func (r *Report) method(w *strings.Builder) {
	fmt.Fprintf(w, "## Method\n\n")
	fmt.Fprintf(w, "- Client and servers share this machine and talk over loopback. Servers run with the arguments above; nothing is written to disk but by rows that are about that.\n")
	fmt.Fprintf(w, "- Throughput: redis-benchmark with %d connections, %d-byte values, random keys. Targets are against redis, or against valkey where that is there and does better in the row. The runs of the servers are interleaved and change their order; a figure is the median of %d (lowest–highest), or of as many as is said below the table, a ratio is the median of the ratios inside each repetition. What a row adds to is emptied, and what it pops from is filled, before each run.\n",
		clients, valueSize, r.Reps)
	fmt.Fprintf(w, "- The other data types: the same, with %d repetitions at most. Transactions come from a driver of our own, since redis-benchmark makes none: one thread, %d connections, each with one transaction under way; its ten keys have a hash tag in common and lie on one shard.\n", typesReps, clients)
	fmt.Fprintf(w, "- Lean client: the same driver with pipelines of one request, for the tests in which redis-benchmark takes more processor time than a server, so that what it can do would be compared and not what they can.\n")
	fmt.Fprintf(w, "- The floor, where there is one, answers every request and does nothing: one thread, one epoll loop.\n")
	fmt.Fprintf(w, "- All peers: the driver of mixes, with %d connections and one request or one pipeline of each under way; it speaks memcached's text protocol too, and compares every reply. A latency is that of a whole pipeline.\n", clients)
	fmt.Fprintf(w, "- Waits at a fixed rate: pipelines are sent when they are due, and a wait counts from then, so that a server that stands still makes all wait that were due meanwhile.\n")
	fmt.Fprintf(w, "- Processor time: user and system time of the server's process before and after each run, divided by the requests. That of the client stands beside it: redis-benchmark is one thread, so at 0.5 µs a request it makes two million a second at most, whatever the server could do.\n")
	fmt.Fprintf(w, "- Memory: resident memory of a fresh server after the load less before it (smaps_rollup). In between every key or element is read once, so that no table is still on the move.\n")
	fmt.Fprintf(w, "- Longest write: what a shard does in its turn for SET, without a server, timed one by one. The thread's own clock does not run while the machine runs something else.\n\n")
	fmt.Fprintf(w, "To repeat it, with redis-server and redis-benchmark, and further peers to be measured, on the PATH and nothing else running:\n\n")
	fmt.Fprintf(w, "    go run ./cmd/troupe-bench --reps %d\n\n", r.Reps)
	fmt.Fprintf(w, "One row alone, and a further server beside the others:\n\n")
	fmt.Fprintf(w, "    go run ./cmd/troupe-bench --only set-p16,memory\n    go run ./cmd/troupe-bench --server other=/path/to/server,--io-threads,2\n")
}

// cell makes text fit a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

// commandLine shows the arguments as a shell takes them.
func commandLine(s Tested) string {
	words := []string{s.Binary}
	for _, a := range s.Args {
		if a == "" || strings.ContainsAny(a, " \t") {
			a = strconv.Quote(a)
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
