package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/rdb"
)

// put writes a file into a folder and returns its path.
func put(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// part returns some groups.
func part(groups int) []byte {
	var file []byte
	for range groups {
		g := append(aof.OpenGroup(nil), "*2\r\n$4\r\nINCR\r\n$1\r\nk\r\n"...)
		file = append(file, aof.CloseGroup(g, int64(len(file)), int64(len(file)))...)
	}
	return file
}

func snapshotFile(t *testing.T) []byte {
	t.Helper()
	var out strings.Builder
	w := rdb.NewWriter(&out, rdb.Redis70Version)
	w.SelectDB(0, 1, 0)
	w.Key(&rdb.Entry{Key: []byte("k"), ExpireAt: rdb.None, Idle: rdb.None, Freq: rdb.None})
	w.Text([]byte("v"))
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return []byte(out.String())
}

func check(args ...string) (code int, said string) {
	var out strings.Builder
	code = run(args, &out, &out)
	return code, out.String()
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	whole := part(5)
	harmed := append([]byte(nil), whole...)
	harmed[40]++
	put(t, dir, "a.1.base.rdb", snapshotFile(t))
	put(t, dir, "a.1.incr.aof", whole)
	for name, c := range map[string]struct {
		path string
		code int
		says string
	}{
		"a part":        {put(t, dir, "whole", whole), 0, "5 requests"},
		"a snapshot":    {put(t, dir, "rdb", snapshotFile(t)), 0, "with 1 keys"},
		"a preamble":    {put(t, dir, "both", append(snapshotFile(t), part(0)...)), 0, "0 requests"},
		"a torn part":   {put(t, dir, "torn", whole[:len(whole)-9]), 1, "not written to its end"},
		"a harmed part": {put(t, dir, "harmed", harmed), 1, "sound again"},
		"half an RDB":   {put(t, dir, "half", snapshotFile(t)[:12]), 1, "snapshot is damaged"},
		"a manifest":    {put(t, dir, "a.manifest", []byte("file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type i\n")), 0, "names 2 parts"},
		"a gap":         {put(t, dir, "b.manifest", []byte("file none seq 1 type i\n")), 1, "not all parts are well"},
		"bad manifest":  {put(t, dir, "c.manifest", []byte("file none\n")), 1, "line 1"},
		"nothing":       {filepath.Join(dir, "nothing"), 1, "no such file"},
	} {
		if code, said := check(c.path); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s: %d, %q; want %d and %q", name, code, said, c.code, c.says)
		}
	}
	if code, said := check(); code != 1 || !strings.HasPrefix(said, "Usage") {
		t.Errorf("without a file: %d, %q", code, said)
	}
	if code, _ := check("--help"); code != 0 {
		t.Errorf("--help: %d", code)
	}
}

func TestFix(t *testing.T) {
	dir := t.TempDir()
	whole := part(3)
	path := put(t, dir, "p.1.incr.aof", append(part(3), "#GROUP:0000"...))
	manifest := put(t, dir, "p.manifest", fmt.Appendf(nil, "file %s seq 1 type i\n", filepath.Base(path)))
	if code, said := check("--fix", manifest); code != 0 || !strings.Contains(said, "cut off") {
		t.Errorf("%d, %q", code, said)
	}
	if left, err := os.ReadFile(path); err != nil || string(left) != string(whole) {
		t.Errorf("%q is left, %v", left, err)
	}
	if kept, err := os.ReadFile(path + ".torn"); err != nil || string(kept) != "#GROUP:0000" {
		t.Errorf("%q is kept, %v", kept, err)
	}
}
