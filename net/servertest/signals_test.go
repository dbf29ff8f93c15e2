package servertest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSignals stops both servers by signals. What the configuration says about the
// signal, not the save points alone, decides whether the data are saved.
func TestSignals(t *testing.T) {
	for name, start := range map[string]Starter{"redis": Redis, "troupe": Troupe} {
		for _, c := range []struct {
			name   string
			args   []string
			signal syscall.Signal
			saved  bool
		}{
			{"no save points", nil, syscall.SIGTERM, false},
			{"save points", []string{"--save", "3600 1"}, syscall.SIGTERM, true},
			{"save points, interrupt", []string{"--save", "3600 1"}, syscall.SIGINT, true},
			{"nosave", []string{"--save", "3600 1", "--shutdown-on-sigterm", "nosave now"}, syscall.SIGTERM, false},
			{"nosave for another", []string{"--save", "3600 1", "--shutdown-on-sigterm", "nosave"}, syscall.SIGINT, true},
			{"save", []string{"--shutdown-on-sigint", "save"}, syscall.SIGINT, true},
		} {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				s := start(t, c.args...)
				client, err := Dial(s.Addr)
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				if _, err := client.Do("SET", "k", "v"); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Kill(s.PID, c.signal); err != nil {
					t.Fatal(err)
				}
				if err := s.Exit(); err != nil {
					t.Fatalf("end: %v\n%s", err, s.Log())
				}
				_, err = os.Stat(filepath.Join(filepath.Dir(s.logPath), "dump.rdb"))
				if saved := err == nil; saved != c.saved {
					t.Errorf("saved: %v, want %v\n%s", saved, c.saved, s.Log())
				}
			})
		}
	}
}

// TestSecondInterrupt has a command keep the server from stopping: it goes on to wait
// for the command after a further SIGTERM, and ends at once with an interrupt.
func TestSecondInterrupt(t *testing.T) {
	const sleeps = "60"
	s := Troupe(t)
	s.killed = true // the exit code tells of the interrupt
	client, err := Dial(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Send("DEBUG", "SLEEP", sleeps); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGTERM} {
		if err := syscall.Kill(s.PID, signal); err != nil {
			t.Fatal(err)
		}
		select {
		case <-s.exited:
			t.Fatalf("it ends after %v: %v", signal, s.status)
		case <-time.After(200 * time.Millisecond):
		}
	}
	if err := syscall.Kill(s.PID, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := s.Exit(); err == nil || err.Error() != "exit status 1" {
		t.Errorf("it ends with %v", err)
	}
}
