package bench

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// chart is a grouped bar chart: one group of bars for each row, one bar in it
// for each server, each with its value at its end.
type chart struct {
	file   string
	title  string
	unit   string // of the value axis
	group  string // of the rows it shows
	series []string
	labels []string
	values [][]float64 // by label and series; negative where there is none
}

// The layout of a chart, in pixels.
const (
	chartWidth  = 880.0
	plotLeft    = 150.0
	plotRight   = 790.0
	plotTop     = 64.0
	barHeight   = 16.0
	barGap      = 3.0
	groupGap    = 14.0
	axisHeight  = 46.0
	swatch      = 12.0
	swatchWidth = 150.0
	axisSteps   = 5
)

// The colours are of middle lightness: they stand out from white and from black,
// and charts have no background of their own.
const (
	textColour = "#7a7f87"
	gridColour = "#7a7f87"
)

// seriesColour returns the colour of the i-th server. The first ones differ in
// lightness too, for those who do not tell hues apart.
func seriesColour(i int) string {
	return [...]string{"#1f9e89", "#9aa0a8", "#d98a2b", "#7f6bc4", "#c4576b", "#4f8fcf"}[i%6]
}

// charts returns the charts of the report: rows that share one, by metric.
func (r *Report) charts(name string) []chart {
	var all []chart
	for _, kind := range []struct{ chart, metric, file, title string }{
		{"p1", MetricThroughput, "throughput-p1", "Throughput, no pipeline"},
		{"p1", MetricCPU, "cpu-p1", "Server processor time a request, no pipeline"},
		{"p16", MetricThroughput, "throughput-p16", "Throughput, pipeline of 16"},
		{"p16", MetricCPU, "cpu-p16", "Server processor time a request, pipeline of 16"},
		{"p64", MetricThroughput, "throughput-p64", "Throughput, pipeline of 64"},
		{"p64", MetricCPU, "cpu-p64", "Server processor time a request, pipeline of 64"},
		{"wide", MetricThroughput, "throughput-wide", "Throughput of wide commands, pipeline of 16"},
		{"wide", MetricCPU, "cpu-wide", "Server processor time of wide commands, pipeline of 16"},
		{"types-p16", MetricThroughput, "types-throughput-p16", "Throughput of the other data types, pipeline of 16"},
		{"types-p16", MetricCPU, "types-cpu-p16", "Server processor time of the other data types, pipeline of 16"},
		{"types-p1", MetricThroughput, "types-throughput-p1", "Throughput of the other data types, no pipeline"},
		{"types-p1", MetricCPU, "types-cpu-p1", "Server processor time of the other data types, no pipeline"},
		{"types-multi", MetricThroughput, "types-throughput-multi", "Transactions of ten SETs"},
		{"types-multi", MetricCPU, "types-cpu-multi", "Server processor time of a transaction of ten SETs"},
		{"types-large", MetricThroughput, "types-throughput-large", "Throughput of one large sorted set, pipeline of 16"},
		{"types-large", MetricCPU, "types-cpu-large", "Server processor time of one large sorted set, pipeline of 16"},
		{"perf-p1", MetricThroughput, "perf-throughput-p1", "Throughput by number of clients, no pipeline"},
		{"perf-p1", MetricCPU, "perf-cpu-p1", "Server processor time a request by number of clients, no pipeline"},
		{"perf-deep", MetricThroughput, "perf-throughput-deep", "Throughput with pipelines, and with keys out of cache"},
		{"perf-deep", MetricCPU, "perf-cpu-deep", "Server processor time with pipelines, and with keys out of cache"},
		{"perf-set", MetricThroughput, "perf-throughput-set", "Throughput of the whole set, pipeline of 16"},
		{"perf-set", MetricCPU, "perf-cpu-set", "Server processor time of the whole set, pipeline of 16"},
		{"perf-set-p1", MetricThroughput, "perf-throughput-set-p1", "Throughput of the whole set, no pipeline"},
		{"perf-set-p1", MetricCPU, "perf-cpu-set-p1", "Server processor time of the whole set, no pipeline"},
		{"perf-set-p64", MetricThroughput, "perf-throughput-set-p64", "Throughput of the whole set, pipeline of 64"},
		{"perf-set-p64", MetricCPU, "perf-cpu-set-p64", "Server processor time of the whole set, pipeline of 64"},
		{"perf-lean", MetricThroughput, "perf-throughput-lean", "Throughput with a lean client, pipeline of 16"},
		{"perf-lean", MetricCPU, "perf-cpu-lean", "Server processor time with a lean client, pipeline of 16"},
		{"perf-value", MetricThroughput, "perf-throughput-value", "Throughput by size of values, pipeline of 16"},
		{"perf-value", MetricCPU, "perf-cpu-value", "Server processor time a request by size of values, pipeline of 16"},
		{"perf-mix", MetricThroughput, "perf-throughput-mix", "Throughput of mixes of GET and SET, pipeline of 16"},
		{"perf-mix", MetricCPU, "perf-cpu-mix", "Server processor time a request of mixes of GET and SET"},
		{"peers-p1", MetricThroughput, "peers-throughput-p1", "Throughput of all peers, no pipeline"},
		{"peers-p1", MetricCPU, "peers-cpu-p1", "Server processor time a request of all peers, no pipeline"},
		{"peers-p1", MetricP999, "peers-p999-p1", "Latency of all peers, no pipeline, p99.9"},
		{"peers-p16", MetricThroughput, "peers-throughput-p16", "Throughput of all peers, pipeline of 16"},
		{"peers-p16", MetricCPU, "peers-cpu-p16", "Server processor time a request of all peers, pipeline of 16"},
		{"peers-p16", MetricP999, "peers-p999-p16", "Latency of a pipeline of 16 of all peers, p99.9"},
		{"tail", MetricP999, "tail-p999", "Waits at a fixed rate, p99.9"},
		{"durable", MetricThroughput, "durability-throughput", "Throughput of SET with an append-only file"},
		{"durable", MetricCPU, "durability-cpu", "Server processor time of SET with an append-only file"},
		{"eval", MetricThroughput, "eval-throughput", "Throughput of a script of three calls, pipeline of 16"},
		{"publish", MetricDelivered, "publish", "Messages delivered to 100 subscribers"},
		{"filling", "beyond key and value, worst size", "memory-beyond", "Resident memory a key beyond key and value, at the worst size"},
		{"memory", MetricKeyBytes, "memory", "Resident memory a key (bytes of key + value)"},
		{"types-memory", MetricKeyBytes, "types-memory-keys", "Resident memory of a key with ten small elements"},
		{"types-memory", MetricItemBytes, "types-memory-elements", "Resident memory an element of one large key"},
		{"connections", MetricConnBytes, "connections", "Resident memory of an idle connection"},
	} {
		c := chart{file: name + "-" + kind.file + ".svg", title: kind.title}
		for _, s := range r.Servers {
			c.series = append(c.series, s.Name)
		}
		for _, res := range r.Results {
			if m, ok := res.metric(kind.metric); ok && res.chart == kind.chart {
				c.add(res, m)
			}
		}
		if len(c.labels) > 0 {
			c.trim()
			all = append(all, c)
		}
	}
	return all
}

// add makes a group of bars of a row.
func (c *chart) add(res Result, m Metric) {
	values := make([]float64, len(c.series))
	for i, s := range c.series {
		values[i] = -1
		if f, ok := m.of(s); ok {
			values[i] = f.Value
		}
	}
	c.group, c.unit = res.Group, m.Unit
	c.labels = append(c.labels, res.label)
	c.values = append(c.values, values)
}

// trim leaves out servers that were not measured for this chart. The first ones
// keep their colours, since only those at the end go.
func (c *chart) trim() {
	for len(c.series) > 0 {
		last := len(c.series) - 1
		if slices.ContainsFunc(c.values, func(v []float64) bool { return v[last] >= 0 }) {
			return
		}
		c.series = c.series[:last]
		for i := range c.values {
			c.values[i] = c.values[i][:last]
		}
	}
}

// svg draws the chart. Bars lie, so that labels of any length and values are
// read without turning the head.
func (c chart) svg() []byte {
	groupHeight := float64(len(c.series))*(barHeight+barGap) + groupGap
	bottom := plotTop + float64(len(c.labels))*groupHeight
	height := bottom + axisHeight
	var w strings.Builder
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" font-family="system-ui, sans-serif" font-size="13" fill="%s">`+"\n",
		px(chartWidth), px(height), px(chartWidth), px(height), textColour)
	fmt.Fprintf(&w, "<title>%s</title>\n", html.EscapeString(c.title))
	text(&w, 0, 18, "start", ` font-size="16" font-weight="600"`, c.title)
	for i, s := range c.series {
		x := plotLeft + float64(i)*swatchWidth
		fmt.Fprintf(&w, `<rect x="%s" y="34" width="%s" height="%s" rx="2" fill="%s"/>`+"\n", px(x), px(swatch), px(swatch), seriesColour(i))
		text(&w, x+swatch+6, 45, "start", "", s)
	}
	end := c.axis(&w, bottom)
	for g, label := range c.labels {
		top := plotTop + float64(g)*groupHeight + groupGap/2
		middle := top + float64(len(c.series))*(barHeight+barGap)/2
		text(&w, plotLeft-10, middle+4, "end", "", label)
		for i, v := range c.values[g] {
			if v < 0 {
				continue
			}
			y, length := top+float64(i)*(barHeight+barGap), v/end*(plotRight-plotLeft)
			fmt.Fprintf(&w, `<rect x="%s" y="%s" width="%s" height="%s" rx="2" fill="%s"/>`+"\n",
				px(plotLeft), px(y), px(length), px(barHeight), seriesColour(i))
			text(&w, plotLeft+length+6, y+barHeight-4, "start", "", short(v))
		}
	}
	w.WriteString("</svg>\n")
	return []byte(w.String())
}

// axis draws the value axis below the bars and returns the value at its end.
func (c chart) axis(w *strings.Builder, bottom float64) float64 {
	top := 0.0
	for _, values := range c.values {
		top = max(top, slices.Max(values))
	}
	step := niceStep(top / axisSteps)
	end := math.Max(math.Ceil(top/step), 1) * step
	for v := 0.0; v <= end+step/2; v += step {
		x := plotLeft + v/end*(plotRight-plotLeft)
		fmt.Fprintf(w, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-opacity="0.3"/>`+"\n",
			px(x), px(plotTop), px(x), px(bottom), gridColour)
		text(w, x, bottom+18, "middle", "", axisText(v))
	}
	text(w, (plotLeft+plotRight)/2, bottom+38, "middle", "", c.unit)
	return end
}

// niceStep returns the least of 1, 2, 2.5, 5 and 10 times a power of ten that is
// no less than raw.
func niceStep(raw float64) float64 {
	if raw <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if raw <= m*power {
			return m * power
		}
	}
	return 10 * power
}

// axisText writes a value of the axis, which is round.
func axisText(v float64) string {
	switch {
	case v >= 1e6:
		return plain(v/1e6) + "M"
	case v >= 1e3:
		return plain(v/1e3) + "k"
	default:
		return plain(v)
	}
}

// plain writes v without the noise of adding up binary fractions.
func plain(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

func text(w *strings.Builder, x, y float64, anchor, more, content string) {
	fmt.Fprintf(w, `<text x="%s" y="%s" text-anchor="%s"%s>%s</text>`+"\n", px(x), px(y), anchor, more, html.EscapeString(content))
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
