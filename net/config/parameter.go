package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/conf"
	"github.com/troupe-db/troupe/codec/num"
)

// change says when a parameter may be changed.
type change uint8

const (
	anytime   change = iota // by CONFIG SET
	atStart                 // by the file and the command line only
	protected               // by CONFIG SET, if enable-protected-configs allows it
)

// presence says where a parameter shows.
type presence uint8

const (
	listed   presence = iota // CONFIG GET, CONFIG SET and the file
	fileOnly                 // only the file and the command line
)

// parameter is a row: all there is to know about one directive.
type parameter struct {
	name  string // lower case
	alias string // an older name, "" for none
	change
	presence
	words     bool // takes any number of words rather than one
	sensitive bool // the value does not appear in messages
	inert     bool // accepted, and without effect here
	foreign   bool // CONFIG REWRITE leaves its lines alone: it has but one value here

	// parse reads the words into v. Its error is the text a client sees.
	parse func(v *Values, words []string) error
	// format prints the value as CONFIG GET does.
	format func(v *Values) string
}

// set reads the words of a directive into v.
func (p *parameter) set(v *Values, words []string) error {
	if !p.words && len(words) != 1 {
		return errWords
	}
	if p.words && len(words) == 1 { // they may stand in quotes, as one
		if split := strings.Fields(words[0]); len(split) > 1 {
			words = split
		}
	}
	return p.parse(v, words)
}

// live returns a copy of the row that CONFIG SET may change.
func (p parameter) live() parameter { p.change = anytime; return p }

// guarded returns a copy of the row that is a protected parameter.
func (p parameter) guarded() parameter { p.change = protected; return p }

// known returns a copy of the row that has an older name too.
func (p parameter) known(alias string) parameter { p.alias = alias; return p }

// boolean is a row that is yes or no.
func boolean(name string, at func(*Values) *bool) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			yes, ok := conf.ParseBool(words[0])
			if !ok {
				return errYesNo
			}
			*at(v) = yes
			return nil
		},
		format: func(v *Values) string { return yesNo(*at(v)) },
	}
}

// integer is a row that holds a number from lo to hi.
func integer(name string, lo, hi int64, at func(*Values) *int) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			n, ok := num.ParseInt([]byte(words[0]))
			if !ok {
				return errInteger
			}
			if n < lo || n > hi {
				return rangeError(lo, hi, 10)
			}
			*at(v) = int(n)
			return nil
		},
		format: func(v *Values) string { return strconv.Itoa(*at(v)) },
	}
}

// octal is a row that holds mode bits from 0 to hi.
func octal(name string, hi int64, at func(*Values) *int) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			n, ok := conf.ParseOctal(words[0])
			if !ok {
				return errOctal
			}
			if n > hi {
				return rangeError(0, hi, 8)
			}
			*at(v) = int(n)
			return nil
		},
		format: func(v *Values) string { return strconv.FormatInt(int64(*at(v)), 8) },
	}
}

// memory is a row that holds bytes from lo to hi, with or without a unit.
func memory(name string, lo, hi int64, at func(*Values) *int64) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			n, ok := conf.ParseMemory(words[0])
			if !ok {
				return errMemory
			}
			if n < uint64(lo) || n > uint64(hi) {
				return rangeError(lo, hi, 10)
			}
			*at(v) = int64(n)
			return nil
		},
		format: func(v *Values) string { return strconv.FormatInt(*at(v), 10) },
	}
}

// text is a row that holds a string.
func text(name string, at func(*Values) *string) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			*at(v) = words[0]
			return nil
		},
		format: func(v *Values) string { return *at(v) },
	}
}

// choice is a row that holds one of some names, in any case; the value is the
// index of the name. The names appear in an error in the order of shown.
func choice[T ~uint8](name string, names, shown []string, at func(*Values) *T) parameter {
	return parameter{
		name: name, change: atStart,
		parse: func(v *Values, words []string) error {
			for i, known := range names {
				if strings.EqualFold(words[0], known) {
					*at(v) = T(i)
					return nil
				}
			}
			return fmt.Errorf("argument(s) must be one of the following: %s", strings.Join(shown, ", "))
		},
		format: func(v *Values) string { return names[*at(v)] },
	}
}

// fixed is a row of yes and no that can only be no, for the given reason.
func fixed(name, reason string) parameter {
	return parameter{
		name: name, change: atStart, foreign: true,
		parse: func(_ *Values, words []string) error {
			yes, ok := conf.ParseBool(words[0])
			switch {
			case !ok:
				return errYesNo
			case yes:
				return errors.New(reason)
			}
			return nil
		},
		format: func(*Values) string { return "no" },
	}
}

// rangeError says which numbers are accepted, in the given base.
func rangeError(lo, hi int64, base int) error {
	return fmt.Errorf("argument must be between %s and %s inclusive",
		strconv.FormatInt(lo, base), strconv.FormatInt(hi, base))
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
