package server

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/config"
)

// configured returns the store for a command line.
func configured(t *testing.T, args ...string) *config.Store {
	t.Helper()
	store, _, err := config.Load(args, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	where := filepath.Join(dir, "data")
	if err := os.Mkdir(where, 0o755); err != nil {
		t.Fatal(err)
	}
	store := configured(t, "--dir", "data", "--pidfile", "t.pid", "--logfile", "t.log", "--maxclients", "10")
	p, err := Prepare(store, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	p.Log.Info("hello")
	pid, err := os.ReadFile(filepath.Join(where, "t.pid"))
	if err != nil || string(pid) != strconv.Itoa(os.Getpid())+"\n" {
		t.Errorf("the pid file holds %q, error %v", pid, err)
	}
	p.Close()
	if _, err := os.Stat(filepath.Join(where, "t.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the pid file is still there: %v", err)
	}
	if log, err := os.ReadFile(filepath.Join(where, "t.log")); err != nil || !strings.Contains(string(log), "* hello\n") {
		t.Errorf("the log holds %q, error %v", log, err)
	}
}

func TestPrepareRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{
		{"--port", "0"},
		{"--bind", ""},
		{"--logfile", "none/t.log"},
	} {
		if p, err := Prepare(configured(t, args...), io.Discard); err == nil {
			p.Close()
			t.Errorf("%q is accepted", args)
		}
	}
}

func TestMoreClientsThanFiles(t *testing.T) {
	const many = 1 << 31
	err := raiseFiles(many)
	var few *filesError
	if !errors.As(err, &few) || few.possible < 1 || few.possible >= many {
		t.Fatalf("descriptors for %d clients: %v", many, err)
	}
	if err := raiseFiles(few.possible); err != nil {
		t.Errorf("what was said to be possible is not: %v", err)
	}
	t.Chdir(t.TempDir())
	store := configured(t, "--maxclients", strconv.Itoa(many))
	var out strings.Builder
	p, err := Prepare(store, &out)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	if got := store.Values().MaxClients; got < 1 || got >= many || !strings.Contains(out.String(), "maxclients is lowered") {
		t.Errorf("maxclients is %d, the log says %q", got, out.String())
	}
}
