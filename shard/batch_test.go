package shard

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/store"
)

func TestRepliesComeInOrder(t *testing.T) {
	r := start(t, 3, nil)
	for owner := range 3 {
		var lines []string
		key := r.in(owner, "k")
		for i := range 300 {
			lines = append(lines, fmt.Sprintf("RPUSH %s %d", key, i), fmt.Sprintf("LINDEX %s %d", key, i))
		}
		for i, reply := range r.send(owner, lines...) {
			text := strconv.Itoa(i / 2)
			want := fmt.Sprintf("$%d\r\n%s\r\n", len(text), text)
			if i%2 == 0 {
				want = fmt.Sprintf(":%d\r\n", i/2+1)
			}
			if reply != want {
				t.Fatalf("shard %d, reply %d is %q, want %q", owner, i, reply, want)
			}
		}
	}
}

func TestBatchWorksInItsDatabase(t *testing.T) {
	r := start(t, 1, nil)
	r.send(0, "SET k zero")
	r.sendFor(&Batch{Number: 5}, r.done, []string{"SET k five"})
	r.expect("database 0", r.send(0, "GET k")[0], "$4\r\nzero\r\n")
	got := r.sendFor(&Batch{Number: 5}, r.done, []string{"GET k"})
	r.expect("database 5", got[0], "$4\r\nfive\r\n")
}

func TestEmptyBatchComesBack(t *testing.T) {
	r := start(t, 2, nil)
	if got := r.send(1); len(got) != 0 {
		t.Errorf("replies %q", got)
	}
}

const internalError = "-" + command.ErrInternal + "\r\n"

// TestPanicOfAReader looks at commands that fail after they have begun to reply:
// nothing of that is seen, and those behind them run.
func TestPanicOfAReader(t *testing.T) {
	r := start(t, 2, nil)
	r.add("boom", command.ReadOnly, func(ctx *command.Ctx) {
		ctx.Array(2)
		ctx.BulkString("half")
		panic("lost")
	})
	key := r.in(0, "k")
	got := r.send(0, "boom", "SET "+key+" 1", "boom", "boom", "INCR "+key, "boom")
	want := []string{internalError, "+OK\r\n", internalError, internalError, ":2\r\n", internalError}
	r.expect("batch", strings.Join(got, ""), strings.Join(want, ""))
	r.expect("fence", r.do("boom"), internalError)
	r.expect("afterwards", r.do("EXISTS "+key), ":1\r\n")
}

// TestPanicOfAWriter ends the process, as far as a test can let it.
func TestPanicOfAWriter(t *testing.T) {
	for name, run := range map[string]func(*rig){
		"batch": func(r *rig) { r.Send(&Batch{Requests: []Request{r.request("boom")}, Done: r.done}) },
		"fence": func(r *rig) { go r.do("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 2, nil) // cannot be stopped: a shard is lost
			r.add("boom", command.Write, func(*command.Ctx) { panic("half way") })
			run(r)
			crash := <-r.crashes
			if crash.Command != "boom" || crash.Reason != "half way" || !strings.Contains(string(crash.Stack), "TestPanicOfAWriter") {
				t.Errorf("%s: %v\n%s", crash.Command, crash.Reason, crash.Stack)
			}
		})
	}
}

// TestOutOfAddressSpace is the one panic of a writer that damages nothing.
func TestOutOfAddressSpace(t *testing.T) {
	r := start(t, 2, nil)
	r.add("grow", command.Write, func(*command.Ctx) { panic(fmt.Errorf("no memory: %w", store.ErrFull)) })
	full := "-" + command.ErrFull + "\r\n"
	key := r.in(1, "k")
	r.expect("batch", strings.Join(r.send(1, "grow", "SET "+key+" 1"), ""), full+"+OK\r\n")
	r.expect("fence", r.do("grow"), full)
}

// TestServingFails lets the handler of one who waits fail: that one gets the
// error, and the next in the queue is served.
func TestServingFails(t *testing.T) {
	r := start(t, 1, nil)
	r.add("take", command.Write|command.Blocking, func(ctx *command.Ctx) {
		ctx.Block(command.Block{
			Type: keyspace.List, Keys: []int{1},
			Serve: func(*command.Ctx, int) { panic(store.ErrFull) }, Empty: (*command.Ctx).Null,
		})
	})
	unlucky, next := r.block("take k"), r.block("BLPOP k 0")
	r.expect("push", r.send(0, "RPUSH k a")[0], ":1\r\n")
	r.expect("first", r.served(unlucky), "-"+command.ErrFull+"\r\n")
	r.expect("second", r.served(next), "*2\r\n$1\r\nk\r\n$1\r\na\r\n")
}

func TestLaterRuns(t *testing.T) {
	r := start(t, 2, nil)
	ran := make(chan struct{}, 2)
	r.add("slow", command.ReadOnly, func(ctx *command.Ctx) {
		ctx.Later(func() { ran <- struct{}{} })
		ctx.OK()
	})
	r.send(0, "slow")
	r.do("slow")
	<-ran
	<-ran
}

// TestNoTouch holds a client that does not want to count to that, also behind a
// command that made room or served others.
func TestNoTouch(t *testing.T) {
	r := start(t, 1, func(s *keyspace.Settings) { s.Policy = keyspace.AllKeysLFU })
	r.send(0, "SET k v")
	before := r.send(0, "OBJECT FREQ k")
	lines := []string{"RPUSH l a"}
	for range 500 {
		lines = append(lines, "GET k")
	}
	w := r.block("BLPOP l 0")
	r.sendFor(&Batch{NoTouch: true}, r.done, lines)
	r.served(w)
	r.expect("use counter", r.send(0, "OBJECT FREQ k")[0], before[0])
	r.send(0, lines...)
	if after := r.send(0, "OBJECT FREQ k")[0]; after == before[0] {
		t.Errorf("500 reads of a client that counts leave the counter at %q", after)
	}
}

func TestReports(t *testing.T) {
	r := start(t, 3, nil)
	for i := range 3 {
		r.send(i, "SET "+r.in(i, "k")+" v", "GET "+r.in(i, "k"), "GET "+r.in(i, "none"), "SET "+r.in(i, "x")+" v EX 100")
	}
	reports := r.Reports()
	for i, report := range reports {
		s := report.Stats
		if report.Index != i || s.Commands != 4 || s.Hits != 1 || s.Misses != 1 || report.Used == 0 {
			t.Errorf("shard %d: %+v", i, report)
		}
		if len(report.DBs) != 1 || report.DBs[0].Number != 0 || report.DBs[0].Keys != 2 || report.DBs[0].Expires != 1 {
			t.Errorf("shard %d: %+v", i, report.DBs)
		}
	}
	r.ResetStats()
	for i, report := range r.Reports() {
		want := keyspace.Stats{Dirty: reports[i].Stats.Dirty}
		if report.Stats != want {
			t.Errorf("shard %d after a reset: %+v, want %+v", i, report.Stats, want)
		}
	}
	if r.UsedBytes() <= 0 {
		t.Error("nothing is used")
	}
	before := r.UsedBytes()
	r.SetOverhead(1000)
	if got := r.UsedBytes() - before; got != 1000 {
		t.Errorf("an overhead of 1000 counts as %d", got)
	}
}

// TestRequestSize holds a request to one cache line.
func TestRequestSize(t *testing.T) {
	if size := unsafe.Sizeof(Request{}); size != 64 {
		t.Errorf("a request takes %d bytes", size)
	}
}
