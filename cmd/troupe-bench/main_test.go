package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
