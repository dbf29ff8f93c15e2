package keyspace

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/troupe-db/troupe/shard/store"
)

// pile is a Sink that keeps what it is offered, as much as it has room for.
type pile struct {
	room      int
	chunks    []*Chunk
	abandoned bool
	later     []func()
	ended     bool
}

func (p *pile) Chunk() *Chunk     { return NewChunk() }
func (p *pile) Abandoned() bool   { return p.abandoned }
func (p *pile) Later(work func()) { p.later = append(p.later, work) }
func (p *pile) Offer(c *Chunk, _ time.Duration) bool {
	if p.room == 0 {
		return false
	}
	p.room--
	p.ended = p.ended || c.Last
	p.chunks = append(p.chunks, c)
	return true
}

// slots is an Object that is changed in place.
type slots struct{ text []byte }

func (s *slots) Bytes() int64   { return int64(len(s.text)) }
func (s *slots) Clone() Object  { return &slots{text: append([]byte(nil), s.text...)} }
func (s *slots) Freeze() Object { return s.Clone() }

// describe says what a key holds.
func describe(v Value, expiry int64) string {
	text := v.Record
	if o, ok := v.Object.(*slots); ok {
		text = o.text
	}
	return fmt.Sprintf("%v %v %d %d %x", v.Type, v.Encoding, expiry, len(text), text[:min(len(text), 40)])
}

// world is a keyspace that random changes are made to.
type world struct {
	t   *testing.T
	ks  *Keyspace
	rng *rand.Rand
}

const worldDBs = 3

func (w *world) key() Key {
	name := fmt.Sprintf("key:%d", w.rng.IntN(60))
	if w.rng.IntN(20) == 0 {
		name += string(make([]byte, 300)) // the long form of a record
	}
	return key(w.ks, w.rng.IntN(worldDBs), name)
}

// bytes returns random bytes, now and then more than fit a record.
func (w *world) bytes() []byte {
	n := w.rng.IntN(80)
	if w.rng.IntN(10) == 0 {
		n = 33<<10 + w.rng.IntN(1000)
	}
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(w.rng.Uint32())
	}
	return p
}

func (w *world) expiry() int64 {
	if w.rng.IntN(3) == 0 {
		return w.ks.Now + int64(w.rng.IntN(50))
	}
	return NoExpire
}

// change makes one random change.
func (w *world) change() {
	k := w.key()
	e := k.Write()
	switch n := w.rng.IntN(24); {
	case n < 6 || !e.Exists() && n < 18:
		p := w.bytes()
		copy(k.Put(e, String, Raw, len(p), w.expiry()).Bytes(), p)
	case n < 8:
		k.PutObject(e, List, Quicklist, &slots{w.bytes()}, w.expiry())
	case n < 14 && e.Exists():
		w.alter(e)
	case n < 17 && e.Exists():
		e.Delete()
	case n == 17:
		w.ks.Now += int64(w.rng.IntN(20))
		w.ks.ExpireStep()
	case n == 18:
		for range 3 {
			w.ks.Tidy(4)
		}
	case n == 19 && w.rng.IntN(3) == 0:
		_, release := w.ks.DB(w.rng.IntN(worldDBs)).Flush()
		release()
	case n == 20:
		w.ks.Swap(w.rng.IntN(worldDBs), w.rng.IntN(worldDBs))
	case n == 21:
		w.ks.DB(w.rng.IntN(worldDBs)).Random()
	case n == 22:
		if e := k.Glance(); e.Exists() { // not through Write
			e = e.SetExpiry(w.expiry())
			e.Alter()
			w.alter(e)
		}
	default:
		w.rename(e)
	}
}

// alter changes what e holds in place.
func (w *world) alter(e Entry) {
	if o, ok := e.Object().(*slots); ok {
		before := o.Bytes()
		o.text = append(o.text, w.bytes()...)
		if len(o.text) > 0 {
			o.text[w.rng.IntN(len(o.text))]++
		}
		e.Changed(o.Bytes() - before)
		if w.rng.IntN(4) == 0 {
			e.Demote(Raw, 7)
		}
		return
	}
	if p := e.Bytes(); len(p) > 0 {
		p[w.rng.IntN(len(p))]++
	}
	e = e.Resize(len(e.Bytes()) + w.rng.IntN(20))
	if w.rng.IntN(4) == 0 {
		e = e.Resize(3)
	}
	if w.rng.IntN(4) == 0 {
		e.Promote(Hashtable, &slots{w.bytes()})
	}
}

// rename moves the value of e to another key.
func (w *world) rename(e Entry) {
	if !e.Exists() {
		return
	}
	to := w.key()
	old := to.Write()
	if old.Exists() && old.ref == e.ref {
		return
	}
	if o := e.Object(); o != nil {
		to.PutObject(old, e.Type(), e.Encoding(), o, e.Expiry())
	} else {
		p := append([]byte(nil), e.Bytes()...)
		copy(to.Put(old, e.Type(), e.Encoding(), len(p), e.Expiry()).Bytes(), p)
	}
	e.Delete()
}

// contents describes every key there is, expired ones too.
func (w *world) contents() map[string]string {
	all := map[string]string{}
	w.ks.Each(func(db *DB) {
		for cursor := uint64(0); ; {
			cursor = db.store.Scan(cursor, 100, func(r store.Ref) {
				e := Entry{db: db, ref: r}
				all[fmt.Sprintf("%d %s", db.Number, db.store.Key(r))] = describe(e.Value(), e.Expiry())
			})
			if cursor == 0 {
				return
			}
		}
	})
	return all
}

// TestCapture cuts at random moments and makes random changes while the walk goes on:
// what is captured is what there was at the cut, whatever the store, the database and
// the key went through since.
func TestCapture(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := &world{t: t, ks: open(t), rng: rand.New(rand.NewPCG(seed, 0))}
	for round := range 100 {
		for range w.rng.IntN(400) {
			w.change()
		}
		want, sink := w.contents(), &pile{}
		w.ks.Capture(sink)
		abandon := w.rng.IntN(10) == 0
		for steps := 0; w.ks.Capturing(); steps++ {
			for range w.rng.IntN(30) {
				w.change()
			}
			sink.room = w.rng.IntN(3)
			sink.abandoned = abandon && steps > 2
			w.ks.CaptureStep(w.rng.IntN(40), 0)
		}
		for range w.rng.IntN(100) {
			w.change() // what was captured is still read
		}
		if !abandon {
			w.compare(round, want, sink)
		}
		if !sink.ended {
			t.Fatal("no last chunk")
		}
		w.ks.EndCapture()
		for _, work := range sink.later {
			work()
		}
	}
}

func (w *world) compare(round int, want map[string]string, sink *pile) {
	w.t.Helper()
	got := map[string]string{}
	for _, c := range sink.chunks {
		c.Each(func(k *Captured) {
			name := fmt.Sprintf("%d %s", k.DB, k.Key)
			if _, twice := got[name]; twice {
				w.t.Fatalf("round %d: %q was captured twice", round, name)
			}
			got[name] = describe(k.Value, k.Expiry)
		})
	}
	for name, is := range want {
		if got[name] != is {
			w.t.Fatalf("round %d: %q is %q, and was %q at the cut", round, name, got[name], is)
		}
	}
	if len(got) != len(want) {
		w.t.Fatalf("round %d: %d keys were captured, there were %d", round, len(got), len(want))
	}
}

// TestBacklogIsKept sees that nothing is lost when the sink takes nothing.
func TestBacklogIsKept(t *testing.T) {
	ks := open(t)
	const keys = 4
	for i := range keys {
		k := key(ks, 0, fmt.Sprint(i))
		k.Put(k.Write(), String, Raw, 20<<10, NoExpire)
	}
	sink := &pile{}
	ks.Capture(sink)
	for i := range keys {
		k := key(ks, 0, fmt.Sprint(i))
		k.Write().Delete()
	}
	if done := ks.CaptureStep(100, 0); done || len(sink.chunks) > 0 {
		t.Fatalf("the walk of a store that is empty now: done %v, %d chunks", done, len(sink.chunks))
	}
	for range 5 {
		ks.CaptureStep(100, 0)
	}
	if !ks.Capturing() {
		t.Fatal("the capture has ended though nobody took anything")
	}
	sink.room = 10
	for ks.Capturing() {
		ks.CaptureStep(100, 0)
	}
	n := 0
	for _, c := range sink.chunks {
		c.Each(func(k *Captured) {
			if len(k.Value.Record) != 20<<10 {
				t.Errorf("%q has %d bytes", k.Key, len(k.Value.Record))
			}
			n++
		})
	}
	if n != keys {
		t.Errorf("%d keys", n)
	}
}

// TestWriteAllocatesNothing holds the hooks to costing nothing while no snapshot is
// under way.
func TestWriteAllocatesNothing(t *testing.T) {
	ks := open(t)
	k := key(ks, 0, "k")
	put(ks, 0, "k", NoExpire)
	if n := testing.AllocsPerRun(100, func() {
		e := k.Write()
		e.SetInt(3)
		k.Put(e, String, Int, 8, NoExpire)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
