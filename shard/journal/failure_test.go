package journal

import (
	"errors"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/troupe-db/troupe/shard/disk/disktest"
)

// started returns a log on a disk, with a base, and what counts calls of Renew from
// then on.
func started(t *testing.T, d *disktest.Disk, policy Policy) (*life, *atomic.Int64) {
	t.Helper()
	l, err := born(d, policy, 0, map[int]bool{0: true})
	if err != nil {
		t.Fatal(err)
	}
	l.renewals.Store(0)
	t.Cleanup(l.j.Stop)
	return l, &l.renewals
}

// until waits until fn tells true.
func until(t *testing.T, what string, fn func() bool) {
	t.Helper()
	for range 5000 {
		if fn() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("it does not come about that %s", what)
}

// holds fails the test unless the disk holds that many numbers.
func holds(t *testing.T, d *disktest.Disk, want int) {
	t.Helper()
	if got, err := recovered(d); got != want || err != nil {
		t.Errorf("the disk holds %d, want %d: %v", got, want, err)
	}
}

func TestAFullDisk(t *testing.T) {
	d := disktest.New()
	l, renewals := started(t, d, EverySec)
	l.add(2)
	until(t, "the numbers are durable", func() bool { return l.j.Durable() == l.j.Published() })
	d.SetRoom(10)
	l.add(3)
	until(t, "writes are refused", func() bool { return l.j.Refusal() != "" })
	if want := "MISCONF Errors writing to the AOF file: No space left on device"; l.j.Refusal() != want {
		t.Errorf("refused with %q, want %q", l.j.Refusal(), want)
	}
	if !l.j.Status().WriteFailed {
		t.Error("the status tells of no failure")
	}
	l.add(1) // what expires, say
	d.SetRoom(-1)
	until(t, "writes are accepted again", func() bool { return l.j.Refusal() == "" })
	until(t, "everything is durable", func() bool { return l.j.Durable() == l.j.Published() })
	holds(t, d, 6)
	if renewals.Load() > 0 {
		t.Error("a full disk has asked for a new base")
	}
}

func TestAFailedSync(t *testing.T) {
	d := disktest.New()
	l, renewals := started(t, d, EverySec)
	l.add(2)
	until(t, "the numbers are durable", func() bool { return l.j.Durable() == l.j.Published() })
	d.SetFailure(func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, ".1.incr.aof") {
			return syscall.EIO
		}
		return nil
	})
	l.add(3)
	until(t, "writes are refused", func() bool {
		return l.j.Refusal() == "MISCONF Errors writing to the AOF file: Input/output error"
	})
	until(t, "a new base is asked for", func() bool { return renewals.Load() > 0 })
	d.SetFailure(nil)
	time.Sleep(5 * time.Millisecond)
	if l.j.Refusal() == "" {
		t.Error("the file is trusted again after a failed sync")
	}
	if err := l.rewrite(); err != nil {
		t.Fatal(err)
	}
	until(t, "writes are accepted again", func() bool { return l.j.Refusal() == "" })
	l.add(1)
	until(t, "everything is durable", func() bool { return l.j.Durable() == l.j.Published() })
	holds(t, d, 6)
}

// TestAFailureUnderAlways ends the process: what was not durable was told to nobody.
func TestAFailureUnderAlways(t *testing.T) {
	for _, op := range []string{"write", "sync"} {
		d := disktest.New()
		l, err := born(d, Always, 0, map[int]bool{0: true})
		if err != nil {
			t.Fatal(err)
		}
		if !l.add(2) {
			t.Fatal("the log has ended")
		}
		d.SetFailure(func(now, _ string) error {
			if now == op {
				return syscall.EIO
			}
			return nil
		})
		if l.add(3) {
			t.Errorf("%s fails, and the numbers are acknowledged", op)
		}
		l.end()
	}
}

// TestRewriteFailsAnywhere makes each operation of a rewrite fail in turn: the log goes
// on, and so does the data.
func TestRewriteFailsAnywhere(t *testing.T) {
	for nth := 1; nth < 40; nth++ {
		d := disktest.New()
		l, _ := started(t, d, EverySec)
		l.add(2)
		until(t, "the numbers are durable", func() bool { return l.j.Durable() == l.j.Published() })
		count, failed := 0, atomic.Bool{}
		d.SetFailure(func(op, name string) error {
			if op == "write" && strings.HasSuffix(name, ".incr.aof") || op == "sync" && strings.HasSuffix(name, ".1.incr.aof") {
				return nil // see above
			}
			if count++; count == nth {
				failed.Store(true)
				return syscall.ENOSPC
			}
			return nil
		})
		err := l.rewrite()
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("operation %d: %v", nth, err)
		}
		d.SetFailure(nil)
		l.add(3)
		until(t, "everything is durable", func() bool { return l.j.Durable() == l.j.Published() })
		holds(t, d, 5)
		if err := l.rewrite(); err != nil {
			t.Fatalf("after operation %d has failed: %v", nth, err)
		}
		l.add(1)
		until(t, "everything is durable", func() bool { return l.j.Durable() == l.j.Published() })
		holds(t, d, 6)
		if !failed.Load() {
			return
		}
	}
	t.Error("a rewrite has no end of operations")
}

// TestAppendWaitsForTheDisk has more appended than may wait to be written: the log
// takes all of it, and holds no more than that at a time.
func TestAppendWaitsForTheDisk(t *testing.T) {
	d := disktest.New()
	l, _ := started(t, d, EverySec)
	unit := append([]byte("*1\r\n$1048576\r\n"), append(make([]byte, 1<<20), "\r\n"...)...)
	for range 2 * bufferMost / len(unit) {
		l.j.Append(unit, 0, 0, 0)
		if waiting := l.j.Status().Buffered; waiting > bufferMost+int64(2*len(unit)) {
			t.Fatalf("%d bytes wait", waiting)
		}
	}
	until(t, "everything is durable", func() bool { return l.j.Durable() == l.j.Published() })
}
