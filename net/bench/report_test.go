package bench

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() *Report {
	return &Report{
		Date: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Seconds: 90, Reps: 3,
		Machine: Machine{CPU: "A | B", Cores: 2, Kernel: "6.1", Go: "go1.26", Platform: "linux/amd64"},
		Servers: []Tested{{Name: "troupe", Binary: "troupe", Args: []string{"--save", ""}}, {Name: "r<&>", Binary: "redis-server"}},
		Absent:  []string{"valkey-server"},
		Results: []Result{
			{
				Row: "set-p16", Title: "SET, pipeline of 16", Group: GroupThroughput, chart: "p16", label: "SET",
				Metrics: []Metric{
					{MetricThroughput, "requests/s", []Figure{figure("troupe", []float64{1e6, 2e6, 3e6}), figure("r<&>", []float64{5e5, 5e5, 6e5})}},
					{MetricCPU, "µs", []Figure{figure("troupe", []float64{1, 1.5, 2}), figure("r<&>", []float64{2, 2, 2})}},
				},
				Checks: []Check{atLeast("throughput", "×", 1.5, 4), atMost("processor time", "×", 0.65, 0.75)},
			},
			{
				Row: "longest-set", Title: "longest SET", Group: GroupLatency,
				Metrics: []Metric{{MetricLongest, "ms", []Figure{figure("troupe", []float64{0.5})}}},
				Checks:  []Check{lessThan("longest write", "ms", 2, 0.5)},
				Notes:   []string{"one shard"},
			},
		},
	}
}

func TestReportFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	r := sample()
	if err := r.Write(dir, "x"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "x.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	for i := range r.Results {
		r.Results[i].chart, r.Results[i].label = "", ""
	}
	if !reflect.DeepEqual(&back, r) {
		t.Errorf("the JSON says %+v, the report %+v", back, r)
	}
	if got := r.Missed(); got != 1 {
		t.Errorf("%d targets missed, want 1", got)
	}
	page, err := os.ReadFile(filepath.Join(dir, "x.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| SET, pipeline of 16 | throughput | ≥ 1.5 × | 4.00 × | met |",
		"| SET, pipeline of 16 | processor time | ≤ 0.65 × | 0.75 × | **missed** |",
		"| SET, pipeline of 16 | throughput | requests/s | 2,000,000 (1,000,000–3,000,000) | 500,000 (500,000–600,000) |",
		"| longest SET | longest write | ms | 0.500 |\n", "left out: valkey-server.",
		"- longest SET: one shard.", "![Throughput, pipeline of 16](x-throughput-p16.svg)", `troupe --save ""`, `A \| B`,
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(string(page), "smoke run") {
		t.Error("the page calls a full run a smoke run")
	}
	if strings.Contains(string(page), "Medians of") || strings.Contains(string(page), "No target") {
		t.Error("the page speaks of fewer repetitions, or of no targets")
	}
	for _, file := range []string{"x-throughput-p16.svg", "x-cpu-p16.svg"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
	if err := r.Write(filepath.Join(dir, "x.md"), "y"); err == nil {
		t.Error("a report was written into a file")
	}
}

// TestChart reads a chart back: it is well formed, has a bar for each value and
// one for each server in the legend, and no bar leaves the plot.
func TestChart(t *testing.T) {
	charts := sample().charts("x")
	if len(charts) != 2 {
		t.Fatalf("%d charts, want 2", len(charts))
	}
	c := charts[0]
	c.labels, c.values = append(c.labels, "none & <some>"), append(c.values, []float64{-1, 7})
	svg := c.svg()
	bars, texts := 0, []string{}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "rect" {
				continue
			}
			bars++
			var x, width float64
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "x":
					_, err = fmt.Sscan(a.Value, &x)
				case "width":
					_, err = fmt.Sscan(a.Value, &width)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if width < 0 || x < plotLeft || x+width > plotRight {
				t.Errorf("a bar reaches from %v to %v", x, x+width)
			}
		case xml.CharData:
			texts = append(texts, string(e))
		}
	}
	if want := 3 + 2; bars != want {
		t.Errorf("%d rectangles, want %d", bars, want)
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{"r<&>", "none & <some>", "2.00M", "500k", "requests/s", c.title} {
		if !strings.Contains(all, want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
}

func TestAxis(t *testing.T) {
	for raw, want := range map[float64]float64{0: 1, 1: 1, 1.1: 2, 0.21: 0.25, 3: 5, 7: 10, 430: 500, 100: 100} {
		if got := niceStep(raw); got != want {
			t.Errorf("niceStep(%v) = %v, want %v", raw, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0", 250_000: "250k", 1_250_000: "1.25M", 0.1 + 0.2: "0.3", 500: "500"} {
		if got := axisText(v); got != want {
			t.Errorf("axisText(%v) = %q, want %q", v, got, want)
		}
	}
	// All values are nought: there must still be an axis.
	c := chart{series: []string{"a"}, labels: []string{"l"}, values: [][]float64{{0}}}
	if svg := string(c.svg()); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("a chart of nothing: %s", svg)
	}
}

func TestMachine(t *testing.T) {
	m, err := describeMachine()
	if err != nil {
		t.Fatal(err)
	}
	if m.Cores < 1 || m.MemoryMB < 1 || m.Kernel == "" || m.CPU == "" {
		t.Errorf("got %+v", m)
	}
	if got := cpuModel("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz: fast\n"); got != "Some CPU @ 2 GHz: fast" {
		t.Errorf("the processor is %q", got)
	}
	if got := cpuModel("processor\t: 0\n"); got != "unnamed" {
		t.Errorf("a processor without a name is %q", got)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got := buildOf(own); !strings.HasPrefix(got, "go") {
		t.Errorf("this program was built with %q", got)
	}
}

// TestPageOfFew says that a row has fewer repetitions than asked for, and that none has a target.
func TestPageOfFew(t *testing.T) {
	r := sample()
	r.Reps = 5
	for i := range r.Results {
		r.Results[i].Checks = nil
	}
	r.Failed = []Failure{{Title: "slow", Reason: "too slow\nfor us"}}
	page := string(r.page("x", nil))
	for _, want := range []string{
		"\nMedians of 3 repetitions: SET, pipeline of 16.\n", "No target is set for these rows.\n", "- slow: too slow\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "## Targets") {
		t.Error("a table of targets has no line")
	}
}
