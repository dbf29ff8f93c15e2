package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/digest"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// set gives keys values, in the turns of their shards, and returns when that is done.
func set(t *shard.Troupe, values map[string]string) {
	done := make(chan struct{}, len(values))
	for name, value := range values {
		hash, owner := t.Locate([]byte(name))
		t.Visit(owner, func(ks *keyspace.Keyspace) {
			str.Put(ks.DB(0).Hashed(hash, []byte(name)), []byte(value))
			done <- struct{}{}
		})
	}
	for range values {
		<-done
	}
}

// sum returns the digest of all data.
func sum(t *shard.Troupe) (s digest.Sum) {
	t.Hold(func(spaces []*keyspace.Keyspace) { s = digest.Dataset(spaces, spaces[0].Now) })
	return s
}

func options(t *shard.Troupe) Options {
	return Options{Troupe: t, Version: rdb.DefaultVersion, Later: func(work func()) { go work() }}
}

// many returns n random values.
func many(rng *rand.Rand, n int) map[string]string {
	values := map[string]string{}
	for range n {
		values[fmt.Sprintf("key:%d", rng.IntN(2*n))] = strings.Repeat(fmt.Sprint(rng.Uint64()), rng.IntN(20)+1)
	}
	values["large"] = strings.Repeat("x", 100_000)
	return values
}

// TestCutIsKept changes everything while the snapshot is written slowly.
func TestCutIsKept(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	from, settings := troupe(t, 3)
	for range 10 {
		set(from, many(rng, 3000))
		want := sum(from)
		in, out := io.Pipe()
		var file bytes.Buffer
		copied := make(chan struct{})
		s := New(options(from))
		s.Begin(out)
		set(from, many(rng, 3000)) // nobody reads yet
		go func() {
			_, _ = file.ReadFrom(in)
			close(copied)
		}()
		set(from, many(rng, 100))
		<-s.Done()
		if err := s.Err(); err != nil {
			t.Fatal(err)
		}
		_ = out.Close()
		<-copied
		to, _ := troupe(t, 2)
		if err := Load(Loading{In: &file, Troupe: to, Settings: settings, Now: 1}); err != nil {
			t.Fatal(err)
		}
		if got := sum(to); got != want {
			t.Fatalf("the digest is %s, at the cut it was %s", got, want)
		}
	}
}

// broken is a writer that fails after some bytes.
type broken struct{ left int }

var errBroken = errors.New("broken")

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

// TestAbandoned gives snapshots up, at any time and because of errors. The next one is
// as if nothing had been.
func TestAbandoned(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	from, settings := troupe(t, 2)
	for round := range 30 {
		set(from, many(rng, 2000))
		s := New(options(from))
		if round%2 == 0 {
			s.Begin(&broken{left: rng.IntN(300_000)})
		} else {
			s.Begin(io.Discard)
			time.Sleep(time.Duration(rng.IntN(2000)) * time.Microsecond)
			s.Cancel()
		}
		set(from, many(rng, 500))
		<-s.Done()
		if err := s.Err(); err != nil && !errors.Is(err, errBroken) && !errors.Is(err, ErrCancelled) {
			t.Fatal(err)
		}
		var file bytes.Buffer
		want := sum(from)
		next := New(options(from))
		next.Begin(&file)
		if <-next.Done(); next.Err() != nil {
			t.Fatal(next.Err())
		}
		to, _ := troupe(t, 1)
		if err := Load(Loading{In: &file, Troupe: to, Settings: settings, Now: 1}); err != nil {
			t.Fatal(err)
		}
		if got := sum(to); got != want {
			t.Fatalf("round %d: the digest is %s, want %s", round, got, want)
		}
	}
}

// keyFile returns a file with some strings, each of which ends at a time.
func keyFile(t *testing.T, ends map[string]int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w := rdb.NewWriter(&out, rdb.DefaultVersion)
	w.SelectDB(0, 1, 0)
	for name, at := range ends {
		w.Key(&rdb.Entry{Key: []byte(name), ExpireAt: at, Idle: rdb.None, Freq: rdb.None})
		w.Text([]byte("v"))
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func keys(t *shard.Troupe) (n int) {
	t.Hold(func(spaces []*keyspace.Keyspace) {
		for _, space := range spaces {
			space.Each(func(db *keyspace.DB) { n += db.Len() })
		}
	})
	return n
}

func TestLoadLeavesOutWhatHasExpired(t *testing.T) {
	now := time.Now().UnixMilli()
	file := keyFile(t, map[string]int64{"past": now - 10_000, "future": now + 100_000, "never": rdb.None})
	for keep, want := range map[bool]int{false: 2, true: 3} {
		to, settings := troupe(t, 2)
		to.Hold(func(spaces []*keyspace.Keyspace) {
			for _, space := range spaces {
				space.Replaying = true
			}
		})
		p := &Progress{}
		if err := Load(Loading{In: bytes.NewReader(file), Troupe: to, Settings: settings, Now: now, Keep: keep, Progress: p}); err != nil {
			t.Fatal(err)
		}
		if n := keys(to); n != want || p.Keys.Load() != int64(want) || p.Expired.Load() != int64(3-want) {
			t.Errorf("keep %v: %d keys, %d counted, %d expired", keep, n, p.Keys.Load(), p.Expired.Load())
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	file := keyFile(t, map[string]int64{"k": rdb.None})
	var twice, far bytes.Buffer
	w := rdb.NewWriter(&twice, rdb.DefaultVersion)
	for range 2 {
		w.Key(&rdb.Entry{Key: []byte("k"), ExpireAt: rdb.None, Idle: rdb.None, Freq: rdb.None})
		w.Text(nil)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	w = rdb.NewWriter(&far, rdb.DefaultVersion)
	w.Select(16)
	w.Key(&rdb.Entry{Key: []byte("k"), ExpireAt: rdb.None, Idle: rdb.None, Freq: rdb.None})
	w.Text(nil)
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"a key twice": {twice.Bytes(), ErrTwice}, "a database too many": {far.Bytes(), ErrDatabase},
		"nothing": {nil, rdb.ErrCorrupt}, "half of it": {file[:len(file)/2], rdb.ErrCorrupt},
	} {
		to, settings := troupe(t, 2)
		if err := Load(Loading{In: bytes.NewReader(test.file), Troupe: to, Settings: settings}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	to, settings := troupe(t, 2)
	for range 2 {
		if err := Load(Loading{In: bytes.NewReader(file), Troupe: to, Settings: settings, Replace: true}); err != nil {
			t.Errorf("a key that may be replaced: %v", err)
		}
	}
}

// TestLoadFront reads a file that something follows.
func TestLoadFront(t *testing.T) {
	file := keyFile(t, map[string]int64{"k": rdb.None})
	rest := strings.Repeat("what follows ", 20_000)
	to, settings := troupe(t, 2)
	behind, err := LoadFront(Loading{In: io.MultiReader(bytes.NewReader(file), strings.NewReader(rest)), Troupe: to, Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(behind); err != nil || string(got) != rest {
		t.Errorf("%d bytes follow, want %d: %v", len(got), len(rest), err)
	}
}

// FuzzLoad loads anything. It is refused or loaded, and what was loaded can be saved.
func FuzzLoad(f *testing.F) {
	seed := func(write func(w *rdb.Writer)) {
		var out bytes.Buffer
		w := rdb.NewWriter(&out, rdb.NewestVersion)
		w.Sum(false)
		w.SelectDB(0, 1, 0)
		w.Key(&rdb.Entry{Key: []byte("k"), ExpireAt: 1 << 50, Idle: 5, Freq: rdb.None})
		write(w)
		_ = w.End()
		f.Add(out.Bytes())
	}
	seed(func(w *rdb.Writer) { w.Text([]byte("text")) })
	seed(func(w *rdb.Writer) { w.Set(2); w.Member([]byte("a")); w.Member([]byte("b")) })
	seed(func(w *rdb.Writer) { w.SortedSet(2); w.Scored([]byte("a"), 2); w.Scored([]byte("b"), 1) })
	seed(func(w *rdb.Writer) { w.Hash(1); w.Field([]byte("f"), []byte("v")) })
	seed(func(w *rdb.Writer) { w.TimedHash(1, 1<<45); w.TimedField([]byte("f"), []byte("v"), 1<<45, 1<<45) })
	to, settings := troupe(f, 2) // one for all: address space is kept, not given back
	f.Fuzz(func(t *testing.T, file []byte) {
		to.Hold(func(spaces []*keyspace.Keyspace) {
			for _, space := range spaces {
				space.Each(func(db *keyspace.DB) { _, release := db.Flush(); release() })
			}
		})
		err := Load(Loading{In: bytes.NewReader(file), Troupe: to, Settings: settings, Now: 1000})
		s := New(options(to))
		s.Begin(io.Discard)
		if <-s.Done(); s.Err() != nil {
			t.Errorf("after %v: %v", err, s.Err())
		}
	})
}
