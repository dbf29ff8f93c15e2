package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/bench"
)

// TestRun holds the program to its exit codes and to what it says.
func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
		want string // in what it writes
	}{
		"list":        {[]string{"--list"}, 0, "longest-set"},
		"help":        {[]string{"--help"}, 0, "redis-benchmark"},
		"flag":        {[]string{"--nonsense"}, exitUsage, "nonsense"},
		"argument":    {[]string{"set-p1"}, exitUsage, "set-p1"},
		"name":        {[]string{"--name", "a/b"}, exitUsage, "a/b"},
		"server":      {[]string{"--server", "x"}, exitUsage, "name=path,"},
		"row":         {[]string{"--troupe", "true", "--redis", "true", "--benchmark", "true", "--only", "nothing"}, exitUsage, "nothing"},
		"binary":      {[]string{"--troupe", "no-such-binary"}, exitFailed, "no-such-binary"},
		"peer":        {[]string{"--troupe", "true", "--valkey", "no-such-peer"}, exitFailed, "no-such-peer"},
		"no rival":    {[]string{"--troupe", "true", "--redis", "", "--valkey", ""}, exitFailed, "nothing else to compare with"},
		"not servers": {[]string{"--troupe", "true", "--redis", "true", "--benchmark", "true", "--only", "set-p1", "--quick"}, exitFailed, "cannot start troupe"},
	} {
		var out bytes.Buffer
		if code := run(context.Background(), c.args, &out, &out); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d, want %d with %q in\n%s", name, code, c.code, c.want, &out)
		}
	}
}

// TestReport measures the cheapest row and looks for the files.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	args := []string{"--troupe", "redis-server", "--only", "longest-set", "--quick", "--out", dir, "--name", "x"}
	if code := run(context.Background(), args, &out, &out); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &out)
	}
	for _, file := range []string{"x.md", "x.json"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Error(err)
		}
	}
}

// TestPeers measures a row with a valkey-server on the PATH, which is redis-server
// under that name, and without one; memcached is on neither.
func TestPeers(t *testing.T) {
	redis, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal(err)
	}
	client, err := exec.LookPath("redis-benchmark")
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	t.Setenv("PATH", path)
	for name, script := range map[string]string{"redis-server": redis, "redis-benchmark": client} {
		if err := os.Symlink(script, filepath.Join(path, name)); err != nil {
			t.Fatal(err)
		}
	}
	measured := func() *bench.Report {
		t.Helper()
		dir := t.TempDir()
		var out bytes.Buffer
		args := []string{"--troupe", "redis-server", "--only", "memory-16-16", "--quick", "--out", dir, "--name", "x"}
		if code := run(context.Background(), args, &out, &out); code != 0 {
			t.Fatalf("exit code %d\n%s", code, &out)
		}
		text, err := os.ReadFile(filepath.Join(dir, "x.json"))
		if err != nil {
			t.Fatal(err)
		}
		var r bench.Report
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		return &r
	}
	names := func(r *bench.Report) string {
		var list []string
		for _, f := range r.Results[0].Metrics[0].Figures {
			list = append(list, f.Server)
		}
		return strings.Join(list, " ")
	}
	if r := measured(); names(r) != "troupe redis" || !slices.Equal(r.Absent, []string{"valkey-server", "memcached"}) {
		t.Errorf("without valkey-server: measured %s, absent %q", names(r), r.Absent)
	}
	script := "#!/bin/sh\nexec " + redis + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(path, "valkey-server"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if r := measured(); names(r) != "troupe redis valkey" || !slices.Equal(r.Absent, []string{"memcached"}) {
		t.Errorf("with valkey-server: measured %s, absent %q", names(r), r.Absent)
	}
}
