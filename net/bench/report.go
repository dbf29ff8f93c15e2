package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Names of metrics.
const (
	MetricThroughput = "throughput"
	MetricCPU        = "server processor time a request"
	MetricClient     = "client processor time a request"
	MetricLatency    = "median latency"
	MetricP99        = "latency, p99"
	MetricP999       = "latency, p99.9"
	MetricDelivered  = "messages delivered"
	MetricExtra      = "memory during a snapshot, more than before"
	MetricQuietProbe = "longest wait without a snapshot"
	MetricProbe      = "longest wait during a snapshot"
	MetricAdded      = "longest wait that a snapshot adds"
	MetricSaving     = "time of a snapshot"
	MetricLoading    = "time from the start to the first answer"
	MetricSyncs      = "calls of fsync a write"
	MetricFloor      = "server processor time against the floor"
	MetricKeyBytes   = "resident memory a key"
	MetricItemBytes  = "resident memory an element"
	MetricBase       = "resident memory without keys"
	MetricConnBytes  = "resident memory a connection"
	MetricLongest    = "longest write"
	MetricPause      = "longest pause of the collector"
)

// Report is what a run of the program found.
type Report struct {
	Date    time.Time `json:"date"` // of the start, UTC
	Seconds float64   `json:"seconds"`
	Quick   bool      `json:"quick"` // smoke run, its figures say nothing
	Reps    int       `json:"repetitions"`
	Machine Machine   `json:"machine"`
	Servers []Tested  `json:"servers"`          // the first one is held to the targets
	Absent  []string  `json:"absent,omitempty"` // programs that were not there to be measured
	Results []Result  `json:"results"`
	Failed  []Failure `json:"failed,omitempty"`
}

// Failure is a row that could not be measured.
type Failure struct {
	Row    string `json:"row"`
	Title  string `json:"title"`
	Reason string `json:"reason"`
}

// Result is what one row found.
type Result struct {
	Row     string   `json:"row"`
	Title   string   `json:"title"`
	Group   string   `json:"group"`
	Metrics []Metric `json:"metrics"`
	Checks  []Check  `json:"checks"`
	Notes   []string `json:"notes,omitempty"`
	Curves  []Curve  `json:"curves,omitempty"`

	chart, label string
}

// Metric is one quantity, with a figure for each server it was measured on.
type Metric struct {
	Name    string   `json:"name"`
	Unit    string   `json:"unit"`
	Figures []Figure `json:"figures"`
}

// Figure is the value of a metric for one server.
type Figure struct {
	Server string    `json:"server"`
	Value  float64   `json:"value"` // the median of Runs where the row says nothing else
	Runs   []float64 `json:"runs"`  // in the order they were made
}

// Check holds a value to a target.
type Check struct {
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Bound  string  `json:"bound"` // ">=", "<=" or "<"
	Target float64 `json:"target"`
	Unit   string  `json:"unit"` // "×" for a ratio
	Met    bool    `json:"met"`
}

// Write writes name.md, name.json and the charts into dir, which is created when
// it is not there.
func (r *Report) Write(dir, name string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot write the report: %w", err)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot write the report: %w", err)
	}
	files := map[string][]byte{name + ".json": append(text, '\n')}
	charts := r.charts(name)
	for _, c := range charts {
		files[c.file] = c.svg()
	}
	for _, c := range r.curveCharts(name) {
		files[c.file] = c.svg()
	}
	files[name+".md"] = r.page(name, charts)
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			return fmt.Errorf("cannot write the report: %w", err)
		}
	}
	return nil
}

// Missed returns the number of checks that were not met.
func (r *Report) Missed() int {
	missed := 0
	for _, res := range r.Results {
		for _, c := range res.Checks {
			if !c.Met {
				missed++
			}
		}
	}
	return missed
}

// repetitions is how many runs are behind the result's first figure.
func (r Result) repetitions() int {
	if len(r.Metrics) == 0 || len(r.Metrics[0].Figures) == 0 {
		return 0
	}
	return len(r.Metrics[0].Figures[0].Runs)
}

func (r Result) metric(name string) (Metric, bool) {
	i := slices.IndexFunc(r.Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return r.Metrics[i], true
}

func (m Metric) of(server string) (Figure, bool) {
	i := slices.IndexFunc(m.Figures, func(f Figure) bool { return f.Server == server })
	if i < 0 {
		return Figure{}, false
	}
	return m.Figures[i], true
}

func atLeast(what, unit string, target, value float64) Check {
	return Check{What: what, Value: value, Bound: ">=", Target: target, Unit: unit, Met: value >= target}
}

func atMost(what, unit string, target, value float64) Check {
	return Check{What: what, Value: value, Bound: "<=", Target: target, Unit: unit, Met: value <= target}
}

func lessThan(what, unit string, target, value float64) Check {
	return Check{What: what, Value: value, Bound: "<", Target: target, Unit: unit, Met: value < target}
}
