package persist

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// balky is a file system that goes on strike after some operations.
type balky struct {
	disk.OS
	left *atomic.Int64
	why  error
}

func (b balky) balks() error {
	if b.left.Add(-1) < 0 {
		return b.why
	}
	return nil
}

func (b balky) Create(name string) (disk.File, error) {
	if err := b.balks(); err != nil {
		return nil, err
	}
	f, err := b.OS.Create(name)
	return balkyFile{f, b}, err
}

func (b balky) Rename(from, to string) error {
	if err := b.balks(); err != nil {
		return err
	}
	return b.OS.Rename(from, to)
}

func (b balky) SyncDir(dir string) error {
	if err := b.balks(); err != nil {
		return err
	}
	return b.OS.SyncDir(dir)
}

type balkyFile struct {
	disk.File
	b balky
}

func (f balkyFile) Write(p []byte) (int, error) {
	if err := f.b.balks(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f balkyFile) Sync() error {
	if err := f.b.balks(); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f balkyFile) Close() error {
	_ = f.File.Close()
	return f.b.balks()
}

// rig is a Store of a troupe that nobody talks to.
type rig struct {
	*Store
	gate   atomic.Pointer[session.Gate]
	troupe *shard.Troupe
	dir    string
}

func newRig(t *testing.T, fs disk.FS, args ...string) *rig {
	t.Helper()
	r := &rig{dir: t.TempDir()}
	store, _, err := config.Load(append([]string{"--dir", r.dir, "--save", "100", "1"}, args...), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	settings := new(keyspace.Source)
	settings.Store(store.Values().Settings())
	r.troupe = shard.New(shard.Options{
		Shards: 2, Settings: settings, Later: func(work func()) { go work() },
		Fatal: func(c shard.Crash) { t.Errorf("%s: %v", c.Command, c.Reason) },
	})
	t.Cleanup(r.troupe.Stop)
	r.Store = New(Options{
		Config: store, Troupe: r.troupe, FS: fs, Gate: &r.gate, Later: func(work func()) { go work() },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "7.4.0",
	})
	return r
}

// set gives a key a value.
func (r *rig) set(name, value string) {
	hash, owner := r.troupe.Locate([]byte(name))
	done := make(chan struct{})
	r.troupe.Visit(owner, func(ks *keyspace.Keyspace) {
		str.Put(ks.DB(0).Hashed(hash, []byte(name)), []byte(value))
		close(done)
	})
	<-done
}

// TestSaveFailsAnywhere makes each operation of a save fail in turn, and all that
// follow. The file from before stays, writes are refused until a save succeeds, and
// nothing is left behind.
func TestSaveFailsAnywhere(t *testing.T) {
	for failing := int64(0); ; failing++ {
		var left atomic.Int64
		left.Store(1 << 30)
		r := newRig(t, balky{left: &left, why: syscall.ENOSPC})
		if err := r.Load(); err != nil {
			t.Fatal(err)
		}
		r.set("k", "old")
		if err := r.Save(); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(r.dir, "dump.rdb")
		old, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r.set("k", strings.Repeat("new", 100_000))
		left.Store(failing)
		err = r.Save()
		if err == nil {
			if failing < 5 {
				t.Fatalf("a save takes %d operations", failing)
			}
			return
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("operation %d: %v", failing, err)
		}
		now, _ := os.ReadFile(name)
		last := strings.Contains(err.Error(), "durable") // the name is there, but may not last
		if string(now) != string(old) && !last {
			t.Fatalf("operation %d: the old file has gone: %v", failing, err)
		}
		if g := r.gate.Load(); g == nil || g.Stored != textMisconf {
			t.Fatalf("operation %d: writes are not refused: %+v", failing, g)
		}
		if files, _ := os.ReadDir(r.dir); len(files) != 1 {
			t.Fatalf("operation %d: left behind: %v", failing, files)
		}
		if f := r.Info(0); field(f, "rdb_last_bgsave_status") != "err" {
			t.Errorf("status: %v", f)
		}
		left.Store(1 << 30)
		if err := r.Save(); err != nil || r.gate.Load() != nil {
			t.Fatalf("after operation %d: %v, %+v", failing, err, r.gate.Load())
		}
	}
}

func field(all []Field, name string) string {
	for _, f := range all {
		if f.Name == name {
			return f.Value
		}
	}
	return "none"
}

func TestSavePoints(t *testing.T) {
	r := newRig(t, disk.OS{}, "--save", "10", "5")
	now := r.last.saved
	for _, test := range []struct {
		after   time.Duration
		changes int64
		due     bool
	}{
		{50 * time.Second, 4, false},
		{9 * time.Second, 5, false},
		{11 * time.Second, 5, true},
		{11 * time.Second, 4, false},
		{101 * time.Second, 1, true},
		{500 * time.Second, 0, false},
	} {
		r.loading.active.Store(false)
		if got := r.due(now.Add(test.after), test.changes); got != test.due {
			t.Errorf("after %v with %d changes: %v", test.after, test.changes, got)
		}
	}
	r.last.err, r.last.tried = errors.New("no"), now.Add(200*time.Second)
	if r.due(now.Add(203*time.Second), 100) || !r.due(now.Add(206*time.Second), 100) {
		t.Error("a failure is not followed by a pause")
	}
	if r.loading.active.Store(true); r.due(now.Add(300*time.Second), 100) {
		t.Error("what is being loaded would be saved")
	}
}

// TestOneAtATime holds snapshots to one after the other.
func TestOneAtATime(t *testing.T) {
	r := newRig(t, disk.OS{})
	if err := r.Save(); !errors.Is(err, ErrLoading) {
		t.Errorf("while data are being loaded: %v", err)
	}
	if !r.Leave(true, false) || r.parting != saveNothing {
		t.Error("what is being loaded would be saved at the end")
	}
	if err := r.Load(); err != nil {
		t.Fatal(err)
	}
	running, err := r.enter(r.SnapshotOptions(r.options.Config.Values().Saving, false), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Save(); !errors.Is(err, ErrUnderWay) {
		t.Errorf("a second one: %v", err)
	}
	if r.schedule(true) {
		t.Error("a snapshot is scheduled though one is under way")
	}
	r.leave(running, nil)
	base, err := r.enter(r.SnapshotOptions(r.options.Config.Values().Saving, true), true)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Save(); !errors.Is(err, ErrRewrite) {
		t.Errorf("while the base of a log is written: %v", err)
	}
	if !r.schedule(false) {
		t.Error("a snapshot cannot be scheduled behind the base of a log")
	}
	saved := r.saves
	r.leave(base, nil)
	for deadline := time.Now().Add(10 * time.Second); field(r.Info(0), "rdb_bgsave_in_progress") == "1" || r.count() == saved; {
		if time.Now().After(deadline) {
			t.Fatal("what was scheduled does not begin")
		}
		time.Sleep(time.Millisecond)
	}
	r.Stop()
	if err := r.Save(); !errors.Is(err, ErrStopped) {
		t.Errorf("after the end: %v", err)
	}
}

func (s *Store) count() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}
