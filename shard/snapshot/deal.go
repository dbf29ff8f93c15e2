package snapshot

import (
	"fmt"
	"sync/atomic"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

const (
	// handKeys and handBytes are how much goes to a shard at once.
	handKeys  = 512
	handBytes = 64 << 10
	// handsPerShard is how many hands of a shard may be under way.
	handsPerShard = 4
	// warmAhead is how many keys' memory is brought into the cache at once.
	warmAhead = 16
)

// dealer hands keys out to the shards that own them.
type dealer struct {
	loading *Loading
	hands   []*hand      // by shard: what it is given next
	free    []chan *hand // by shard: empty ones
	failed  atomic.Pointer[error]
}

// hand is keys for one shard.
type hand struct {
	cards  []card
	bytes  []byte // keys and strings of the cards
	hashes []uint64
}

// card is a key with its value.
type card struct {
	db       int
	hash     uint64
	key, end int         // of key, and of the string behind it, in bytes; key begins where the last card ends
	value    *dump.Value // nil for a string
	expireAt int64
	idle     int64
	freq     int
}

func newDealer(l *Loading) *dealer {
	n := l.Troupe.Shards()
	d := &dealer{loading: l, hands: make([]*hand, n), free: make([]chan *hand, n)}
	for i := range n {
		d.hands[i] = &hand{}
		d.free[i] = make(chan *hand, handsPerShard)
		for range handsPerShard - 1 {
			d.free[i] <- &hand{}
		}
	}
	return d
}

// deal gives a key to its shard: with a string, or with another value.
func (d *dealer) deal(e *rdb.Entry, text []byte, value *dump.Value) error {
	hash, owner := d.loading.Troupe.Locate(e.Key)
	h := d.hands[owner]
	h.bytes = append(h.bytes, e.Key...)
	key := len(h.bytes)
	h.bytes = append(h.bytes, text...)
	h.hashes = append(h.hashes, hash)
	h.cards = append(h.cards, card{
		db: e.DB, hash: hash, key: key, end: len(h.bytes), value: value,
		expireAt: e.ExpireAt, idle: e.Idle, freq: e.Freq,
	})
	if len(h.cards) < handKeys && len(h.bytes) < handBytes {
		return nil
	}
	return d.pass(owner)
}

// pass sends a shard what it was dealt.
func (d *dealer) pass(owner int) error {
	h := d.hands[owner]
	d.loading.Troupe.Visit(owner, func(ks *keyspace.Keyspace) {
		if d.failed.Load() == nil {
			if err := d.store(ks, h); err != nil {
				d.failed.CompareAndSwap(nil, &err)
			}
		}
		d.free[owner] <- h.reset()
	})
	d.hands[owner] = <-d.free[owner]
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// finish waits for the shards to have stored everything, and returns their error.
func (d *dealer) finish() error {
	for i := range d.hands {
		_ = d.pass(i)
	}
	for i := range d.hands {
		for range handsPerShard - 1 {
			<-d.free[i]
		}
	}
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// reset empties a hand for the next use.
func (h *hand) reset() *hand {
	if cap(h.bytes) > 4*handBytes {
		return &hand{}
	}
	clear(h.cards)
	h.cards, h.bytes, h.hashes = h.cards[:0], h.bytes[:0], h.hashes[:0]
	return h
}

// store stores the keys of a hand, in the shard's turn. A panic, as when memory runs
// out, ends the loading, and with it the start, rather than the process.
func (d *dealer) store(ks *keyspace.Keyspace, h *hand) (err error) {
	defer func() {
		if reason := recover(); keyspace.OutOfMemory(reason) {
			err = ErrFull
		} else if reason != nil {
			err = fmt.Errorf("snapshot: a key cannot be stored: %v", reason)
		}
	}()
	if ks.Full() {
		return ErrFull
	}
	from, stored := 0, 0
	for i := range h.cards {
		c := &h.cards[i]
		if i%warmAhead == 0 {
			ks.DB(c.db).Warm(h.hashes[i:min(i+warmAhead, len(h.hashes))])
		}
		k := ks.DB(c.db).Hashed(c.hash, h.bytes[from:c.key])
		some, failed := d.put(k, c, h.bytes[c.key:c.end])
		if failed != nil {
			return failed
		}
		if some {
			stored++
		}
		from = c.end
	}
	d.loading.Progress.Keys.Add(int64(stored))
	d.loading.Progress.Empty.Add(int64(len(h.cards) - stored))
	return nil
}

// put stores a key, and reports false when nothing of its value is left.
func (d *dealer) put(k keyspace.Key, c *card, text []byte) (some bool, err error) {
	old := k.Write()
	if old.Exists() && !d.loading.Replace {
		return false, fmt.Errorf("%w: %q of database %d", ErrTwice, clip(k.Name()), c.db)
	}
	if c.value == nil {
		str.PutUntil(k, old, text, c.expireAt)
	} else {
		if old.Exists() {
			old.Delete()
		}
		if !c.value.Store(k, c.expireAt) {
			return false, nil
		}
	}
	if c.idle != rdb.None {
		k.Glance().SetIdle(c.idle)
	}
	if c.freq != rdb.None {
		k.Glance().SetFrequency(uint8(c.freq))
	}
	return true, nil
}
