package persist_test

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
	"github.com/troupe-db/troupe/net/servertest"
)

// TestMain removes the server that the tests have built.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := servertest.RemoveBuild(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// many returns how often something is tried: as often as an environment variable says,
// or else so many times, fewer with the race detector.
func many(t *testing.T, variable string, plain, race int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	if raceEnabled {
		return race
	}
	return plain
}

func dial(t *testing.T, s *servertest.Server) *servertest.Client {
	t.Helper()
	c, err := servertest.Dial(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// checkRDB has redis-check-rdb look at a file.
func checkRDB(t *testing.T, name string) {
	t.Helper()
	out, err := exec.Command("redis-check-rdb", name).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "looks OK") {
		t.Errorf("redis-check-rdb: %v\n%s", err, out)
	}
}

// begin starts a server whose data may be refused. It listens on a socket in dir.
func begin(t *testing.T, dir string, args ...string) *server.Server {
	t.Helper()
	base := []string{"--port", "0", "--unixsocket", filepath.Join(dir, "s"), "--dir", dir, "--save", ""}
	store, _, err := config.Load(append(base, args...), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.Start(store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// refuses fails the test if a server serves what is in dir.
func refuses(t *testing.T, dir string) {
	t.Helper()
	s := begin(t, dir)
	select {
	case err := <-s.Loaded():
		if err == nil {
			t.Error("a damaged file was loaded")
		} else if !strings.Contains(err.Error(), "dump.rdb") {
			t.Errorf("the error does not name the file: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the loading does not end")
	}
	s.Stop()
}
