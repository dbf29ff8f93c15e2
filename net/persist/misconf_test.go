package persist_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
)

// TestMisconf lets snapshots fail and hears what clients are told, here and in
// redis-server, word by word.
func TestMisconf(t *testing.T) {
	script := [][]string{
		{"CONFIG", "SET", "dbfilename", "taken"},
		{"SET", "k", "v"},
		{"SAVE"},
		{"BGSAVE"},
		{"SET", "k", "w"},
		{"PING"},
		{"PUBLISH", "c", "m"},
		{"GET", "k"},
		{"MULTI"},
		{"SET", "k", "w"},
		{"EXEC"},
		{"EVAL", "return redis.call('GET', 'k')", "0"},
		{"CONFIG", "SET", "save", ""},
		{"SET", "k", "x"},
		{"CONFIG", "SET", "save", "3600 1"},
		{"SET", "k", "y"},
		{"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"},
		{"SET", "k", "y"},
		{"CONFIG", "SET", "stop-writes-on-bgsave-error", "yes"},
		{"CONFIG", "SET", "dbfilename", "free.rdb"},
		{"SET", "k", "z"},
		{"BGSAVE"},
		{"SET", "k", "z"},
		{"PING"},
		{"GET", "k"},
	}
	answers := func(start servertest.Starter) []string {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
			t.Fatal(err)
		}
		c := dial(t, start(t, "--dir", dir, "--save", "3600", "1", "--enable-protected-configs", "yes"))
		var all []string
		for _, words := range script {
			v, err := c.Do(words...)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, strings.Join(words, " ")+": "+v.String())
			if words[0] == "BGSAVE" {
				ended(t, c)
			}
		}
		return all
	}
	theirs, ours := answers(servertest.Redis), answers(servertest.Troupe)
	for i := range theirs {
		if theirs[i] != ours[i] {
			t.Errorf("redis   %s\ntroupe %s", theirs[i], ours[i])
		}
	}
}

// ended waits for the snapshot under way to end, well or not.
func ended(t *testing.T, c speaker) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); strings.Contains(say(t, c, "INFO", "persistence"), "rdb_bgsave_in_progress:1"); {
		if time.Now().After(deadline) {
			t.Fatal("the snapshot does not end")
		}
		time.Sleep(time.Millisecond)
	}
}
