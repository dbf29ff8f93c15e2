package session

import (
	"time"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/measure"
)

// tallyMost is how many different commands of a round are counted before the counts
// are handed over.
const tallyMost = 8

// tally counts the commands that the connection itself serves, until the end of the
// round. It reads the clock for the first of several brief commands that are the same,
// and takes the others of this read to last as long.
type tally struct {
	policy *measure.Policy
	rows   []tallyRow
	last   *Command // whose time is known
	took   int64    // that time, in nanoseconds
}

// tallyRow is what was counted for one command.
type tallyRow struct {
	cmd             *Command
	calls, failures int64
	nanos           int64
}

// begin starts a read.
func (s *tally) begin(p *measure.Policy) { s.policy, s.last = p, nil }

// measured has the connection serve a command, and counts it. One that something else
// counts (a shard, an Execution) is left to that.
func (c *Client) measured(cmd *Command, args [][]byte) {
	s := &c.tally
	c.metered = false
	start, commands := len(c.replies.Buf), c.round.commands
	known := s.last == cmd && cmd.Brief && !s.policy.Exact
	var began int64
	if !known {
		began = c.clock()
	}
	cmd.Serve(c, args)
	if c.shown && cmd.Flags&command.SkipMonitor == 0 {
		c.feed(cmd.Flags, c.number, args)
	}
	if c.metered || cmd.Places && !c.placedLocally(commands) {
		return
	}
	if !known {
		s.last, s.took = cmd, c.clock()-began
	}
	failed := len(c.replies.Buf) > start && c.replies.Buf[start] == '-'
	s.add(c, cmd, failed)
	if s.took >= s.policy.Notable {
		c.note(cmd, args, s.took)
	}
}

// clock returns nanoseconds since the client was made.
func (c *Client) clock() int64 { return int64(time.Since(c.created)) }

// placedLocally tells whether a command that has put a reply into the round itself,
// which had that many commands before, is answered by the connection.
func (c *Client) placedLocally(commands int) bool {
	if c.round.commands <= commands { // the round has run meanwhile
		return true
	}
	return c.round.steps[len(c.round.steps)-1].from == fromLocal
}

// add counts a command that took as long as the last one measured.
func (s *tally) add(c *Client, cmd *Command, failed bool) {
	if len(s.rows) == 0 || s.rows[len(s.rows)-1].cmd != cmd {
		if len(s.rows) == tallyMost {
			c.bookTally()
		}
		s.rows = append(s.rows, tallyRow{cmd: cmd})
	}
	row := &s.rows[len(s.rows)-1]
	row.calls++
	row.nanos += s.took
	if failed {
		row.failures++
	}
}

// bookTally hands over what was counted.
func (c *Client) bookTally() {
	s := &c.tally
	if len(s.rows) == 0 {
		return
	}
	c.env.Clients.Served.Count(c.id, func(commands *measure.Commands, _ *measure.Errors) {
		for _, row := range s.rows {
			commands.Book(row.cmd.ID, row.calls, row.failures, row.nanos, s.policy.Tracking)
		}
	})
	s.rows = s.rows[:0]
}

// rejected counts a command that was refused.
func (c *Client) rejected(cmd *Command) {
	c.env.Clients.Served.Count(c.id, func(commands *measure.Commands, _ *measure.Errors) {
		commands.At(cmd.ID).Rejected++
	})
}

// failedEarly counts a command that has failed before it had anything to run.
func (c *Client) failedEarly(cmd *Command) {
	c.env.Clients.Served.Count(c.id, func(commands *measure.Commands, _ *measure.Errors) {
		commands.Book(cmd.ID, 1, 1, 0, false)
	})
}

// failed counts an error reply that no shard has counted.
func (c *Client) failed(reply []byte) {
	c.env.Clients.Served.Count(c.id, func(_ *measure.Commands, errors *measure.Errors) {
		errors.Count(reply)
	})
}

// note tells the observer of a command that took notably long.
func (c *Client) note(cmd *Command, args [][]byte, took int64) {
	c.env.Troupe.Observer().Note(measure.Run{
		Args: redact(args), Took: time.Duration(took), From: c,
		Fast: cmd.Flags&command.Fast != 0, Hidden: cmd.Flags&command.SkipSlowlog != 0,
	})
}

// Origin returns the client's address and name. Any goroutine may call it.
func (c *Client) Origin() (address, name string) {
	c.shared.mu.Lock()
	defer c.shared.mu.Unlock()
	return c.remote, c.shared.name
}

var _ measure.Origin = (*Client)(nil)
