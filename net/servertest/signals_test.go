package servertest

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
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
