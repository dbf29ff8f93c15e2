package shard

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/measure"
)

// meter counts and times what runs in the turns of a shard. In a fence the meter of
// the first shard that is held counts for all.
//
// The clock is read as seldom as can be (see package measure): once for a run of
// brief commands, once for any other.
//
//	batch      GET GET GET LRANGE GET
//	clock   ▲             ▲      ▲   ▲      began ─► began ─► …
//
// A batch that follows another at once begins when that ended, without a reading.
//
// Commands inside a transaction or program are measured by lapped, so that the one
// around them keeps its own beginning.
type meter struct {
	// Fixed after New.
	observer *measure.Observer
	started  time.Time // the clock counts from here

	commands measure.Commands
	errors   measure.Errors

	// Of the turn.
	policy   *measure.Policy
	origin   measure.Origin // whose commands run, nil when nobody's
	began    int64          // when the requests behind booked began
	booked   int            // requests of the batch that are counted
	ended    int64          // when the last batch ended, 0 when anything has come between
	offset   int64          // unix nanoseconds less the clock, as of the last begin
	lapped   int64          // when the commands in pending began
	scripted bool           // a program has the commands run
	pending  []ran          // brief commands of a transaction that are not counted yet
}

// ran is a command of a transaction that has run.
type ran struct {
	command *command.Command
	args    [][]byte
	failed  bool
}

// Split is a command that several shards have a part of. It counts once, for its first
// part, and its errors where its parts are put together.
type Split struct {
	Args  [][]byte // of the whole command
	noted atomic.Bool
}

// Reset makes it ready for the next command.
func (s *Split) Reset() {
	s.Args = nil
	s.noted.Store(false)
}

// pendingMost bounds how many commands share a reading of the clock.
const pendingMost = 64

// clock returns nanoseconds since the start of the troupe.
func (m *meter) clock() int64 { return int64(time.Since(m.started)) }

// begin starts a turn that began at a time read for it, on behalf of origin.
func (m *meter) begin(at time.Time, origin measure.Origin) {
	m.policy, m.origin = m.observer.Policy(), origin
	m.began, m.booked = int64(at.Sub(m.started)), 0
	m.lapped = m.began
	m.offset = at.UnixNano() - m.began
}

// follow is begin for a batch that follows another at once. It returns the time, in unix
// milliseconds.
func (m *meter) follow(origin measure.Origin) (at int64) {
	m.policy, m.origin = m.observer.Policy(), origin
	m.began, m.booked = m.ended, 0
	m.lapped = m.began
	return (m.offset + m.began) / int64(time.Millisecond)
}

// alone tells whether a command is measured by itself.
func (m *meter) alone(c *command.Command) bool { return !c.Brief || m.policy.Exact }

// book counts the requests of a batch before end that were not counted yet. They
// share the time since then evenly. Their replies are in buf.
func (m *meter) book(b *Batch, end int, buf []byte) {
	first := m.booked
	if first >= end {
		return
	}
	now := m.clock()
	took := now - m.began
	m.began, m.booked = now, end
	each, at := took/int64(end-first), 0
	if first > 0 {
		at = b.Requests[first-1].End
	}
	for i := first; i < end; {
		c := b.Requests[i].Command
		var n, all, failed int64
		for ; i < end && b.Requests[i].Command == c; i++ {
			r := &b.Requests[i]
			if at < r.End && buf[at] == '-' {
				failed += m.failure(r, buf[at:r.End])
			}
			if !r.Further && !r.refused {
				n++
			}
			all++
			at = r.End
		}
		m.commands.Book(c.ID, n, failed, each*all, m.policy.Tracking)
	}
	if took >= m.policy.Notable {
		m.noteRun(b, first, end, each, took)
	}
}

// failure counts an error reply, and returns how often it counts for its command.
func (m *meter) failure(r *Request, reply []byte) int64 {
	switch {
	case r.Further:
		return 0
	case r.split() != nil:
		return 1
	}
	m.errors.Count(reply)
	if r.refused {
		m.commands.At(r.Command.ID).Rejected++
		return 0
	}
	return 1
}

// noteRun notes the requests of a run that took notably long: all of them if that is
// so of each, else the one that moved most bytes, to which nearly all of it is owed.
func (m *meter) noteRun(b *Batch, first, end int, each, took int64) {
	if each >= m.policy.Notable {
		for i := first; i < end; i++ {
			m.noteRequest(&b.Requests[i], each)
		}
		return
	}
	heavy, most, at := first, -1, 0
	if first > 0 {
		at = b.Requests[first-1].End
	}
	for i := first; i < end; i++ {
		r := &b.Requests[i]
		weight := r.End - at
		for _, arg := range r.Args {
			weight += len(arg)
		}
		if weight > most {
			heavy, most = i, weight
		}
		at = r.End
	}
	m.noteRequest(&b.Requests[heavy], took)
}

// noteRequest notes a request, and of a command that was split the first part to take
// notably long, for the whole.
func (m *meter) noteRequest(r *Request, took int64) {
	args := r.Args
	if whole := r.split(); whole != nil {
		if whole.noted.Swap(true) {
			return
		}
		args = whole.Args
	}
	m.note(r.Command, args, took)
}

// note tells the observer of a command that took notably long.
func (m *meter) note(c *command.Command, args [][]byte, took int64) {
	m.observer.Note(measure.Run{
		Args: args, Took: time.Duration(took), From: m.origin,
		Fast: c.Flags&command.Fast != 0, Hidden: c.Flags&command.SkipSlowlog != 0,
	})
}

// before is called before a command of a transaction or program runs.
func (m *meter) before(c *command.Command) {
	if m.alone(c) || len(m.pending) >= pendingMost {
		m.settle()
	}
	if m.scripted {
		m.lapped = m.clock() // what the program did since its last command is its own time
	}
}

// after is called when it has run. reply is what it replied.
func (m *meter) after(c *command.Command, args [][]byte, reply []byte) {
	failed := isError(reply)
	if failed {
		m.errors.Count(reply)
	}
	m.pending = append(m.pending, ran{c, args, failed})
	if m.scripted || m.alone(c) {
		m.settle()
	}
}

// show has those who monitor see a command that a program has run.
func (m *meter) show(r *Request, number int) {
	if !m.scripted {
		return
	}
	if feed := m.observer.Feed.Load(); feed != nil && r.Command.Flags&command.Admin == 0 {
		(*feed)(number, r.Args)
	}
}

// settle counts the commands that are pending.
func (m *meter) settle() {
	if len(m.pending) == 0 {
		return
	}
	now := m.clock()
	each := (now - m.lapped) / int64(len(m.pending))
	m.lapped = now
	for i := 0; i < len(m.pending); {
		c := m.pending[i].command
		var n, failed int64
		for ; i < len(m.pending) && m.pending[i].command == c; i++ {
			p := &m.pending[i]
			n++
			if p.failed {
				failed++
			}
			if each >= m.policy.Notable {
				m.note(c, p.args, each)
			}
		}
		m.commands.Book(c.ID, n, failed, each*n, m.policy.Tracking)
	}
	clear(m.pending)
	m.pending = m.pending[:0]
}

// single counts one command that began at a time of the clock and may have had others
// run. If its reply is an error, that is counted by whoever sends it.
func (m *meter) single(c *command.Command, args [][]byte, failed bool, start int64) {
	n := int64(0)
	if failed {
		n = 1
	}
	m.lapped = m.clock()
	took := m.lapped - start
	m.commands.Book(c.ID, 1, n, took, m.policy.Tracking)
	if took >= m.policy.Notable {
		m.note(c, args, took)
	}
}

// resumed counts what serving a client that waited has taken. The command counted when
// it began to wait.
func (m *meter) resumed(c *command.Command, failed bool, began int64) {
	count, took := m.commands.At(c.ID), m.clock()-began
	count.Nanos += took
	m.observer.Latency.Sample(measure.EventUnblocking, time.Duration(took))
	if failed {
		count.Failed++
	}
}

// program runs something that has commands run, and counts these.
func (m *meter) program(run func() (failed bool)) (failed bool) {
	m.settle()
	m.scripted = true
	failed = run()
	m.scripted = false
	m.settle()
	return failed
}

// around counts a command of a transaction that may have others run. run returns what
// it replied.
func (m *meter) around(r *Request, run func() (reply []byte)) {
	m.settle()
	start := m.clock()
	reply := run()
	m.settle()
	failed := isError(reply)
	if failed {
		m.errors.Count(reply)
	}
	m.single(r.Command, r.Args, failed, start)
}

// isError tells whether a reply is an error.
func isError(reply []byte) bool { return len(reply) > 0 && reply[0] == '-' }

// meterOf returns the meter that counts for the shards held, ready for a turn on
// behalf of origin, and on whose behalf a transaction around it runs, nil for none.
func meterOf(held []*Shard, origin measure.Origin) (m *meter, around measure.Origin) {
	i := slices.IndexFunc(held, func(s *Shard) bool { return s != nil })
	m = &held[i].meter
	around = m.origin
	m.policy, m.origin = m.observer.Policy(), origin
	return m, around
}
