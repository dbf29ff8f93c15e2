package shard

import (
	"fmt"
	"testing"
	"time"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// TestForesee looks at how many messages are foreseen together.
func TestForesee(t *testing.T) {
	r := start(t, 1, nil)
	batch := func(number, requests int, line string) *Batch {
		b := &Batch{Number: number}
		for i := range requests {
			b.Requests = append(b.Requests, r.request(fmt.Sprintf(line, i)))
		}
		return b
	}
	foreseen := func(due ...actor.Message[*Shard]) (n int) {
		r.Hold(func([]*keyspace.Keyspace) { n = r.shards[0].Foresee(due) })
		return n
	}
	one, other := batch(0, 3, "GET k%d"), batch(5, 3, "GET k%d")
	long, same := batch(0, foreseeMost, "GET k%d"), batch(0, 3, "LPUSH k v%d")
	for name, c := range map[string]struct{ got, want int }{
		"batches":               {foreseen(one, other, same), 3},
		"what ends the batches": {foreseen(one, one, tick{}, one), 2},
		"another message":       {foreseen(tick{}, one), 1},
		"as many as are useful": {foreseen(one, long, one), 2},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d foreseen, want %d", name, c.got, c.want)
		}
	}
	if one.repeats || long.repeats || !same.repeats {
		t.Error("want the one batch marked that names a key again and again")
	}
}

// TestBatchesBehindEachOther has a batch follow another at once: its time begins when
// that has ended.
func TestBatchesBehindEachOther(t *testing.T) {
	r := measured(t, 1)
	var at [2]int64
	for i, name := range []string{"first", "second"} {
		r.add(name, command.ReadOnly|command.Fast, func(ctx *command.Ctx) { at[i] = ctx.Now; ctx.OK() })
	}
	hold, held := make(chan struct{}), make(chan struct{})
	r.Visit(0, func(*keyspace.Keyspace) { close(held); <-hold })
	<-held
	round := new(Round)
	round.Begin(2)
	for _, lines := range [][]string{{"first", "slow"}, {"second", "quick"}} {
		b := &Batch{Done: r.done, Round: round}
		for _, line := range lines {
			b.Requests = append(b.Requests, r.request(line))
		}
		r.Send(b)
	}
	close(hold)
	<-r.done
	if passed := at[1] - at[0]; passed < slowFor.Milliseconds()-1 {
		t.Errorf("%d ms passed from the beginning of one batch to that of the next, want %v", passed, slowFor)
	}
	c, _ := r.counts()
	took(t, c, slow, 1, 0, slowFor, time.Minute)
	took(t, c, quick, 1, 0, 0, slowFor)
}

// TestRoundComesBackOnce has the batches of a round go to several shards: the last to be
// executed comes back, and stands for all.
func TestRoundComesBackOnce(t *testing.T) {
	const shards = 4
	r := start(t, shards, nil)
	round, done := new(Round), make(chan *Batch, shards)
	for range 100 {
		var batches []*Batch
		round.Begin(shards)
		for owner := range shards {
			b := &Batch{Shard: owner, Done: done, Round: round, Requests: []Request{r.request("SET " + r.in(owner, "k") + " v")}}
			batches = append(batches, b)
			r.Send(b)
		}
		<-done
		for _, b := range batches {
			r.expect("reply", string(b.Out.Buf), "+OK\r\n")
		}
		if len(done) > 0 {
			t.Fatal("a round came back more than once")
		}
	}
}
