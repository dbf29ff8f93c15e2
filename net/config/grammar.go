package config

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/quote"
)

// splitWords takes one line apart.
func splitWords(line string) ([]string, error) {
	args, ok := quote.Split(nil, []byte(line))
	if !ok {
		return nil, errUnbalanced
	}
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = string(arg)
	}
	return words, nil
}

// splitLines takes a file apart. Lines that are empty or begin with '#' say
// nothing.
func splitLines(source string, text []byte) ([]directive, error) {
	var given []directive
	number := 0
	for line := range bytes.Lines(text) {
		number++
		trimmed := strings.Trim(string(line), " \t\r\n")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		words, err := splitWords(trimmed)
		if err != nil {
			return nil, &LoadError{Source: source, Line: number, Text: trimmed, Reason: err}
		}
		if len(words) > 0 {
			given = append(given, directive{source: source, line: number, words: words})
		}
	}
	return given, nil
}

func parseBool(word string) (yes, ok bool) {
	switch {
	case strings.EqualFold(word, "yes"):
		return true, true
	case strings.EqualFold(word, "no"):
		return false, true
	}
	return false, false
}

func parseUnits(word string) (uint64, bool) {
	digits := strings.TrimRight(word, "bkmgBKMG")
	var factor uint64
	switch strings.ToLower(word[len(digits):]) {
	case "", "b":
		factor = 1
	case "k":
		factor = 1000
	case "kb":
		factor = 1 << 10
	case "m":
		factor = 1000_000
	case "mb":
		factor = 1 << 20
	case "g":
		factor = 1000_000_000
	case "gb":
		factor = 1 << 30
	default:
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n > math.MaxUint64/factor {
		return 0, false
	}
	return n * factor, true
}
