package config

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Stopping says how a signal stops the server: the words of shutdown-on-sigterm and
// shutdown-on-sigint. The zero value is "default".
type Stopping struct {
	Save, NoSave bool // whatever is configured
	Now          bool // nobody is waited for
	Force        bool // also if something fails
}

// observeRows are about what the server measures of itself.
func observeRows() []parameter {
	return []parameter{
		integer("slowlog-log-slower-than", -1, math.MaxInt64,
			func(v *Values) *int { return &v.Thresholds.SlowerThan }).live(),
		integer("slowlog-max-len", 0, math.MaxInt64, func(v *Values) *int { return &v.Thresholds.SlowMost }).live(),
		integer("latency-monitor-threshold", 0, math.MaxInt64,
			func(v *Values) *int { return &v.Thresholds.Latency }).live(),
		boolean("latency-tracking", func(v *Values) *bool { return &v.Thresholds.Tracking }).live(),
		{
			name: "latency-tracking-info-percentiles", words: true,
			parse: parsePercentiles, format: formatPercentiles,
		},
	}
}

// stoppingRows are about the end of the server.
func stoppingRows() []parameter {
	return []parameter{
		stopping("shutdown-on-sigterm", func(v *Values) *Stopping { return &v.OnSigterm }),
		stopping("shutdown-on-sigint", func(v *Values) *Stopping { return &v.OnSigint }),
	}
}

// parsePercentiles reads numbers from 0 to 100; one empty word is none.
func parsePercentiles(v *Values, words []string) error {
	var percentiles []float64
	for _, word := range words {
		if word == "" && len(words) == 1 {
			break
		}
		p, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(p) {
			return errPercentiles
		}
		if p < 0 || p > 100 {
			return errPercentile
		}
		percentiles = append(percentiles, p)
	}
	v.Percentiles = percentiles
	return nil
}

func formatPercentiles(v *Values) string {
	words := make([]string, len(v.Percentiles))
	for i, p := range v.Percentiles {
		words[i] = FormatPercentile(p)
	}
	return strings.Join(words, " ")
}

// FormatPercentile prints a percentile as latency-tracking-info-percentiles and INFO
// do: 99.9.
func FormatPercentile(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) }

// stopping is a row that holds words about how to stop.
func stopping(name string, at func(*Values) *Stopping) parameter {
	names := []string{"default", "save", "nosave", "now", "force"}
	flags := func(s *Stopping) []*bool { return []*bool{new(bool), &s.Save, &s.NoSave, &s.Now, &s.Force} }
	return parameter{
		name: name, change: anytime, words: true,
		parse: func(v *Values, words []string) error {
			var s Stopping
			for _, word := range words {
				i := slices.Index(names, strings.ToLower(word))
				if i < 0 {
					return errors.New("argument(s) must be one of the following: " + strings.Join(names, ", "))
				}
				*flags(&s)[i] = true
			}
			if s.Save && s.NoSave {
				return errSaveNoSave
			}
			*at(v) = s
			return nil
		},
		format: func(v *Values) string {
			var words []string
			for i, on := range flags(at(v)) {
				if *on {
					words = append(words, names[i])
				}
			}
			if len(words) == 0 {
				return names[0]
			}
			return strings.Join(words, " ")
		},
	}
}
