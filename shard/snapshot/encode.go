package snapshot

import (
	"io"
	"runtime"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// encoder writes what the shards have captured. It runs on one goroutine.
type encoder struct {
	snapshot *Snapshot
	w        *rdb.Writer
	db       int    // selected, -1 for none
	sized    []bool // by number: the size of the database was told
	entry    rdb.Entry
	clock    keyspace.Clock
	keys     int64
}

// encode writes the whole file, and ends the snapshot.
func (s *Snapshot) encode(out io.Writer) {
	defer close(s.done)
	e := &encoder{
		snapshot: s, w: rdb.NewWriter(out, s.version()), db: -1,
		sized: make([]bool, len(s.cut.dbs)), clock: s.cut.clock,
	}
	e.w.Compress(!s.options.Plain)
	e.w.Sum(!s.options.NoSum)
	for _, aux := range s.options.Aux {
		e.w.Aux(aux.Key, aux.Value)
	}
	for _, code := range s.cut.functions {
		e.w.Function(code)
	}
	for ends := 0; ends < s.options.Troupe.Shards(); {
		c := s.sink.next()
		if c.Last {
			ends++
			continue
		}
		began := time.Now()
		e.chunk(c)
		if s.spares() {
			time.Sleep(time.Since(began))
		}
	}
	s.options.Troupe.EndCapture()
	s.finish(e.w)
}

// spareBelow is how many bytes of each shard may wait for an encoder that rests.
const spareBelow = 4 << 20

// spares tells whether the encoder is to rest for as long as it has worked: while
// clients want the processors, unless so much waits that those who change keys would
// soon be slowed down.
func (s *Snapshot) spares() bool {
	troupe := s.options.Troupe
	return troupe.Pressed() && !s.cancelled.Load() && s.sink.waiting.Load() < int64(troupe.Shards())*spareBelow
}

// finish ends the file.
func (s *Snapshot) finish(w *rdb.Writer) {
	if s.cancelled.Load() && w.Err() == nil {
		s.err = ErrCancelled
		return
	}
	s.err = w.End()
}

// chunk writes the keys of a chunk, unless nobody wants them any more, and lets others
// have the processor then: on a busy machine nothing else would for 10 ms.
func (e *encoder) chunk(c *keyspace.Chunk) {
	s := e.snapshot
	s.backlog.Store(max(s.backlog.Load(), s.sink.waiting.Load()))
	if !s.cancelled.Load() {
		c.Each(e.key)
		s.keys.Store(e.keys)
		if e.w.Err() != nil {
			s.cancelled.Store(true)
		}
	}
	s.sink.giveBack(c)
	runtime.Gosched()
}

// key writes a key with its value.
func (e *encoder) key(k *keyspace.Captured) {
	if k.DB != e.db {
		e.selectDB(k.DB)
	}
	e.entry = rdb.Entry{Key: k.Key, ExpireAt: k.Expiry, Idle: rdb.None, Freq: rdb.None}
	switch c := &e.snapshot.cut; {
	case c.lru:
		e.entry.Idle = e.clock.IdleSeconds(k.Access)
	case c.lfu:
		e.entry.Freq = int(e.clock.Frequency(k.Access))
	}
	e.w.Key(&e.entry)
	dump.WriteValue(e.w, k.Value, e.snapshot.cut.now)
	e.keys++
}

// selectDB says which database the keys that follow are in, and the first time how
// many it has.
func (e *encoder) selectDB(number int) {
	e.db = number
	if e.sized[number] {
		e.w.Select(number)
		return
	}
	e.sized[number] = true
	size := e.snapshot.cut.dbs[number]
	e.w.SelectDB(number, size.keys, size.expires)
}
