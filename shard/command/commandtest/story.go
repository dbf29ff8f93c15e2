package commandtest

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/quote"
	"github.com/troupe-db/troupe/shard/command"
)

// Story holds commands to what a file says of their effects and events. A line is
//
//	# text            a comment
//	> RPUSH l a b     a request
//	>> SET s 1        a request of which nothing is told
//	.. 100            the clock goes on by so many milliseconds
//	! rpush l         an event of the request, in order
//	= RPUSH l a b     an effect of it, in order
//	- ERR ...         its error
//
// Clients that a request leaves waiting are served, in the order in which they
// came, after the request that has something for them. What that brings about
// belongs to that request.
//
// With rewrite set the file is given what is heard. Requests are run on one shard
// and on three.
func Story(t *testing.T, path string, rewrite bool, rows ...[]command.Command) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, shards := range []int{1, 3} {
		got := told(t, text, New(t, shards, rows...))
		switch {
		case bytes.Equal(got, text):
		case rewrite && shards == 1:
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			text = got
		default:
			differs(t, path, shards, text, got)
		}
	}
}

// differs reports the first line in which two texts differ.
func differs(t *testing.T, path string, shards int, want, got []byte) {
	t.Helper()
	wanted, heard := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	request := ""
	for i := range min(len(wanted), len(heard)) {
		if strings.HasPrefix(wanted[i], "> ") {
			request = wanted[i]
		}
		if wanted[i] != heard[i] {
			t.Errorf("%s:%d: %d shards: after %q\n got %q\nwant %q", path, i+1, shards, request, heard[i], wanted[i])
			return
		}
	}
	t.Errorf("%s: %d shards: %d lines, want %d", path, shards, len(heard), len(wanted))
}

// told returns text as it is when it tells what happens.
func told(t *testing.T, text []byte, h *Harness) []byte {
	t.Helper()
	h.Listen()
	s := story{h: h}
	for line := range strings.Lines(string(text)) {
		mark, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch mark {
		case "!", "=", "-":
			continue
		case "..":
			ms, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			h.Advance(ms)
		}
		s.out.WriteString(line)
		if mark == ">" || mark == ">>" {
			s.request(t, rest)
		}
		if mark == ">" {
			s.tell()
		}
		s.forget()
	}
	return s.out.Bytes()
}

// story is a file that is being told.
type story struct {
	h       *Harness
	out     bytes.Buffer
	reply   string // to the last request
	waiting []*Waiting
}

// request runs one request and serves whom it has made ready.
func (s *story) request(t *testing.T, line string) {
	t.Helper()
	args, ok := quote.Split(nil, []byte(line))
	if !ok {
		t.Fatalf("%q: unbalanced quotes", line)
	}
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = string(arg)
	}
	s.reply = s.h.Do(words...)
	if w := s.h.Waiting(words...); w != nil {
		s.waiting = append(s.waiting, w)
	}
	for s.serve() {
	}
}

// tell tells what the last request has brought about.
func (s *story) tell() {
	if strings.HasPrefix(s.reply, "-") {
		s.out.WriteString("- " + strings.TrimSpace(s.reply[1:]) + "\n")
	}
	for _, event := range s.h.Events() {
		s.out.WriteString("! " + event + "\n")
	}
	for _, effect := range s.h.Effects() {
		s.out.WriteString("= " + effect + "\n")
	}
}

// forget passes over what has not been told.
func (s *story) forget() {
	s.h.Events()
	s.h.Effects()
}

// serve serves the first that there is something for.
func (s *story) serve() bool {
	for i, w := range s.waiting {
		if s.h.Serve(w) {
			s.waiting = append(s.waiting[:i], s.waiting[i+1:]...)
			return true
		}
	}
	return false
}
