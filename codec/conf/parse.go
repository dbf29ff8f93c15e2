package conf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/troupe-db/troupe/codec/quote"
)

// ErrUnbalancedQuotes is the one way in which a line can be malformed.
var ErrUnbalancedQuotes = errors.New("unbalanced quotes in configuration line")

// Directive is one line of a configuration file that is neither empty nor a
// comment.
type Directive struct {
	// File and Line say where the directive stands; lines count from 1.
	File string
	Line int
	// Text is the line without surrounding white space.
	Text string
	// Name is the first word in lower case.
	Name string
	// Args are the other words, without their quotes.
	Args []string
}

// Error is a fault in a configuration file.
type Error struct {
	File string
	Line int    // counts from 1
	Text string // the line
	Err  error  // what is wrong with it
}

// Error returns "file:line: reason".
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// Parse reads the text of a configuration file; file is its name, for errors
// and for Directive.File. It stops at the first malformed line with an *Error,
// and returns the directives before it.
func Parse(file string, text []byte) ([]Directive, error) {
	var out []Directive
	number := 0
	for line := range bytes.Lines(text) {
		number++
		d, ok, err := parseLine(line)
		if err != nil {
			return out, &Error{File: file, Line: number, Text: d.Text, Err: err}
		}
		if ok {
			d.File, d.Line = file, number
			out = append(out, d)
		}
	}
	return out, nil
}

// parseLine reads one line. ok is false for comments and empty lines.
func parseLine(line []byte) (d Directive, ok bool, err error) {
	line = bytes.Trim(line, " \t\r\n")
	d.Text = string(line)
	if len(line) == 0 || line[0] == '#' {
		return d, false, nil
	}
	words, balanced := quote.Split(nil, bytes.Clone(line))
	if !balanced {
		return d, false, ErrUnbalancedQuotes
	}
	if len(words) == 0 {
		return d, false, nil
	}
	d.Name = asciiLower(string(words[0]))
	d.Args = make([]string, 0, len(words)-1)
	for _, w := range words[1:] {
		d.Args = append(d.Args, string(w))
	}
	return d, true, nil
}

// asciiLower is strings.ToLower for bytes: what is not ASCII stays as it is,
// valid UTF-8 or not.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// FromArgs turns command-line arguments of the form
//
//	--port 7000 --save 60 5 --proc-title-template --odd-- --"loglevel debug"
//
// into the text of a configuration file. An argument that begins with two
// dashes is a directive, unless it follows a directive that has no value yet:
// then it is the value. As an exception "--save" with nothing but another
// directive after it means an empty value, and "--sentinel" has none.
func FromArgs(args []string) []byte {
	var text []byte
	expectValue := false
	for i, arg := range args {
		name, isName := strings.CutPrefix(arg, "--")
		if !isName || expectValue {
			text = append(quote.Append(text, []byte(arg)), ' ')
			expectValue = false
			continue
		}
		if len(text) > 0 {
			text = append(text, '\n')
		}
		text = append(append(text, name...), ' ')
		words, _ := quote.Split(nil, []byte(arg))
		if len(words) != 1 {
			continue
		}
		valueless := i+1 == len(args) || strings.HasPrefix(args[i+1], "--")
		switch {
		case valueless && strings.EqualFold(arg, "--save"):
			text = append(text, `""`...)
		case valueless && strings.EqualFold(arg, "--sentinel"):
		default:
			expectValue = true
		}
	}
	return text
}
