package bench

import (
	"slices"
	"strconv"
	"strings"
)

// figure returns the figure of a server: the median of its runs.
func figure(server string, runs []float64) Figure {
	return Figure{Server: server, Value: median(runs), Runs: runs}
}

// median returns the middle of values, the mean of the two middle ones when
// their number is even, 0 when there are none. values stay as they are.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

// comparison is the first server's ratio to the best of its rivals.
type comparison struct {
	ratio   float64
	against string // name of that rival; empty when there is nothing to compare with
}

// hardest returns the first server's ratio to the rival that is hardest to beat:
// the highest ratio where less is better, else the lowest. of gives the ratio to
// the server of a place, and false where there is none.
func hardest(servers []string, rivals []int, lessIsBetter bool, of func(rival int) (float64, bool)) comparison {
	var best comparison
	for _, i := range rivals {
		ratio, ok := of(i)
		if ok && (best.against == "" || ratio > best.ratio == lessIsBetter) {
			best = comparison{ratio, servers[i]}
		}
	}
	return best
}

// toBest compares the first server in each repetition with its rivals.
func toBest(servers []string, rivals []int, runs [][]run, lessIsBetter bool, of func(run) float64) comparison {
	return hardest(servers, rivals, lessIsBetter, func(i int) (float64, bool) { return pairedRatio(runs[0], runs[i], of) })
}

// toLeast compares the first server's figure, of which less is better, with those
// of its rivals.
func toLeast(m Metric, rivals []int) comparison {
	servers := make([]string, len(m.Figures))
	for i, f := range m.Figures {
		servers[i] = f.Server
	}
	return hardest(servers, rivals, true, func(i int) (float64, bool) {
		if i >= len(m.Figures) || m.Figures[i].Value <= 0 {
			return 0, false
		}
		return m.Figures[0].Value / m.Figures[i].Value, true
	})
}

// number writes a figure with three or more significant digits and the thousands
// apart, as in "1,234,567", "95.3" and "0.482".
func number(v float64) string {
	decimals := 0
	switch size := max(v, -v); {
	case size == float64(int64(size)) || size >= 1000:
	case size >= 10:
		decimals = 1
	case size >= 1:
		decimals = 2
	default:
		decimals = 3
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	digits, negative := strings.CutPrefix(whole, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if negative {
		digits = "-" + digits
	}
	if fraction != "" {
		digits += "." + fraction
	}
	return digits
}

// short writes a figure for the end of a bar, as in "1.23M" and "482k".
func short(v float64) string {
	switch {
	case v >= 1e6:
		return strconv.FormatFloat(v/1e6, 'f', 2, 64) + "M"
	case v >= 1e4:
		return strconv.FormatFloat(v/1e3, 'f', 0, 64) + "k"
	default:
		return number(v)
	}
}

func (c Check) valueText() string { return withUnit(strconv.FormatFloat(c.Value, 'f', 2, 64), c.Unit) }

func (c Check) boundText() string {
	sign := strings.NewReplacer(">=", "≥ ", "<=", "≤ ", "<", "< ").Replace(c.Bound)
	return sign + withUnit(strconv.FormatFloat(c.Target, 'f', -1, 64), c.Unit)
}

func withUnit(value, unit string) string {
	if unit == "" {
		return value
	}
	return value + " " + unit
}

func (c Check) verdict() string {
	if c.Met {
		return "met"
	}
	return "missed"
}
