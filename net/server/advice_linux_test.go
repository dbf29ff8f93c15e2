package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/config"
)

func TestAdvise(t *testing.T) {
	root := t.TempDir()
	say := func(path, text string) {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v := config.Default()
	if advice := advise(root, v); len(advice) != 0 {
		t.Errorf("advice about a machine that says nothing: %q", advice)
	}
	say("proc/sys/vm/overcommit_memory", "2\n")
	say("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n")
	say("proc/sys/net/core/somaxconn", "128\n")
	say("proc/meminfo", "MemFree: 7 kB\nMemTotal:       1024 kB\n")
	v.Data.MaxMemory = 2 << 20
	advice := advise(root, v)
	for i, word := range []string{"overcommit_memory", "huge pages", "128", "1048576"} {
		if i >= len(advice) || !strings.Contains(advice[i], word) {
			t.Errorf("no advice %d about %s in %q", i, word, advice)
		}
	}
	say("proc/sys/vm/overcommit_memory", "1\n")
	say("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n")
	say("proc/sys/net/core/somaxconn", "4096\n")
	v.Data.MaxMemory = 1 << 20
	if advice := advise(root, v); len(advice) != 0 {
		t.Errorf("advice about a machine that is fine: %q", advice)
	}
}
