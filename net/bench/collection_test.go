package bench

import (
	"context"
	"testing"
)

// TestCollections stores every collection in a server, reads it back, and sees
// that a change to it does not go unnoticed.
func TestCollections(t *testing.T) {
	s := start(t)
	ctx, sc := context.Background(), quickScale()
	sc.keys, sc.grouped, sc.elements = 1000, 600, 1234
	for name, c := range map[string]struct {
		load   collection
		change []string
	}{
		"keys":       {keys(16, false)(sc), []string{"SET", "key:000000000999", "other"}},
		"hashes":     {hashes(sc), []string{"HSET", "key:000000000599", "field:9", "other"}},
		"sets":       {sets(sc), []string{"SREM", "key:000000000000", "0"}},
		"sorted set": {sortedSet(sc), []string{"ZADD", largeKey, "0.5", "member:000000001233"}},
		"stream":     {stream(sc), []string{"XDEL", largeKey, "1700000000308-1"}},
	} {
		if err := s.command("FLUSHALL"); err != nil {
			t.Fatal(err)
		}
		if err := s.store(ctx, c.load, sc.fill); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.verify(ctx, c.load, sc.fill); err != nil {
			t.Errorf("%s: what was stored is not there: %v", name, err)
		}
		if err := s.command(c.change...); err != nil {
			t.Fatal(err)
		}
		if err := s.verify(ctx, c.load, sc.fill); err == nil {
			t.Errorf("%s: a change went unnoticed", name)
		}
		if err := s.store(ctx, c.load, sc.fill); err == nil && name != "keys" {
			t.Errorf("%s: it was stored twice", name)
		}
	}
}

// TestRefill fills keys for pops: what they held is gone, and what is there as
// it should be stays.
func TestRefill(t *testing.T) {
	s := start(t)
	ctx, limit := context.Background(), quickScale().fill
	for _, load := range []collection{setOf(setKey, 250), sortedSetOf(sortedSetKey, elementPrefix, 250)} {
		if err := s.command("SET", load.key, "something else"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.refill(ctx, load, limit); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.command("EXPIRE", load.key, "1000"); err != nil {
			t.Fatal(err)
		}
		if err := s.ensure(ctx, load, limit); err != nil {
			t.Fatal(err)
		}
		c, err := dial(s.addr)
		if err != nil {
			t.Fatal(err)
		}
		v, err := c.ask("TTL", load.key)
		c.close()
		if err != nil || v.Int <= 0 {
			t.Errorf("%s was filled again without need: time to live %d, %v", load.key, v.Int, err)
		}
		larger := load
		larger.there++
		if err := s.ensure(ctx, larger, limit); err == nil {
			t.Errorf("%s is too small, and nobody said so", load.key)
		}
	}
}

// start starts a redis-server that ends with the test.
func start(t *testing.T) *instance {
	t.Helper()
	b := &bench{dir: t.TempDir(), versions: map[string]string{}, scale: quickScale()}
	s, err := b.start(context.Background(), Program{Name: "redis", Path: look(t, "redis-server")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}
