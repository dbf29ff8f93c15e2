package persist

import (
	"errors"
	"fmt"
	"io"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// replay runs the requests of an append-only file. Those that one shard owns go to it
// in batches, and the shards work side by side: their order among each other does not
// matter, since nobody looks on. Any other runs in a fence behind what was sent.
//
//	read block 1 ─ send ─ read block 2 ─ wait for 1 ─ send ─ …
type replay struct {
	aof      *AOF
	troupe   *shard.Troupe
	standIn  *session.StandIn
	number   int // the selected database
	requests int64

	waves   [2]wave
	current int
}

// wave is a block of requests and the batches they are in.
type wave struct {
	block   aof.Block
	batches []*shard.Batch // by shard; nil for none
	spare   []*shard.Batch
	done    chan *shard.Batch
	sent    int // batches that have not come back
}

func newReplay(a *AOF) *replay {
	t := a.options.Troupe
	r := &replay{aof: a, troupe: t, standIn: session.NewStandIn(a.options.Env)}
	for i := range r.waves {
		r.waves[i].batches = make([]*shard.Batch, t.Shards())
		r.waves[i].done = make(chan *shard.Batch, 2*t.Shards())
	}
	return r
}

// part runs the requests of a part. reached is told how far it has come.
func (r *replay) part(s *aof.Scanner, reached func(at int64)) error {
	r.number = 0
	defer r.settle()
	for {
		w := &r.waves[r.current]
		w.settle()
		err := s.Next(&w.block)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i := range w.block.Len() {
			if err := r.run(w, w.block.Request(i)); err != nil {
				return fmt.Errorf("near byte %d: %w", w.block.Offset, err)
			}
		}
		r.send(w)
		reached(w.block.End)
		r.current = 1 - r.current
	}
}

// settle waits for everything that was sent.
func (r *replay) settle() {
	for i := range r.waves {
		r.send(&r.waves[i])
		r.waves[i].settle()
	}
}

// send sends the batches of a wave.
func (r *replay) send(w *wave) {
	for i, b := range w.batches {
		if b != nil {
			w.batches[i] = nil
			if w.sent == cap(w.done) {
				w.receive()
			}
			w.sent++
			r.troupe.Send(b)
		}
	}
}

// settle waits for the batches of the wave, whose block may then be used again.
func (w *wave) settle() {
	for w.sent > 0 {
		w.receive()
	}
}

func (w *wave) receive() {
	b := <-w.done
	w.sent--
	b.Reset()
	w.spare = append(w.spare, b)
}

// batch returns the batch of a wave for a shard.
func (r *replay) batch(w *wave, owner int) *shard.Batch {
	if b := w.batches[owner]; b != nil {
		return b
	}
	var b *shard.Batch
	if n := len(w.spare); n > 0 {
		b, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		b = &shard.Batch{}
	}
	b.Shard, b.Number, b.Done, b.NoTouch = owner, r.number, w.done, false
	b.Out.Proto = 2
	w.batches[owner] = b
	return b
}

// run runs one request, or puts it where it will be.
func (r *replay) run(w *wave, args [][]byte) error {
	cmd := r.aof.options.Env.Table.Lookup(args[0])
	if cmd != nil && len(cmd.Sub) > 0 && len(args) > 1 {
		cmd = cmd.Subcommand(args[1])
	}
	if cmd == nil {
		return fmt.Errorf("the command '%s' is unknown to this server: the file was written by another kind or a newer one", clip(args[0]))
	}
	if !cmd.ArityOK(len(args)) {
		return fmt.Errorf("a request for '%s' has the wrong number of arguments", cmd.FullName())
	}
	r.requests++
	switch cmd.FullName() {
	case "select":
		return r.choose(w, args[1])
	case "multi", "exec": // units are whole, see package aof
		return nil
	}
	switch {
	case cmd.Program != nil:
		r.send(w)
		r.standIn.Play(cmd, args, r.number)
	case cmd.Serve != nil:
		r.send(w)
		out := resp.Writer{Proto: 2}
		r.standIn.Serve(cmd, args, &out, r.number, nil)
	default:
		r.route(w, cmd, args)
	}
	return nil
}

// clip cuts a word that is shown.
func clip(word []byte) []byte { return word[:min(len(word), 128)] }

// choose selects a database. Batches are for one.
func (r *replay) choose(w *wave, word []byte) error {
	n, ok := num.ParseInt(word)
	databases := int64(r.aof.options.Config.Values().Data.Databases)
	if !ok || n < 0 || n >= databases {
		return fmt.Errorf("database '%s' is selected, and %d are configured: raise the directive databases", clip(word), databases)
	}
	if int(n) != r.number {
		r.send(w)
		r.number = int(n)
	}
	return nil
}

// route puts a request into the batch of the shard that owns its keys, or runs it over
// all that do.
func (r *replay) route(w *wave, cmd *session.Command, args [][]byte) {
	switch cmd.Route {
	case command.RouteAll, command.RouteEach:
		r.call(w, cmd, args, shard.Everyone)
		return
	case command.RouteCursor:
		r.add(w, cmd, args, generic.ScanShard(args[1], r.troupe.Shards()), 0, 0)
		return
	}
	if i := cmd.KeyIndex(); i != 0 {
		hash, owner := r.troupe.Locate(args[i])
		r.add(w, cmd, args, owner, i, hash)
		return
	}
	keys, err := cmd.AppendKeys(nil, args)
	if err != nil || len(keys) == 0 {
		r.call(w, cmd, args, shard.Everyone)
		return
	}
	hash, owner := r.troupe.Locate(args[keys[0].Index])
	for _, k := range keys[1:] {
		if _, other := r.troupe.Locate(args[k.Index]); other != owner {
			r.call(w, cmd, args, r.troupe.Members(args, keys))
			return
		}
	}
	r.add(w, cmd, args, owner, keys[0].Index, hash)
}

// batchMost is how many requests go to a shard at once.
const batchMost = 1024

func (r *replay) add(w *wave, cmd *session.Command, args [][]byte, owner, key int, hash uint64) {
	b := r.batch(w, owner)
	b.Requests = append(b.Requests, shard.Request{Command: &cmd.Command, Args: args, Key: int32(key), Hash: hash})
	if len(b.Requests) >= batchMost {
		r.send(w)
	}
}

// call runs a request over several shards, behind what was sent.
func (r *replay) call(w *wave, cmd *session.Command, args [][]byte, members func(int) bool) {
	r.send(w)
	call := shard.Call{
		Request: shard.Request{Command: &cmd.Command, Args: args},
		Number:  r.number, Out: resp.Writer{Proto: 2}, Wake: func() {},
	}
	r.troupe.Call(&call, members)
	if call.Wait != nil && call.Wait.Claim() { // nobody waits in a log
		r.troupe.Forget(call.Wait)
	}
}
