package persist

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/disk/disktest"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// aofRig is an append-only file on a disk in memory, and what belongs to it.
type aofRig struct {
	t      *testing.T
	disk   *disktest.Disk
	troupe *shard.Troupe
	store  *Store
	aof    *AOF
	gate   atomic.Pointer[session.Gate]
	rows   map[string]*command.Command
	dead   chan struct{} // closed when the journal has ended the process
}

func newAOFRig(t *testing.T, d *disktest.Disk, args ...string) *aofRig {
	t.Helper()
	r := &aofRig{t: t, disk: d, rows: map[string]*command.Command{}, dead: make(chan struct{})}
	values, _, err := config.Load(append([]string{"--dir", "/", "--save", "", "--appendonly", "yes"}, args...), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	j := journal.New(journal.Options{
		Log: log, SyncEvery: time.Millisecond,
		Renew: func() { r.aof.Renew() }, Refused: func() { r.store.Regate() },
		Fatal: func(error) {
			close(r.dead)
			runtime.Goexit()
		},
	})
	settings := new(keyspace.Source)
	settings.Store(values.Values().Settings())
	r.troupe = shard.New(shard.Options{
		Shards: 2, Settings: settings, Later: func(work func()) { go work() }, Journal: j,
		Fatal: func(c shard.Crash) { t.Errorf("%s: %v", c.Command, c.Reason) },
	})
	t.Cleanup(r.troupe.Stop)
	r.store = New(Options{
		Config: values, Troupe: r.troupe, FS: d, Gate: &r.gate, Later: func(work func()) { go work() },
		Log: log, Version: "7.4.0", Journal: j,
	})
	var rows []session.Command
	for i := range str.Commands {
		r.rows[str.Commands[i].Name] = &str.Commands[i]
		rows = append(rows, session.Command{Command: str.Commands[i]})
	}
	table, err := session.NewTable(rows, session.Commands())
	if err != nil {
		t.Fatal(err)
	}
	r.aof = NewAOF(AOFOptions{
		Config: values, Troupe: r.troupe, FS: d, Log: log, Journal: j, Store: r.store,
		Env: &session.Env{Troupe: r.troupe, Clients: &session.Registry{}, Table: table, Log: log},
	})
	return r
}

// do runs a request of one key. It reports false when the process ends instead.
func (r *aofRig) do(words ...string) (reply string, alive bool) {
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	hash, owner := r.troupe.Locate(args[1])
	done := make(chan *shard.Batch, 1)
	b := &shard.Batch{Shard: owner, Done: done, Requests: []shard.Request{
		{Command: r.rows[strings.ToLower(words[0])], Args: args, Key: 1, Hash: hash},
	}}
	b.Out.Proto = 2
	r.troupe.Send(b)
	select {
	case <-done:
		return string(b.Out.Buf), true
	case <-r.dead:
		return "", false
	}
}

// refused returns what clients that write are told.
func (r *aofRig) refused() string {
	if g := r.gate.Load(); g != nil {
		return g.Stored
	}
	return ""
}

func (r *aofRig) until(what string, fn func() bool) {
	r.t.Helper()
	for range 10000 {
		if fn() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	r.t.Fatalf("it does not come about that %s", what)
}

func (r *aofRig) durable() {
	r.t.Helper()
	j := r.aof.options.Journal
	r.until("everything is durable", func() bool { return j.Durable() == j.Published() })
}

// TestAOFRecoversByItself has the disk fill up, and a sync fail: clients that write are
// told so, and are served again when that is over.
func TestAOFRecoversByItself(t *testing.T) {
	r := newAOFRig(t, disktest.New())
	if err := r.aof.Load(); err != nil {
		t.Fatal(err)
	}
	if r.gate.Load() != nil {
		t.Fatalf("after loading clients are told %+v", r.gate.Load())
	}
	r.do("SET", "a", "1")
	r.durable()
	r.disk.SetRoom(9)
	r.do("SET", "b", "2")
	r.until("writes are refused", func() bool {
		return r.refused() == "MISCONF Errors writing to the AOF file: No space left on device"
	})
	if got := field(r.aof.Info(), "aof_last_write_status"); got != "err" {
		t.Errorf("aof_last_write_status is %s", got)
	}
	if got, _ := r.do("GET", "b"); got != "$1\r\n2\r\n" {
		t.Errorf("a reader hears %q", got)
	}
	r.disk.SetRoom(-1)
	r.until("writes are accepted", func() bool { return r.refused() == "" })
	r.durable()

	r.disk.SetFailure(func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, ".incr.aof") {
			return syscall.EIO
		}
		return nil
	})
	r.do("SET", "c", "3")
	r.until("writes are refused", func() bool {
		return r.refused() == "MISCONF Errors writing to the AOF file: Input/output error"
	})
	r.disk.SetFailure(nil)
	r.until("writes are accepted", func() bool {
		r.aof.Tick(time.Now())
		return r.refused() == ""
	})
	r.do("SET", "d", "4")
	r.durable()
	if got := field(r.aof.Info(), "aof_last_write_status"); got != "ok" {
		t.Errorf("aof_last_write_status is %s", got)
	}
	again := newAOFRig(t, r.disk.Image(rand.New(rand.NewPCG(1, 1))))
	if err := again.aof.Load(); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"a": "1", "b": "2", "c": "3", "d": "4"} {
		if got, _ := again.do("GET", key); got != "$1\r\n"+want+"\r\n" {
			t.Errorf("%s is %q", key, got)
		}
	}
	r.aof.Stop()
	again.aof.Stop()
}

// TestServerCrashesAtEveryStep crashes the machine at every operation of a short life
// with rewrites, under appendfsync always, and starts on what the disk may hold then.
func TestServerCrashesAtEveryStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(rand.Uint64(), 0))
	for step := 1; ; step++ {
		d := disktest.New()
		d.CrashAt(step)
		r := newAOFRig(t, d, "--appendfsync", "always")
		acked := r.live()
		if !d.Crashed() {
			r.aof.Stop()
			t.Logf("%d operations", step-1)
			return
		}
		for range 2 {
			again := newAOFRig(t, d.Image(rng), "--appendfsync", "always")
			if err := again.aof.Load(); err != nil {
				t.Fatalf("step %d: %v", step, err)
			}
			for n := range acked {
				if got, _ := again.do("GET", fmt.Sprint("key", n)); got != fmt.Sprintf("$%d\r\n%d\r\n", len(fmt.Sprint(n)), n) {
					t.Fatalf("step %d: %d writes were acknowledged, and number %d is %q", step, acked, n, got)
				}
			}
			again.aof.Stop()
		}
	}
}

// live writes until the disk crashes, or for a while, and returns how many writes were
// acknowledged.
func (r *aofRig) live() (acked int) {
	loaded := make(chan error, 1)
	go func() { loaded <- r.aof.Load() }()
	select {
	case err := <-loaded:
		if err != nil {
			if !errors.Is(err, disktest.ErrCrashed) {
				r.t.Errorf("loading ends with %v", err)
			}
			return 0
		}
	case <-r.dead:
		return 0
	}
	for n := range 12 {
		if n%5 == 4 {
			_ = r.aof.begin()
		}
		if _, alive := r.do("SET", fmt.Sprint("key", n), fmt.Sprint(n)); !alive {
			return n
		}
	}
	r.until("the rewrite ends", func() bool {
		r.aof.mu.Lock()
		defer r.aof.mu.Unlock()
		return !r.aof.rewriting || r.disk.Crashed()
	})
	return 12
}
