package bench

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

// TestFootprint compares the memory of a process with a child to that of the child
// alone.
func TestFootprint(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	own, err := footprint(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	child, err := footprint(cmd.Process.Pid)
	if err != nil || child <= 0 || own <= child {
		t.Errorf("%d bytes of this process, %d of its child, %v", own, child, err)
	}
	if _, err := footprint(-1); err == nil {
		t.Error("a process that is not there has memory")
	}
}

// TestProbe probes a server while it stands still for a while: the longest wait is
// no shorter.
func TestProbe(t *testing.T) {
	s := start(t)
	took, err := s.probe(context.Background(), func() error {
		return errors.Join(s.command("CLIENT", "PAUSE", "200"), pause(context.Background(), 50*time.Millisecond))
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(took) || share(took, 1) < 90 {
		t.Errorf("the longest of %d waits is %v ms", len(took), share(took, 1))
	}
	trouble := errors.New("trouble")
	if _, err := s.probe(context.Background(), func() error { return trouble }); !errors.Is(err, trouble) {
		t.Errorf("got %v", err)
	}
}

// TestSnapshot waits for snapshots that end well and badly.
func TestSnapshot(t *testing.T) {
	s := start(t)
	if err := s.command("SET", "a", "b"); err != nil {
		t.Fatal(err)
	}
	calls := 0
	if err := s.snapshot(context.Background(), time.Minute, func() error { calls++; return nil }); err != nil || calls == 0 {
		t.Errorf("%d calls, %v", calls, err)
	}
	if _, err := os.Stat(s.dir + "/dump.rdb"); err != nil {
		t.Error(err)
	}
	trouble := errors.New("trouble")
	if err := s.snapshot(context.Background(), time.Minute, func() error { return trouble }); !errors.Is(err, trouble) {
		t.Errorf("got %v", err)
	}
}
