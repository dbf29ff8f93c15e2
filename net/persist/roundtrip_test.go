package persist_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestReload takes random data through a file and back. What is there afterwards has
// the digest of what was there before.
func TestReload(t *testing.T) {
	rounds := many(t, "TROUPE_DATASETS", 1500, 100)
	rng := random(t)
	for _, shards := range []string{"1", "3"} {
		s := inprocess.Start(t, "--dir", t.TempDir(), "--shards", shards)
		c := s.Dial(t)
		for round := range rounds / 2 {
			d := dataset{rng: rng, large: round%50 == 0}
			fill(t, &d, c, rng.IntN(60))
			before := say(t, c, "DEBUG", "DIGEST")
			say(t, c, "DEBUG", "RELOAD")
			if after := say(t, c, "DEBUG", "DIGEST"); after != before {
				t.Fatalf("round %d: the digest is %s, and was %s", round, after, before)
			}
			say(t, c, "FLUSHALL")
		}
	}
}

// TestStart saves, and starts another server with the file, with another number of
// shards.
func TestStart(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	want := ""
	for _, shards := range []string{"1", "5", "2"} {
		s := inprocess.Start(t, "--dir", dir, "--shards", shards)
		c := s.Dial(t)
		if got := say(t, c, "DEBUG", "DIGEST"); want != "" && got != want {
			t.Errorf("with %s shards the digest is %s, and was %s", shards, got, want)
		}
		fill(t, &dataset{rng: rng, large: true}, c, 500)
		want = say(t, c, "DEBUG", "DIGEST")
		say(t, c, "SAVE")
		s.StopInTime(t)
	}
}

// TestFromRedis loads files that redis-server wrote.
func TestFromRedis(t *testing.T) {
	rng := random(t)
	for range 4 {
		dir := t.TempDir()
		r := servertest.Redis(t, "--dir", dir)
		c := dial(t, r)
		d := dataset{rng: rng, old: true, large: true}
		d.fill(t, c, 600, func() error { _, err := c.Read(); return err })
		want := say(t, c, "DEBUG", "DIGEST")
		say(t, c, "SAVE")
		s := inprocess.Start(t, "--dir", dir)
		if got := say(t, s.Dial(t), "DEBUG", "DIGEST"); got != want {
			t.Errorf("the digest is %s, in redis %s", got, want)
		}
	}
}

// TestToRedis has redis-server load files that Troupe wrote, and redis-check-rdb look
// at them.
func TestToRedis(t *testing.T) {
	rng := random(t)
	for range 4 {
		dir := t.TempDir()
		s := inprocess.Start(t, "--dir", dir, "--rdb-version", "10")
		c := s.Dial(t)
		fill(t, &dataset{rng: rng, old: true, large: true}, c, 600)
		want := say(t, c, "DEBUG", "DIGEST")
		say(t, c, "SAVE")
		checkRDB(t, filepath.Join(dir, "dump.rdb"))
		r := servertest.Redis(t, "--dir", dir)
		if got := say(t, dial(t, r), "DEBUG", "DIGEST"); got != want {
			t.Errorf("in redis the digest is %s, here %s", got, want)
		}
	}
}

// TestDamagedFiles cuts a file short and flips bits of it. Nothing of it is served
// then, and it stays as it is.
func TestDamagedFiles(t *testing.T) {
	rng := random(t)
	dir := t.TempDir()
	name := filepath.Join(dir, "dump.rdb")
	s := inprocess.Start(t, "--dir", dir)
	c := s.Dial(t)
	fill(t, &dataset{rng: rng}, c, 100)
	say(t, c, "SAVE")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		damaged := append([]byte(nil), whole...)
		if at := rng.IntN(len(whole)); i%2 == 0 {
			damaged = damaged[:at]
		} else {
			damaged[at] ^= 1 << rng.IntN(8)
		}
		if err := os.WriteFile(name, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, dir)
		if left, err := os.ReadFile(name); err != nil || string(left) != string(damaged) {
			t.Fatalf("the damaged file was changed: %v", err)
		}
	}
}

// TestFunctions keeps libraries of functions in files, as redis-server does.
func TestFunctions(t *testing.T) {
	const code = "#!lua name=mine\nredis.register_function('f', function(k, a) return a[1] end)"
	dir := t.TempDir()
	s := inprocess.Start(t, "--dir", dir, "--rdb-version", "10")
	c := s.Dial(t)
	say(t, c, "FUNCTION", "LOAD", code)
	say(t, c, "DEBUG", "RELOAD")
	if got := say(t, c, "FCALL", "f", "0", "x"); got != `"x"` {
		t.Errorf("after DEBUG RELOAD: %s", got)
	}
	say(t, c, "SAVE")
	r := dial(t, servertest.Redis(t, "--dir", dir))
	if got := say(t, r, "FCALL", "f", "0", "x"); got != `"x"` {
		t.Errorf("in redis: %s", got)
	}
	say(t, r, "FUNCTION", "LOAD", "#!lua name=yours\nredis.register_function('g', function(k, a) return a[2] end)")
	say(t, r, "SAVE")
	if got := say(t, inprocess.Start(t, "--dir", dir).Dial(t), "FCALL", "g", "0", "x", "y"); got != `"y"` {
		t.Errorf("from redis: %s", got)
	}
}
