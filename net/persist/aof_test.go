package persist_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
	"github.com/troupe-db/troupe/shard/disk"
)

// ready waits until a server has loaded its data and begun its append-only file.
func ready(t *testing.T, c speaker) {
	t.Helper()
	for range 4000 {
		v, err := c.Do("INFO", "persistence")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(v.Str, "\nloading:0") && !strings.Contains(v.Str, "aof_rewrite_in_progress:1") &&
			!strings.Contains(v.Str, "aof_rewrite_scheduled:1") {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the server does not get ready")
}

// appending starts a server with an append-only file.
func appending(t *testing.T, dir string, args ...string) (*inprocess.Server, *inprocess.Conn) {
	t.Helper()
	s := inprocess.Start(t, append([]string{"--dir", dir, "--save", "", "--appendonly", "yes"}, args...)...)
	c := s.Dial(t)
	ready(t, c)
	return s, c
}

// copied returns a folder with what another has, as a crash of the server would leave it.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// parts returns the paths of the parts whose names end so.
func parts(t *testing.T, dir, ending string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*"+ending))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAOFIsPlayedBack(t *testing.T) {
	rng := random(t)
	for _, preamble := range []string{"yes", "no"} {
		dir := t.TempDir()
		want := ""
		for i, shards := range []string{"1", "3", "2", "5"} {
			s, c := appending(t, dir, "--shards", shards, "--aof-use-rdb-preamble", preamble)
			if got := say(t, c, "DEBUG", "DIGEST"); want != "" && got != want {
				t.Fatalf("with %s shards and preamble %s the digest is %s, and was %s", shards, preamble, got, want)
			}
			d := &dataset{rng: rng, large: true}
			fill(t, d, c, 400)
			if i%2 == 0 {
				say(t, c, "BGREWRITEAOF")
				fill(t, d, c, 200)
				ready(t, c)
			}
			fill(t, d, c, 100)
			say(t, c, "SELECT", "3")
			say(t, c, "MSET", "a", "1", "b", "2", "c", "3")
			say(t, c, "WAITAOF", "1", "0", "0")
			want = say(t, c, "DEBUG", "DIGEST")
			dir = copied(t, dir)
			s.StopInTime(t)
		}
	}
}

func TestAOFGoesToRedis(t *testing.T) {
	rng := random(t)
	for _, preamble := range []string{"yes", "no"} {
		dir := t.TempDir()
		s, c := appending(t, dir, "--rdb-version", "10", "--aof-use-rdb-preamble", preamble, "--aof-timestamp-enabled", "yes", "--appendfsync", "always")
		d := &dataset{rng: rng, old: true, large: true}
		fill(t, d, c, 400)
		say(t, c, "BGREWRITEAOF")
		fill(t, d, c, 300)
		ready(t, c)
		want := say(t, c, "DEBUG", "DIGEST")
		if preamble == "no" {
			dir = copied(t, dir) // with the fill behind its end
		}
		s.StopInTime(t)
		out, err := exec.Command("redis-check-aof", filepath.Join(dir, "appendonlydir", "appendonly.aof.manifest")).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "All AOF files and manifest are valid") {
			t.Errorf("redis-check-aof: %v\n%s", err, out)
		}
		r := servertest.Redis(t, "--dir", dir, "--appendonly", "yes")
		rc := dial(t, r)
		if got := say(t, rc, "DEBUG", "DIGEST"); got != want {
			t.Errorf("preamble %s: in redis the digest is %s, here %s", preamble, got, want)
		}
		// What redis appends is read here again.
		d.fill(t, rc, 300, func() error { _, err := rc.Read(); return err })
		want = say(t, rc, "DEBUG", "DIGEST")
		if v, err := rc.Do("SHUTDOWN"); err == nil {
			t.Fatalf("redis does not end: %s", v)
		}
		_ = r.Exit()
		_, c = appending(t, dir)
		if got := say(t, c, "DEBUG", "DIGEST"); got != want {
			t.Errorf("preamble %s: after redis the digest is %s, in redis %s", preamble, got, want)
		}
	}
}

func TestAOFComesFromRedis(t *testing.T) {
	rng := random(t)
	for _, preamble := range []string{"yes", "no"} {
		dir := t.TempDir()
		r := servertest.Redis(t, "--dir", dir, "--appendonly", "yes", "--aof-use-rdb-preamble", preamble, "--aof-timestamp-enabled", "yes")
		c := dial(t, r)
		d := &dataset{rng: rng, old: true, large: true}
		read := func() error { _, err := c.Read(); return err }
		d.fill(t, c, 400, read)
		say(t, c, "BGREWRITEAOF")
		ready(t, c)
		d.fill(t, c, 300, read)
		say(t, c, "SELECT", "0")
		say(t, c, "EVAL", "redis.call('set', KEYS[1], ARGV[1]) return redis.call('rpush', KEYS[2], 1, 2, 3)", "2", "from:script", "list:script", "x")
		want := say(t, c, "DEBUG", "DIGEST")
		if v, err := c.Do("SHUTDOWN"); err == nil {
			t.Fatalf("redis does not end: %s", v)
		}
		_ = r.Exit()
		old := single(t, dir)
		for what, from := range map[string]string{"the folder": dir, "a single file": old} {
			_, c := appending(t, from)
			if got := say(t, c, "DEBUG", "DIGEST"); got != want {
				t.Errorf("preamble %s: from %s the digest is %s, in redis %s", preamble, what, got, want)
			}
		}
	}
}

// single makes of a folder's parts the one file that Redis had before 7.
func single(t *testing.T, dir string) string {
	t.Helper()
	var all []byte
	for _, name := range append(parts(t, dir, ".base.*"), parts(t, dir, ".incr.aof")...) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	old := t.TempDir()
	if err := os.WriteFile(filepath.Join(old, "appendonly.aof"), all, 0o600); err != nil {
		t.Fatal(err)
	}
	return old
}

// TestOldRequestsArePlayedBack has a file with what Redis has written in older versions.
func TestOldRequestsArePlayedBack(t *testing.T) {
	dir := t.TempDir()
	var all strings.Builder
	for _, words := range [][]string{
		{"SELECT", "0"},
		{"SET", "a", "1"},
		{"EVAL", "return redis.call('set', KEYS[1], 'e')", "1", "evaled"},
		{"FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys) return redis.call('set', keys[1], 'f') end)"},
		{"FCALL", "f", "1", "called"},
		{"MULTI"},
		{"INCR", "a"},
		{"INCR", "b"},
		{"EXEC"},
		{"SWAPDB", "0", "1"},
		{"PEXPIREAT", "a", "1"},
		{"SET", "gone", "x", "PXAT", "99999999999999"},
		{"SETEX", "d", "100000", "v"},
	} {
		all.WriteString(servertest.Encode(words))
	}
	if err := os.WriteFile(filepath.Join(dir, "appendonly.aof"), []byte(all.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, c := appending(t, dir, "--shards", "3")
	say(t, c, "SELECT", "1")
	for key, want := range map[string]string{"a": `"2"`, "b": `"1"`, "evaled": `"e"`, "called": `"f"`} {
		if got := say(t, c, "GET", key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	say(t, c, "FCALL", "f", "1", "again")
}

// TestAOFThatIsTorn cuts the last part off at random places: the server starts with
// what was whole, and keeps the rest beside it.
func TestAOFThatIsTorn(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	s, c := appending(t, dir)
	for i := range 200 {
		say(t, c, "RPUSH", "numbers", strconv.Itoa(i))
	}
	s.StopInTime(t)
	whole, err := os.ReadFile(parts(t, dir, ".incr.aof")[0])
	if err != nil {
		t.Fatal(err)
	}
	for range 12 {
		dir := copied(t, dir)
		name := parts(t, dir, ".incr.aof")[0]
		cut := 1 + rng.IntN(len(whole)-1)
		if err := os.Truncate(name, int64(cut)); err != nil {
			t.Fatal(err)
		}
		most, least := pushedBefore(whole[:cut])
		s, c := appending(t, dir)
		got := say(t, c, "LLEN", "numbers")
		if n, _ := strconv.Atoi(got); n != least && n != most {
			t.Errorf("cut at %d: %s numbers, neither %d nor %d", cut, got, least, most)
		}
		s.StopInTime(t)
		kept, err := os.ReadFile(name + ".torn")
		left, _ := os.ReadFile(name)
		if err == nil && !bytes.Equal(append(bytes.Clone(left[:cut-len(kept)]), kept...), whole[:cut]) {
			t.Errorf("cut at %d: what was dropped is not kept", cut)
		}
	}
	refused := copied(t, dir)
	if err := os.Truncate(parts(t, refused, ".incr.aof")[0], int64(len(whole)-3)); err != nil {
		t.Fatal(err)
	}
	refusesAOF(t, refused, "aof-load-truncated is no", "--aof-load-truncated", "no")
}

// TestTornTwice cuts a file off twice: what was dropped first is still there.
func TestTornTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "part")
	for _, c := range []struct{ content, kept, name string }{
		{"whole first", "first", path + ".torn"},
		{"whole second", "second", path + "-2.torn"},
		{"whole third", "third", path + "-3.torn"},
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		name, err := persist.CutTail(disk.OS{}, path, int64(len("whole ")), int64(len(c.content)))
		if err != nil || name != c.name {
			t.Fatalf("kept in %s, want %s (%v)", name, c.name, err)
		}
	}
	for name, want := range map[string]string{
		path: "whole ", path + ".torn": "first", path + "-2.torn": "second", path + "-3.torn": "third",
	} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s holds %q, want %q (%v)", name, got, want, err)
		}
	}
}

// pushedBefore returns how many pushes stand before the last checksum of a part, which
// may be cut off itself, and how many before the one in front of it. What one moment
// brought is one group, however many pushes that are.
func pushedBefore(part []byte) (last, before int) {
	checksum, push := []byte("#CRC32C:"), []byte("RPUSH")
	end := max(bytes.LastIndex(part, checksum), 0)
	last = bytes.Count(part[:end], push)
	end = max(bytes.LastIndex(part[:end], checksum), 0)
	return last, bytes.Count(part[:end], push)
}

// TestAOFThatIsDamaged flips bits of parts that were durable: the server does not
// start, says why, and leaves the files as they are.
func TestAOFThatIsDamaged(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	s, c := appending(t, dir, "--appendfsync", "always")
	for i := range 100 {
		say(t, c, "RPUSH", "numbers", strconv.Itoa(i))
	}
	s.StopInTime(t)
	for range 10 {
		dir := copied(t, dir)
		name := parts(t, dir, ".incr.aof")[0]
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		content[rng.IntN(len(content)*9/10)] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refusesAOF(t, dir, "damaged", "--appendfsync", "always")
		if left, err := os.ReadFile(name); err != nil || !bytes.Equal(left, content) {
			t.Fatalf("the damaged file was changed: %v", err)
		}
	}
	base := copied(t, dir)
	if err := os.Remove(parts(t, base, ".base.rdb")[0]); err != nil {
		t.Fatal(err)
	}
	refusesAOF(t, base, "is not there")
	manifest := copied(t, dir)
	if err := os.WriteFile(parts(t, manifest, ".manifest")[0], []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refusesAOF(t, manifest, "line 1 of the manifest")
	unknown := copied(t, dir)
	f, err := os.OpenFile(parts(t, unknown, ".incr.aof")[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("*1\r\n$7\r\nUNKNOWN\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	refusesAOF(t, unknown, "the command 'UNKNOWN' is unknown")
}

// refusesAOF fails the test unless a server does not start on a folder, and says why.
func refusesAOF(t *testing.T, dir, why string, args ...string) {
	t.Helper()
	s := begin(t, dir, append([]string{"--appendonly", "yes"}, args...)...)
	select {
	case err := <-s.Loaded():
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("loading ends with %v, want an error with %q", err, why)
		}
	case <-time.After(20 * time.Second):
		t.Error("the loading does not end")
	}
	s.Stop()
}

// TestAOFIsSwitchedOnAndOff has a server keep a file for some of its life.
func TestAOFIsSwitchedOnAndOff(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	s := inprocess.Start(t, "--dir", dir, "--save", "")
	c := s.Dial(t)
	d := &dataset{rng: rng}
	fill(t, d, c, 100)
	for range 2 {
		say(t, c, "CONFIG", "SET", "appendonly", "yes")
		fill(t, d, c, 100)
		say(t, c, "WAITAOF", "1", "0", "0")
		want := say(t, c, "DEBUG", "DIGEST")
		other, oc := appending(t, copied(t, dir))
		if got := say(t, oc, "DEBUG", "DIGEST"); got != want {
			t.Errorf("the file makes %s, the server has %s", got, want)
		}
		other.StopInTime(t)
		say(t, c, "CONFIG", "SET", "appendonly", "no")
		fill(t, d, c, 50)
		for strings.Contains(say(t, c, "INFO", "persistence"), "aof_enabled:1") {
			time.Sleep(5 * time.Millisecond)
		}
	}
	s.StopInTime(t)
}
