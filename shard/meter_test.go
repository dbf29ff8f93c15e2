package shard

import (
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// The commands of the tests, by their numbers.
const (
	quick = iota + 1 // brief
	slow             // not brief, takes slowFor
	wrong            // brief, replies with an error
	exec
)

const slowFor = 20 * time.Millisecond

// measured returns a rig that has these commands.
func measured(t *testing.T, shards int) *rig {
	r := start(t, shards, nil)
	r.add("quick", command.ReadOnly|command.Fast, func(ctx *command.Ctx) { ctx.OK() })
	r.add("slow", command.ReadOnly, func(ctx *command.Ctx) {
		for began := time.Now(); time.Since(began) < slowFor; {
			continue
		}
		ctx.OK()
	})
	r.add("wrong", command.ReadOnly|command.Fast, func(ctx *command.Ctx) { ctx.Error("WRONG on purpose") })
	r.add("exec", command.SkipSlowlog, nil)
	for id, name := range []string{quick: "quick", slow: "slow", wrong: "wrong", exec: "exec"} {
		if id > 0 {
			r.rows[name].Enlist(id)
		}
	}
	return r
}

// counts returns what the shards have counted, and forgets it.
func (r *rig) counts() (*measure.Commands, map[string]int64) {
	var commands measure.Commands
	var errors measure.Errors
	r.AddCounts(&commands, &errors)
	r.ResetStats()
	return &commands, errors.Kinds()
}

// took checks how often a command was called, and that it took about so long in all.
func took(t *testing.T, c *measure.Commands, id int, calls, failed int64, least, most time.Duration) {
	t.Helper()
	count := c.At(id)
	if count.Calls != calls || count.Failed != failed {
		t.Errorf("command %d: %d calls, %d failed, want %d and %d", id, count.Calls, count.Failed, calls, failed)
	}
	if d := time.Duration(count.Nanos); d < least || d > most {
		t.Errorf("command %d took %v, want %v to %v", id, d, least, most)
	}
	if calls > 0 && count.Latency.Total() != calls {
		t.Errorf("command %d: %d lengths are kept of %d calls", id, count.Latency.Total(), calls)
	}
}

// batch executes requests in one turn.
func (r *rig) batch(names ...string) {
	done := make(chan *Batch, 1)
	b := &Batch{Done: done, Out: resp.Writer{Proto: 2}}
	for _, name := range names {
		b.Requests = append(b.Requests, r.request(name))
	}
	r.Send(b)
	<-done
}

// TestSlowAmongQuick has a slow command stand between brief ones: its time is its own.
func TestSlowAmongQuick(t *testing.T) {
	r := measured(t, 1)
	r.batch("quick", "wrong", "slow", "quick", "quick", "slow", "wrong", "quick")
	c, errors := r.counts()
	took(t, c, slow, 2, 0, 2*slowFor, time.Minute)
	took(t, c, quick, 4, 0, 0, slowFor)
	took(t, c, wrong, 2, 2, 0, slowFor)
	if errors["WRONG"] != 2 {
		t.Errorf("errors are %v", errors)
	}
}

// TestTransactionsAreMeasured runs a transaction in one turn and in a fence: EXEC takes
// what its commands take together.
func TestTransactionsAreMeasured(t *testing.T) {
	r := measured(t, 2)
	lines := []string{"quick", "slow", "wrong", "quick"}
	for name, run := range map[string]func(tx *Transaction){
		"one turn": func(tx *Transaction) {
			done := make(chan *Batch, 1)
			r.Send(&Batch{Done: done, Requests: []Request{{Command: r.rows["exec"], Special: &Special{Transaction: tx}}}, Out: resp.Writer{Proto: 2}})
			<-done
		},
		"fence": func(tx *Transaction) {
			r.Execute(tx, &Execution{Out: resp.Writer{Proto: 2}, Command: r.rows["exec"]}, Everyone)
		},
	} {
		tx := &Transaction{}
		for _, line := range lines {
			tx.Queue = append(tx.Queue, Queued{Request: r.request(line)})
		}
		run(tx)
		c, errors := r.counts()
		t.Log(name)
		took(t, c, quick, 2, 0, 0, slowFor)
		took(t, c, slow, 1, 0, slowFor, time.Minute)
		took(t, c, wrong, 1, 1, 0, slowFor)
		took(t, c, exec, 1, 0, slowFor, time.Minute)
		if errors["WRONG"] != 1 {
			t.Errorf("errors are %v", errors)
		}
	}
}

// TestRefusedIsNoCall has commands refused for want of memory.
func TestRefusedIsNoCall(t *testing.T) {
	r := measured(t, 1)
	r.add("grow", command.Write|command.DenyOOM|command.Fast, func(ctx *command.Ctx) { ctx.OK() })
	r.rows["grow"].Enlist(exec + 1)
	r.do("SET k v")
	r.set(func(s *keyspace.Settings) { s.MaxMemory = 1 })
	r.counts()
	r.batch("grow", "quick", "grow")
	c, errors := r.counts()
	if g := c.At(exec + 1); g.Calls != 0 || g.Failed != 0 || g.Rejected != 2 || errors["OOM"] != 2 {
		t.Errorf("%+v, errors %v", *g, errors)
	}
	took(t, c, quick, 1, 0, 0, time.Minute)
}

// TestSlowIsNoted looks at what the observer is told, by the command as it was sent.
func TestSlowIsNoted(t *testing.T) {
	r := measured(t, 1)
	slowlog := &r.Observer().Slow
	r.Observer().Configure(measure.Thresholds{SlowerThan: int(slowFor.Microseconds()), SlowMost: 10, Tracking: true})
	r.batch("quick", "slow", "quick")
	if got := slowlog.Latest(-1); len(got) != 1 || string(got[0].Args[0]) != "slow" || got[0].Micros < slowFor.Microseconds() {
		t.Errorf("noted were %v", got)
	}
	slowlog.Reset()
	done := make(chan *Batch, 1)
	whole := &Special{Split: &Split{Args: [][]byte{[]byte("slow"), []byte("a"), []byte("b")}}}
	part := r.request("slow a")
	part.Special = whole
	further := r.request("slow b")
	further.Special, further.Further = whole, true
	r.counts()
	r.Send(&Batch{Done: done, Requests: []Request{part, further}, Out: resp.Writer{Proto: 2}})
	<-done
	if got := slowlog.Latest(-1); len(got) != 1 || len(got[0].Args) != 3 {
		t.Errorf("noted were %v", got)
	}
	c, _ := r.counts()
	took(t, c, slow, 1, 0, 2*slowFor, time.Minute)
	slowlog.Reset()
	r.Observer().Configure(measure.Thresholds{SlowerThan: 0, SlowMost: 10})
	r.batch("quick", "quick", "wrong")
	if n := slowlog.Len(); n != 3 {
		t.Errorf("%d of 3 commands were noted", n)
	}
}

// BenchmarkBook is what counting costs a batch of sixteen.
func BenchmarkBook(b *testing.B) {
	m := meter{observer: measure.NewObserver(), started: time.Now()}
	c := &command.Command{Spec: command.Spec{Name: "get", Flags: command.Fast}}
	c.Enlist(1)
	batch, buf := &Batch{}, make([]byte, 0, 80)
	for range 16 {
		buf = append(buf, "+OK\r\n"...)
		batch.Requests = append(batch.Requests, Request{Command: c, End: len(buf)})
	}
	for b.Loop() {
		m.begin(time.Now(), nil)
		m.book(batch, len(batch.Requests), buf)
	}
}
