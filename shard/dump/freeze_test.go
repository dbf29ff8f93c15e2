package dump

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// frozen is a value as it was, and what DUMP made of it then.
type frozen struct {
	value   keyspace.Value
	now     int64
	payload string
}

func freeze(t *testing.T, h *commandtest.Harness, key string) frozen {
	v := h.Key(key).Glance().Value()
	v.Record = bytes.Clone(v.Record)
	if v.Object != nil {
		v.Object = v.Object.Freeze()
	}
	return frozen{v, h.Now(), dump(t, h, key)}
}

// TestFrozen writes values of every type as they were some time ago.
func TestFrozen(t *testing.T) {
	const seed = 17
	t.Logf("seed %d", seed)
	h := newHarness(t, 1)
	rng := rand.New(rand.NewPCG(seed, seed))
	for round := range 12 {
		for _, typ := range types {
			h.Clear()
			var views []frozen
			for range 6 {
				fill(h, rng, typ, "from", 1+rng.IntN(400))
				views = append(views, freeze(t, h, "from"))
				use(h.Do, "from")
				if h.Do("EXISTS", "from") == ":0\r\n" {
					break
				}
				views = append(views, freeze(t, h, "from"))
			}
			h.Do("DEL", "from")
			for age, v := range views {
				w := rdb.NewPayload()
				if !WriteValue(w, v.value, v.now) || string(w.Payload()) != v.payload {
					t.Fatalf("%s, round %d: view %d is written as something else", typ, round, age)
				}
			}
		}
	}
}

// largest is a file that notes how much it is given at a time.
type largest struct{ size int }

func (l *largest) Write(p []byte) (int, error) {
	l.size = max(l.size, len(p))
	return len(p), nil
}

// TestPieces checks that large values go to a file in small pieces.
func TestPieces(t *testing.T) {
	h := newHarness(t, 1)
	const most = 100 << 10
	for name, add := range map[string]string{
		"list": "RPUSH k %d", "set": "SADD k text%d", "numbers": "SADD k %d", "zset": "ZADD k 1 %d",
		"hash": "HSET k %d %[1]d", "timed": "HSETEX k PX 100000 FIELDS 1 %d %[1]d", "stream": "XADD k %d-1 f v",
	} {
		h.Clear()
		for i := range 60_000 {
			if reply := h.Dof(add, i+1); reply[0] == '-' {
				t.Fatal(name, reply)
			}
		}
		var file largest
		w := rdb.NewWriter(&file, rdb.NewestVersion)
		w.Key(&rdb.Entry{Key: []byte("k"), ExpireAt: rdb.None, Idle: rdb.None, Freq: rdb.None})
		if !WriteValue(w, freeze(t, h, "k").value, h.Now()) {
			t.Fatal(name, "is not written")
		}
		if err := w.End(); err != nil || file.size == 0 || file.size > most {
			t.Error(name, "is written", file.size, "bytes at a time,", fmt.Sprint(err))
		}
	}
}
