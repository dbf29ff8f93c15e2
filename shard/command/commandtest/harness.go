package commandtest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Start is the time at which a Harness begins, unix milliseconds.
const Start = 1_700_000_000_000

// seed makes hashes and random sequences the same in every run.
const seed = 42

// Harness is a set of keyspaces and the commands to run on them. It belongs to
// one goroutine.
type Harness struct {
	// Ctx is what the next request runs with. A test may set its Proto.
	Ctx command.Ctx
	// Settings are in force from the next request on. Set replaces them.
	Settings *keyspace.Settings
	// Spaces are the shards, in order.
	Spaces []*keyspace.Keyspace

	tb     testing.TB
	hasher keyhash.Hasher
	source keyspace.Source
	rows   map[string]*command.Command
	seed   uint64
	now    int64
	db     int
	heard  *recording // nil unless it listens
}

// New returns a Harness of empty shards that knows the commands in rows. It is
// closed when the test ends.
func New(tb testing.TB, shards int, rows ...[]command.Command) *Harness {
	tb.Helper()
	h := newHarness(tb, shards, seed)
	for _, group := range rows {
		for i := range group {
			h.rows[group[i].Name] = &group[i]
		}
	}
	return h
}

// newHarness returns a Harness that knows no commands.
func newHarness(tb testing.TB, shards int, seed uint64) *Harness {
	tb.Helper()
	h := &Harness{
		tb: tb, hasher: keyhash.New(seed, shards), seed: seed, now: Start,
		rows: map[string]*command.Command{},
	}
	h.Set(keyspace.DefaultSettings())
	gauges := make([]keyspace.Gauge, shards)
	for i := range shards {
		h.Spaces = append(h.Spaces, keyspace.New(i, h.hasher.Sum, &h.source, gauges, seed))
	}
	tb.Cleanup(func() {
		for _, ks := range h.Spaces {
			ks.Close()
		}
	})
	return h
}

// Set puts settings in force.
func (h *Harness) Set(s *keyspace.Settings) {
	h.Settings = s
	h.source.Store(s)
}

// Clear removes all keys and sets the clock back to Start. Tests that want many
// empty keyspaces clear one Harness again and again, since every keyspace of the
// process reserves address space for good.
func (h *Harness) Clear() {
	h.now, h.db = Start, 0
	for _, ks := range h.Spaces {
		ks.Begin(h.now)
		ks.Each(func(db *keyspace.DB) {
			_, release := db.Flush()
			release()
		})
		ks.End()
	}
}

// Advance lets ms milliseconds pass.
func (h *Harness) Advance(ms int64) { h.now += ms }

// Now returns the time of the next request, unix milliseconds.
func (h *Harness) Now() int64 { return h.now }

// Select changes the database requests work in.
func (h *Harness) Select(number int) { h.db = number }

// Row returns the row of the command, or of the subcommand, that a request with
// these words names, and fails the test when there is none.
func (h *Harness) Row(words ...string) *command.Command {
	h.tb.Helper()
	row, ok := h.rows[strings.ToLower(words[0])]
	if !ok {
		h.tb.Fatalf("no row for %q", words[0])
	}
	if len(row.Sub) == 0 || len(words) < 2 {
		return row
	}
	for i := range row.Sub {
		if strings.EqualFold(row.Sub[i].Name, words[1]) {
			return &row.Sub[i]
		}
	}
	h.tb.Fatalf("no row for %q", words[:2])
	return nil
}

// Do runs one request and returns its reply as it goes over the wire. A handler
// that blocks gives the empty text. After the call the arguments' memory is
// overwritten, so that a handler that kept a view is found.
func (h *Harness) Do(words ...string) string {
	h.tb.Helper()
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	h.Ctx.Buf = h.Ctx.Buf[:0]
	h.Run(h.Row(words...), args)
	for _, arg := range args {
		copy(arg, bytes.Repeat([]byte{0xDB}, len(arg)))
	}
	return string(h.Ctx.Buf)
}

// Dof is Do for a request written as one line of words separated by spaces.
func (h *Harness) Dof(format string, args ...any) string {
	h.tb.Helper()
	return h.Do(strings.Fields(fmt.Sprintf(format, args...))...)
}

// Run runs row with args in a turn of its own and appends the reply to Ctx.Buf.
// It allocates nothing itself when there is one shard.
func (h *Harness) Run(row *command.Command, args [][]byte) {
	if !row.ArityOK(len(args)) {
		h.Ctx.Error(command.WrongArity(row.Name))
		return
	}
	if len(h.Spaces) == 1 {
		h.turn(row, args, h.Spaces)
	} else {
		h.route(row, args)
	}
}

// turn runs row while the shards in held, nil where one is not, are held.
func (h *Harness) turn(row *command.Command, args [][]byte, held []*keyspace.Keyspace) {
	own, count := (*keyspace.Keyspace)(nil), 0
	for _, ks := range held {
		if ks != nil {
			ks.Begin(h.now)
			own = ks
			count++
		}
	}
	if count == 1 {
		h.Ctx.Hold(h.hasher, own)
	} else {
		h.Ctx.HoldAll(h.hasher, held)
	}
	h.Ctx.Select(h.db)
	if first := row.FirstKey(); first > 0 {
		h.Ctx.Request(args, first, h.hasher.Sum(args[first]))
	} else {
		h.Ctx.Request(args, 0, 0)
	}
	h.Ctx.Perform(row)
	for _, work := range h.Ctx.TakeLater() {
		work()
	}
	for _, ks := range held {
		if ks != nil {
			ks.End()
		}
	}
	h.heard.close()
}

// Key returns the key called name in the selected database.
func (h *Harness) Key(name string) keyspace.Key {
	b := []byte(name)
	return h.Spaces[h.hasher.Shard(b, h.hasher.Sum(b))].DB(h.db).KeyOf(b)
}

// Expect runs requests and compares their replies. steps are pairs of a request,
// as for Dof, and the reply, as for Wire.
func (h *Harness) Expect(steps ...[2]string) {
	h.tb.Helper()
	for _, s := range steps {
		if got := h.Dof("%s", s[0]); got != Wire(s[1]) {
			h.tb.Errorf("%s\n got %q\nwant %q", s[0], got, Wire(s[1]))
		}
	}
}

// Wire returns lines separated by '|' as they go over the wire: each ends with
// CR LF.
func Wire(lines string) string {
	return strings.ReplaceAll(lines, "|", "\r\n") + "\r\n"
}
