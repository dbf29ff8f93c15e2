package servertest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	maxMismatches = 8               // per file, after which the rest is noise
	shownLines    = 12              // of a reply that differs
	stateTimeout  = 5 * time.Second // for a client to block or to be gone
	statePoll     = time.Millisecond
)

var (
	errMismatch = errors.New("mismatch") // wrapped by what a file may go on after
	errUnknown  = errors.New("unknown control line")
)

// replay is one conversation held with one server.
type replay struct {
	server  *Server
	peers   map[int]*peer
	control *Client // asks about the state of the others
	heard   []string
}

// peer is a client of the conversation.
type peer struct {
	*Client
	id      string      // CLIENT ID
	closed  bool        // by either side, as the file says
	scanned *resp.Value // what a whole SCAN brought, not yet looked at
}

// Replay holds the conversation with the server and fails the test where it
// goes otherwise than the file says.
func (c *Conversation) Replay(t testing.TB, s *Server) {
	t.Helper()
	c.run(t, s, false)
}

// Rewrite holds the conversation with the server and writes the file anew with
// the server's replies.
func (c *Conversation) Rewrite(t testing.TB, s *Server) {
	t.Helper()
	c.complete(s.Name)
	if lines := c.run(t, s, true); !t.Failed() {
		if err := os.WriteFile(c.Path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// run goes through the steps and returns the lines of the file, with the
// replies of the server where they may differ and rewrite is wanted.
func (c *Conversation) run(t testing.TB, s *Server, rewrite bool) []string {
	t.Helper()
	r := &replay{server: s, peers: map[int]*peer{}}
	defer r.close()
	var out []string
	wrong := 0
	for _, st := range c.steps {
		if st.sign != signNone && st.addressed(s.Name) {
			r.heard = nil
			err := r.do(st)
			if rewrite && errors.Is(err, errMismatch) && r.heard != nil {
				st, err = st.rewritten(r.heard), nil
			}
			if err != nil {
				t.Errorf("%s:%d: %s: %v", c.Path, st.line, s.Name, err)
				wrong++
			}
			if wrong >= maxMismatches || err != nil && !errors.Is(err, errMismatch) {
				return nil
			}
		}
		out = append(out, st.source()...)
	}
	for n, p := range r.peers {
		if !p.closed && !p.Silent(time.Millisecond) {
			t.Errorf("%s: %s: client %d hears more than the file says", c.Path, s.Name, n)
		}
	}
	return out
}

// timeLoss is how much less than when the file was written a server may say is
// left of a time: in seconds, and as much in milliseconds.
const timeLoss = 5

// rewritten returns the reply step with another reply. Times that run down
// become ranges; those that are no times (-1, -2) stay exact.
func (s step) rewritten(heard []string) step {
	s.text = heard
	if s.sign != signBetween {
		return s
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(heard[0], ":"), 10, 64)
	if err != nil || n <= timeLoss {
		s.sign = signReply
		return s
	}
	low := n - timeLoss
	if n >= 10_000 {
		low = n - timeLoss*1000
	}
	s.text = []string{fmt.Sprintf("%d %d", low, n)}
	return s
}

func (r *replay) close() {
	for _, p := range r.peers {
		p.Close()
	}
	if r.control != nil {
		r.control.Close()
	}
}

func (r *replay) do(s step) error {
	if s.sign == signControl && s.text[0] == "exit" {
		return r.server.Exit()
	}
	if s.sign == signControl && strings.HasPrefix(s.text[0], "wait ") {
		return wait(s.text[0])
	}
	p, err := r.peer(s.client)
	if err != nil {
		return err
	}
	switch s.sign {
	case signRequest, signRaw:
		args, err := words(s.text[0], r.expand)
		if err != nil {
			return err
		}
		if s.sign == signRaw {
			return p.SendRaw(strings.Join(args, ""))
		}
		return p.Send(args...)
	case signSilence:
		return r.silence(p, s.text[0])
	case signControl:
		return r.controlLine(p, s.text[0])
	}
	return r.reply(p, s)
}

func wait(text string) error {
	d, err := time.ParseDuration(strings.TrimPrefix(text, "wait "))
	if err == nil {
		time.Sleep(d)
	}
	return err
}

// peer returns the client of that number, connecting it first if need be. A
// server that does not tell the client's id (it wants a password first, say)
// leaves it unknown.
func (r *replay) peer(n int) (*peer, error) {
	if p := r.peers[n]; p != nil && !p.closed {
		return p, nil
	}
	c, err := Dial(r.server.Addr)
	if err != nil {
		return nil, err
	}
	id, err := c.Do("CLIENT", "ID")
	if err != nil {
		c.Close()
		return nil, err
	}
	if p := r.peers[n]; p != nil {
		p.Close()
	}
	r.peers[n] = &peer{Client: c, id: Text(id)[1:]}
	return r.peers[n], nil
}

// reply compares the next reply with the step.
func (r *replay) reply(p *peer, s step) error {
	if s.isEnd() {
		return r.end(p)
	}
	got, err := p.next()
	if err != nil {
		return fmt.Errorf("want reply %s: %w", strings.Join(s.text, "\n"), err)
	}
	want := r.expand(s.text[0])
	switch s.sign {
	case signPattern:
		pattern, err := regexp.Compile("^(?:" + want + ")$")
		if err != nil {
			return err
		}
		if !pattern.MatchString(FullText(got)) {
			return fmt.Errorf("%w\n got %s\nwant pattern %s", errMismatch, FullText(got), want)
		}
		return nil
	case signBetween:
		if want == "" {
			r.heard = Lines(got)
		}
		return between(got, want)
	case signSorted:
		got = Sorted(got)
	}
	r.heard = Lines(got)
	return difference(r.heard, s.text)
}

// difference returns nil for equal replies, else an error that shows where
// they part.
func difference(got, want []string) error {
	if slices.Equal(got, want) {
		return nil
	}
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	part := func(lines []string) string {
		end := min(len(lines), at+shownLines)
		return strings.Join(lines[min(at, end):end], "\n")
	}
	return fmt.Errorf("%w\n got %s\nwant %s\n(lines %d and on, of %d and %d)", errMismatch, part(got), part(want), at+1, len(got), len(want))
}

// next returns the reply the next line of the file is about.
func (p *peer) next() (resp.Value, error) {
	if p.scanned == nil {
		return p.Read()
	}
	got := *p.scanned
	p.scanned = nil
	return got, nil
}

func between(got resp.Value, want string) error {
	var lo, hi int64
	if _, err := fmt.Sscan(want, &lo, &hi); err != nil {
		return fmt.Errorf("%w: range %q: %w", errMismatch, want, err)
	}
	if got.Kind != resp.KindInt || got.Int < lo || got.Int > hi {
		return fmt.Errorf("%w\n got %s\nwant an integer in %d..%d", errMismatch, Text(got), lo, hi)
	}
	return nil
}

// end expects the server to close the connection.
func (r *replay) end(p *peer) error {
	p.closed = true
	got, err := p.Read()
	if err == nil {
		return fmt.Errorf("%w\n got %s\nwant the end of the connection", errMismatch, Text(got))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return nil
	}
	return err
}

// silence expects no reply: for a time when one is given, else because the
// server says that the client is blocked.
func (r *replay) silence(p *peer, text string) error {
	d := time.Millisecond
	if text != "" {
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return err
		}
	} else if err := r.await(p, "blocked", func(flags string) bool { return strings.Contains(flags, "b") }); err != nil {
		return err
	}
	if p.Silent(d) {
		return nil
	}
	got, err := p.Read()
	return fmt.Errorf("%w\n got %s (%v)\nwant silence", errMismatch, Text(got), err)
}

func (r *replay) controlLine(p *peer, text string) error {
	args, err := words(text, r.expand)
	if err != nil || len(args) == 0 {
		return fmt.Errorf("%w %q: %w", errUnknown, text, err)
	}
	switch args[0] {
	case scanPrefix:
		keys, err := p.Scan(args[1:]...)
		p.scanned = &keys
		return err
	case "open":
		return nil
	case "close":
		p.closed = true
		p.Close()
		return r.await(p, "gone", func(flags string) bool { return flags == "" })
	}
	return fmt.Errorf("%w %q", errUnknown, text)
}

var clientFlags = regexp.MustCompile(` flags=(\S+)`)

// await asks the server about the client until its flags are as wanted; a
// client that is gone has none.
func (r *replay) await(p *peer, state string, ok func(flags string) bool) error {
	if r.control == nil {
		c, err := Dial(r.server.Addr)
		if err != nil {
			return err
		}
		r.control = c
	}
	for deadline := time.Now().Add(stateTimeout); time.Now().Before(deadline); time.Sleep(statePoll) {
		list, err := r.control.Do("CLIENT", "LIST", "ID", p.id)
		if err != nil {
			return err
		}
		if list.IsError() {
			return fmt.Errorf("ask for the state of client %s: %s", p.id, Text(list))
		}
		flags := ""
		if m := clientFlags.FindStringSubmatch(list.Str); m != nil {
			flags = m[1]
		}
		if ok(flags) {
			return nil
		}
	}
	return fmt.Errorf("%w\n got no sign of it\nwant client %s %s", errMismatch, p.id, state)
}
