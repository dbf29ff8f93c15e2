package servertest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the oracle's replies into the conversations")

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if err := RemoveBuild(); err != nil && code == 0 {
		code = 1
	}
	os.Exit(code)
}

// TestRedis holds every conversation with the oracle: what the files say is
// what Redis does.
func TestRedis(t *testing.T) {
	replayAll(t, Redis, *rewrite)
}

// TestTroupe holds every conversation with Troupe.
func TestTroupe(t *testing.T) {
	if *rewrite {
		t.Log("the oracle's replies are being written; compare with Troupe in another run")
		return
	}
	replayAll(t, Troupe, false)
}

func replayAll(t *testing.T, starter Starter, rewrite bool) {
	paths, err := filepath.Glob("testdata/*/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) < 100 {
		t.Fatalf("only %d conversations found", len(paths))
	}
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(path), "testdata/"), ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := ReadConversation(path)
			if err != nil {
				t.Fatal(err)
			}
			s := starter(t)
			if rewrite {
				c.Rewrite(t, s)
			} else {
				c.Replay(t, s)
			}
		})
	}
}
