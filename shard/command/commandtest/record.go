package commandtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/quote"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/effect"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// recording is what a Harness that listens has heard.
type recording struct {
	turn     effect.Log // of the turn at hand, shared by all shards
	log      []byte     // the requests of all turns since TakeLog
	selected int        // the database that is selected behind log
	told     int        // where in log the effects begin that nobody has asked for
	events   []string
}

// allEvents is every class of events but those that tell of look-ups and of keys
// that come into being, which the keyspace sees to for all types.
const allEvents = ^(keyspace.EventNew | keyspace.EventKeyMiss)

// Listen has the Harness note effects and events from the next request on.
func (h *Harness) Listen() {
	h.heard = &recording{}
	settings := *h.Settings
	settings.Events = allEvents
	h.Set(&settings)
	for _, ks := range h.Spaces {
		ks.Effects = &h.heard.turn
		ks.Listener = h.heard.hear
	}
}

func (r *recording) hear(event string, k keyspace.Key) {
	line := event + " " + string(k.Name())
	if k.DB.Number != 0 {
		line += fmt.Sprintf(" @%d", k.DB.Number)
	}
	r.events = append(r.events, line)
}

// close takes what a turn has changed into the log.
func (r *recording) close() {
	if r == nil || r.turn.Empty() {
		return
	}
	requests, first, last := r.turn.Bytes()
	if first != r.selected {
		r.log = fmt.Appendf(r.log, "*2\r\n$6\r\nSELECT\r\n$%d\r\n%d\r\n", len(fmt.Sprint(first)), first)
	}
	r.log = append(r.log, requests...)
	r.selected = last
	r.turn.Reset()
}

// Events returns the events since the last call, each as "event key", with "@n"
// behind it when the key is in database n other than 0.
func (h *Harness) Events() []string {
	events := h.heard.events
	h.heard.events = nil
	return events
}

// Effects returns the effects since the last call, each as a line of words, quoted
// where they must be. SELECT, MULTI and EXEC are among them.
func (h *Harness) Effects() []string {
	var lines []string
	for _, words := range h.requests(h.heard.log[h.heard.told:]) {
		lines = append(lines, Line(words))
	}
	h.heard.told = len(h.heard.log)
	return lines
}

// TakeLog returns the effects since Listen or the last call as a log has them, and
// forgets them. Database 0 is selected in front of them.
func (h *Harness) TakeLog() []byte {
	log := h.heard.log
	h.heard.log, h.heard.told, h.heard.selected = nil, 0, 0
	return log
}

// requests returns the requests of a log.
func (h *Harness) requests(log []byte) [][][]byte {
	h.tb.Helper()
	var all [][][]byte
	for len(log) > 0 {
		p := resp.Parser{Limits: resp.Limits{Authenticated: true}}
		args, n, done, err := p.Parse(log)
		if err != nil || !done || n == 0 {
			h.tb.Fatalf("malformed log: %q: %v", log, err)
		}
		all = append(all, args)
		log = log[n:]
	}
	return all
}

// Line returns a request as one line.
func Line(words [][]byte) string {
	var line []byte
	for i, word := range words {
		if i > 0 {
			line = append(line, ' ')
		}
		if quote.Needed(word) {
			line = quote.Append(line, word)
		} else {
			line = append(line, word...)
		}
	}
	return string(line)
}

// Twin returns an empty Harness of so many shards that knows the same commands,
// with other hashes and other chances, whose clock is ahead by ahead milliseconds.
func (h *Harness) Twin(tb testing.TB, shards int, ahead int64) *Harness {
	tb.Helper()
	twin := newHarness(tb, shards, h.seed+1)
	twin.rows = h.rows
	twin.now = h.now + ahead
	twin.Set(h.Settings)
	return twin
}

// Replay runs the requests of a log, which must not fail, as a server does that
// starts with it: nothing expires meanwhile. The database that the log ends with
// stays selected.
func (h *Harness) Replay(log []byte) {
	h.tb.Helper()
	h.replaying(true)
	defer h.replaying(false)
	within := false
	for _, words := range h.requests(log) {
		switch name := strings.ToUpper(string(words[0])); name {
		case "MULTI", "EXEC":
			if within == (name == "MULTI") {
				h.tb.Fatalf("%s out of place", name)
			}
			within = !within
			continue
		case "SELECT":
			if _, err := fmt.Sscan(string(words[1]), &h.db); err != nil {
				h.tb.Fatalf("%q: %v", words, err)
			}
			continue
		}
		h.replay(words)
	}
	if within {
		h.tb.Fatal("MULTI without EXEC")
	}
}

func (h *Harness) replay(words [][]byte) {
	h.tb.Helper()
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	h.Ctx.Proto = 2
	switch reply := h.Do(texts...); {
	case reply == "":
		h.tb.Fatalf("replay: %s blocks", Line(words))
	case reply[0] == '-':
		h.tb.Fatalf("replay: %s: %s", Line(words), reply)
	}
}

func (h *Harness) replaying(on bool) {
	for _, ks := range h.Spaces {
		ks.Replaying = on
	}
}

// Expire does a piece of the housekeeping that removes what has ended, in all shards.
func (h *Harness) Expire() {
	for _, ks := range h.Spaces {
		ks.Begin(h.now)
		ks.ExpireStep()
		ks.End()
	}
	h.heard.close()
}

// Waiting is a request that has blocked, as a Harness keeps it.
type Waiting struct {
	row   *command.Command
	args  [][]byte
	block command.Block
}

// Waiting returns the request that Do has just run with these words and that has
// blocked, nil if it has not.
func (h *Harness) Waiting(words ...string) *Waiting {
	h.tb.Helper()
	if h.Ctx.Blocked() == nil {
		return nil
	}
	w := &Waiting{row: h.Row(words...), block: *h.Ctx.Blocked()}
	for _, word := range words {
		w.args = append(w.args, []byte(word))
	}
	return w
}

// Serve serves w if one of its keys has something for it, and tells whether it has
// done so. The reply is in Ctx.Buf.
func (h *Harness) Serve(w *Waiting) (served bool) {
	serve := command.Command{Spec: w.row.Spec, Run: func(ctx *command.Ctx) {
		for _, i := range w.block.Keys {
			typ := ctx.Key(i).Glance().Type()
			ready := typ == w.block.Type && (w.block.Ready == nil || w.block.Ready(ctx, i))
			if ready || w.block.Gone && typ != w.block.Type {
				w.block.Serve(ctx, i)
				served = true
				return
			}
		}
	}}
	h.Ctx.Buf = h.Ctx.Buf[:0]
	h.Run(&serve, w.args)
	return served
}
