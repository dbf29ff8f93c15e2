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

// firstToSecond returns the ratio of the first server's figure to the second's,
// false when the second has nothing to compare with.
func firstToSecond(m Metric) (float64, bool) {
	if len(m.Figures) < 2 || m.Figures[1].Value <= 0 {
		return 0, false
	}
	return m.Figures[0].Value / m.Figures[1].Value, true
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
