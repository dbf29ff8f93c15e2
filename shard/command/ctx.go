package command

import (
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Ctx is what a handler works with: the request, the keys it holds, and the
// reply. It is valid for one call.
type Ctx struct {
	resp.Writer // the reply

	Args     [][]byte           // the request; Args[0] is the command's name
	Now      int64              // unix milliseconds, fixed for the turn
	Settings *keyspace.Settings // fixed for the turn
	Number   int                // the database the client has selected

	hasher keyhash.Hasher
	held   []*keyspace.Keyspace // by shard; nil where the shard is not held
	own    *keyspace.Keyspace   // the only one held, or nil when several are
	db     *keyspace.DB         // Number in own
	first  int                  // argument whose hash is known, 0 for none
	hash   uint64
	block  *Block
	later  []func()
	stated bool // the handler has said itself what it has done

	// Lent takes what long values lend to the reply; nil where a reply holds all of its
	// bytes itself.
	Lent *[]resp.Lent
}

// Hold prepares the Ctx for a turn that holds one shard.
func (c *Ctx) Hold(h keyhash.Hasher, ks *keyspace.Keyspace) {
	c.hasher, c.own, c.held = h, ks, nil
	c.Now, c.Settings = ks.Now, ks.Settings
}

// HoldAll prepares the Ctx for a turn that holds several shards: held has one
// element per shard, nil for those that are not held.
func (c *Ctx) HoldAll(h keyhash.Hasher, held []*keyspace.Keyspace) {
	c.hasher, c.own, c.held, c.db = h, nil, held, nil
	for _, ks := range held {
		if ks != nil {
			c.Now, c.Settings = ks.Now, ks.Settings
			break
		}
	}
}

// Select sets the database the client works in.
func (c *Ctx) Select(number int) {
	c.Number = number
	if c.own != nil {
		c.db = c.own.DB(number)
	}
}

// Request sets the request at hand. first is the argument whose hash is known,
// or 0.
func (c *Ctx) Request(args [][]byte, first int, hash uint64) {
	c.Args, c.first, c.hash, c.block, c.stated = args, first, hash, nil, false
}

// Key returns the key that argument i names.
func (c *Ctx) Key(i int) keyspace.Key {
	if i == c.first && c.db != nil {
		return c.db.Hashed(c.hash, c.Args[i])
	}
	return c.KeyIn(i, c.Number)
}

// KeyIn returns the key that argument i names in another database, which must
// be below Settings.Databases.
func (c *Ctx) KeyIn(i, number int) keyspace.Key {
	return c.Named(c.Args[i], number)
}

// Named returns the key called name in a database. Its shard must be held.
func (c *Ctx) Named(name []byte, number int) keyspace.Key {
	hash := c.hasher.Sum(name)
	ks := c.own
	if ks == nil {
		ks = c.held[c.hasher.Shard(name, hash)]
	}
	return ks.DB(number).Hashed(hash, name)
}

// Spaces calls fn with every shard's keyspace that is held.
func (c *Ctx) Spaces(fn func(*keyspace.Keyspace)) {
	if c.own != nil {
		fn(c.own)
		return
	}
	for _, ks := range c.held {
		if ks != nil {
			fn(ks)
		}
	}
}

// Own returns the keyspace of the only shard that is held, nil when several are.
func (c *Ctx) Own() *keyspace.Keyspace { return c.own }

// Shards returns the number of shards the whole keyspace is spread over.
func (c *Ctx) Shards() int { return c.hasher.Shards() }

// Rand returns a random number.
func (c *Ctx) Rand() uint64 {
	if ks := c.some(); ks != nil {
		return ks.Rand()
	}
	return 0
}

// Holds tells whether e is absent or of type t, and replies with the error for a
// wrong type when it is neither.
func (c *Ctx) Holds(e keyspace.Entry, t keyspace.Type) bool {
	if e.Is(t) {
		return true
	}
	c.Error(ErrWrongType)
	return false
}

// Block is what a handler asks for when it has nothing to give yet: the client
// waits for one of its keys.
type Block struct {
	Type    keyspace.Type        // a key that comes to hold this is ready
	Keys    []int                // the arguments that name the keys, in the order of preference
	Also    int                  // an argument naming a further key Serve uses, 0 for none
	Timeout time.Duration        // 0 waits for ever
	Gone    bool                 // also served when a key goes or comes to hold something else
	Ready   func(*Ctx, int) bool // whether that key has something for this client; nil: it always has
	Serve   func(*Ctx, int)      // replies from the key that argument names; it is there and of Type
	Empty   func(*Ctx)           // replies when the time is over
	Denied  func(*Ctx)           // replies where nobody may wait, as in a transaction; nil: as Empty
}

// Block parks the client. The handler returns without a reply.
func (c *Ctx) Block(b Block) { c.block = &b }

// Refuse replies for a client that may not wait.
func (b *Block) Refuse(ctx *Ctx) {
	if b.Denied != nil {
		b.Denied(ctx)
		return
	}
	b.Empty(ctx)
}

// Blocked returns what the handler passed to Block, or nil.
func (c *Ctx) Blocked() *Block { return c.block }

// Later hands work to the background that needs no shard, such as giving the
// memory of a flushed database back. It runs on any goroutine after the turn.
func (c *Ctx) Later(work func()) { c.later = append(c.later, work) }

// TakeLater returns what was passed to Later since the last call. Whoever runs
// the turn calls it and sees to the work.
func (c *Ctx) TakeLater() []func() {
	if len(c.later) == 0 {
		return nil
	}
	work := c.later
	c.later = nil
	return work
}
