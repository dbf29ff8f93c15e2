package clients

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
)

// patience is how long one program may take; preparing it may take longer.
const (
	patience    = 2 * time.Minute
	preparation = 5 * time.Minute
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := servertest.RemoveBuild(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func TestNode(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/node")); err != nil {
		t.Fatal(err)
	}
	prepare(t, dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	for _, program := range []string{"node-redis", "ioredis", "bullmq"} {
		t.Run(program, func(t *testing.T) { try(t, dir, "node", program+".js") })
	}
}

func TestPython(t *testing.T) { try(t, "testdata/python", "/usr/bin/python3", "redis_py.py") }

func TestAsynq(t *testing.T) {
	program := filepath.Join(t.TempDir(), "asynq")
	prepare(t, "testdata/asynq", "go", "build", "-o", program, ".")
	try(t, "testdata/asynq", program)
}

// prepare runs a command that the tests need the outcome of.
func prepare(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	run(t, preparation, dir, os.Environ(), name, args...)
}

// try runs a program against redis-server, and against Troupe.
func try(t *testing.T, dir, name string, args ...string) {
	for _, server := range []struct {
		name  string
		start servertest.Starter
	}{{"redis", servertest.Redis}, {"troupe", servertest.Troupe}} {
		t.Run(server.name, func(t *testing.T) {
			_, port, err := net.SplitHostPort(server.start(t).Addr)
			if err != nil {
				t.Fatal(err)
			}
			run(t, patience, dir, append(os.Environ(), "PORT="+port), name, args...)
		})
	}
}

func run(t *testing.T, most time.Duration, dir string, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}
