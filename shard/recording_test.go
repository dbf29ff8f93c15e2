package shard

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/shard/disk/disktest"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// recorded is a rig whose changes go to a log on a disk in memory.
type recorded struct {
	*rig
	disk  *disktest.Disk
	files *journal.Files
	stuck atomic.Bool // no sync ends
	gate  chan struct{}
}

func record(t *testing.T, shards int, policy journal.Policy) *recorded {
	t.Helper()
	r := &recorded{rig: newRig(t, shards, nil), disk: disktest.New(), gate: make(chan struct{})}
	j := journal.New(journal.Options{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Renew: func() {}, Fatal: func(err error) { t.Error(err) },
	})
	j.Configure(journal.Settings{Policy: policy, Checksums: true})
	var err error
	if r.files, err = journal.OpenFiles(r.disk, "", "aof", "a.aof"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Start(r.files, false); err != nil {
		t.Fatal(err)
	}
	r.disk.SetFailure(func(op, _ string) error {
		if op == "sync" && r.stuck.Load() {
			<-r.gate
		}
		return nil
	})
	r.journal = j // before any shard has been sent anything
	r.Hold(func([]*keyspace.Keyspace) { r.Record(true) })
	t.Cleanup(func() {
		r.Stop()
		j.Stop()
	})
	return r
}

// log returns what the log holds, a line for each request, without SELECT.
func (r *recorded) log() (lines []string) {
	r.t.Helper()
	r.journal.Await(r.journal.Published())
	for _, p := range r.files.Parts() {
		f, err := r.disk.Open(r.files.Path(p))
		if err != nil {
			r.t.Fatal(err)
		}
		s := aof.NewScanner(f, 0)
		var b aof.Block
		for {
			if err := s.Next(&b); err != nil {
				if !errors.Is(err, io.EOF) {
					r.t.Fatal(err)
				}
				break
			}
			for i := range b.Len() {
				if line := string(bytes.Join(b.Request(i), []byte(" "))); !strings.HasPrefix(line, "SELECT") {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// TestWhatIsRecorded does things in batches, fences, transactions and waits, and looks
// at the log.
func TestWhatIsRecorded(t *testing.T) {
	r := record(t, 3, journal.Always)
	a, b, list, other := r.in(0, "a"), r.in(1, "b"), r.in(0, "l"), r.in(2, "o")
	r.send(0, "SET "+a+" 1", "GET "+a, "INCR "+a, "SET "+a+" x NX")
	r.do("MSET " + a + " 2 " + b + " 3")
	r.do("MGET " + a + " " + b)
	r.exec(0, r.queue("SET "+a+" 4", "GET "+a, "INCR "+a))
	r.exec(0, r.queue("SET "+a+" 5"))
	r.execute(r.queue("SET "+a+" 6", "SET "+b+" 7"), Everyone)
	w := r.block("BLPOP " + list + " 0")
	r.send(0, "RPUSH "+list+" one")
	r.served(w)
	w = r.block("BLMOVE " + list + " " + other + " LEFT RIGHT 0")
	r.send(0, "RPUSH "+list+" two", "SET "+a+" 8")
	r.served(w)
	r.Hold(func([]*keyspace.Keyspace) { r.Record(false) })
	r.send(0, "SET "+a+" unseen")
	want := []string{
		"SET " + a + " 1", "INCR " + a, "MSET " + a + " 2 " + b + " 3",
		"MULTI", "SET " + a + " 4", "INCR " + a, "EXEC", "SET " + a + " 5",
		"MULTI", "SET " + a + " 6", "SET " + b + " 7", "EXEC",
		"RPUSH " + list + " one", "LPOP " + list,
		"RPUSH " + list + " two", "LMOVE " + list + " " + other + " left right", "SET " + a + " 8",
	}
	if got := r.log(); !strings.EqualFold(strings.Join(got, "\n"), strings.Join(want, "\n")) {
		t.Errorf("the log is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRepliesWaitForTheDisk keeps a sync from ending: nobody hears of what is not
// durable, whoever asks for it and however, and others are served.
func TestRepliesWaitForTheDisk(t *testing.T) {
	r := record(t, 2, journal.Always)
	mine, far := r.in(0, "k"), r.in(1, "k")
	r.send(0, "SET "+mine+" old")
	r.stuck.Store(true)
	told := make(chan string, 10)
	ask := func(what string, fn func()) {
		go func() {
			fn()
			told <- what
		}()
	}
	batch := func(owner int, line string) func() {
		return func() { r.sendFor(&Batch{Shard: owner}, make(chan *Batch, 1), []string{line}) }
	}
	ask("writer", batch(0, "SET "+mine+" new"))
	for r.journal.Published() == r.journal.Durable() {
		time.Sleep(time.Millisecond)
	}
	ask("reader", batch(0, "GET "+mine))
	ask("fence", func() { r.do("MGET " + mine + " " + far) })
	ask("transaction", func() { r.execute(r.queue("GET "+mine, "GET "+far), Everyone) })
	select {
	case what := <-told:
		t.Errorf("the %s has heard of what is not durable", what)
	case <-time.After(50 * time.Millisecond):
	}
	r.stuck.Store(false)
	close(r.gate)
	for range 4 {
		select {
		case <-told:
		case <-time.After(patience):
			t.Fatal("somebody does not hear of what is durable")
		}
	}
}

// TestOthersDoNotWait has a shard serve whose changes are all durable, while another's
// are not.
func TestOthersDoNotWait(t *testing.T) {
	r := record(t, 2, journal.Always)
	mine, far := r.in(0, "k"), r.in(1, "k")
	r.send(1, "SET "+far+" old")
	r.stuck.Store(true)
	back := make(chan *Batch, 1)
	b := &Batch{Shard: 0, Done: back, Requests: []Request{r.request("SET " + mine + " new")}}
	r.Send(b)
	for r.journal.Published() == r.journal.Durable() {
		time.Sleep(time.Millisecond)
	}
	r.expect("another shard", r.send(1, "GET "+far)[0], bulk("old"))
	r.stuck.Store(false)
	close(r.gate)
	<-back
}
