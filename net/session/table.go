package session

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/troupe-db/troupe/shard/command"
)

// Command is a row of the whole table: a shard's command, or one that the
// connection serves itself.
type Command struct {
	command.Command
	// Serve answers a command that touches no key. It runs on the connection's
	// goroutine and writes one reply. Nil for a shard's command.
	Serve func(c *Client, args [][]byte)
	// Program prepares what the command runs in the shards in place of a handler. Nil
	// for all commands but those that run scripts.
	Program Prepare
	// Pure tells that Serve neither sees nor changes anything but its arguments,
	// so that it need not wait for the commands before it in a pipeline.
	Pure bool
	// AtOnce tells that inside MULTI the command is served, not queued.
	AtOnce bool
	// Places tells that Serve sees to the round itself, and puts one reply into it.
	Places bool
	// Alone tells that Serve asks no shard for anything, so that a transaction need
	// not hold all of them for it.
	Alone bool
	// Pushes tells that what Serve writes are messages, which CLIENT REPLY does not
	// keep back.
	Pushes bool
	// Sends tells that Serve sends messages to others and does nothing else. They may
	// wait for those of the next command, if it does the same.
	Sends bool
	// Listening tells that a client which listens may run the command in RESP2.
	Listening bool
	// Sub are the subcommands of a container. Those of command.Command.Sub stand
	// here too once the row is in a Table.
	Sub []Command

	parent *Command // the container, nil at the top level
	full   string   // "client|kill"
	first  int      // Spec.FirstKey
	// direct tells that running the command has no effect on the connection: a shard's
	// command that does not wait, or one that is Pure.
	direct bool
	// joins tells that the command may hold several shards, behind others that do.
	joins bool
}

// FullName returns the command's name with that of its container, "client|kill".
func (c *Command) FullName() string { return c.full }

// Parent returns the container of a subcommand, nil for any other command.
func (c *Command) Parent() *Command { return c.parent }

// KeyIndex is Spec.FirstKey, computed once.
func (c *Command) KeyIndex() int { return c.first }

// Subcommand returns the subcommand of that name, in any case, or nil.
//
// Complexity: O(S) comparisons for S subcommands.
func (c *Command) Subcommand(name []byte) *Command {
	key := foldName(name)
	for i := range c.Sub {
		if s := &c.Sub[i]; foldName([]byte(s.Name)) == key && equalFold(name, s.Name) {
			return s
		}
	}
	return nil
}

// Table is every command of the server by name. It does not change once built,
// so that any goroutine may read it.
//
// It is an open-addressed hash table with linear probing, at most a quarter
// full. A slot holds the name's length and its first and last eight bytes in
// lower case: for names of up to sixteen bytes that is the whole name, so that
// a look-up compares two words and follows no pointer.
type Table struct {
	slots   []slot // a power of two of them
	shift   uint   // 64 - log2(len(slots))
	all     []*Command
	numbers int
}

// slot is one place of a Table; cmd is nil when it is free.
type slot struct {
	key nameKey
	cmd *Command
}

// nameKey is a name without regard to case: all of it up to 16 bytes, its ends
// and length beyond.
type nameKey struct {
	head, tail uint64
	size       int
}

// NewTable builds a table of the given rows. It copies them, and refuses two
// commands of one name.
func NewTable(groups ...[]Command) (*Table, error) {
	rows := slices.Concat(groups...)
	slices.SortStableFunc(rows, func(a, b Command) int { return strings.Compare(a.Name, b.Name) })
	size, shift := 16, uint(60)
	for size < 4*len(rows) {
		size, shift = size*2, shift-1
	}
	t := &Table{slots: make([]slot, size), shift: shift, all: make([]*Command, len(rows))}
	for i := range rows {
		c := &rows[i]
		if err := t.adopt(c, nil); err != nil {
			return nil, err
		}
		if t.Lookup([]byte(c.Name)) != nil {
			return nil, fmt.Errorf("session: two commands named %q", c.Name)
		}
		t.insert(c)
		t.all[i] = c
	}
	return t, nil
}

// adopt fills in what a row's place in the table determines, for it and its
// subcommands.
func (t *Table) adopt(c, parent *Command) error {
	t.numbers++
	c.Enlist(t.numbers)
	c.parent, c.full, c.first = parent, c.Name, c.FirstKey()
	if parent != nil {
		c.full = parent.full + "|" + c.Name
	}
	if c.Sub == nil {
		for _, sub := range c.Command.Sub {
			c.Sub = append(c.Sub, Command{Command: sub})
		}
	} else {
		c.Sub = slices.Clone(c.Sub)
	}
	c.direct = len(c.Sub) == 0 && (c.Run != nil && c.Flags&command.Blocking == 0 || c.Serve != nil && c.Pure)
	c.joins = c.direct && c.Serve == nil && (c.Route == command.RouteAll || c.first == 0 && (c.Route == command.RouteKeys || c.Route == command.RouteSplit))
	slices.SortStableFunc(c.Sub, func(a, b Command) int { return strings.Compare(a.Name, b.Name) })
	for i := range c.Sub {
		if i > 0 && c.Sub[i].Name == c.Sub[i-1].Name {
			return fmt.Errorf("session: two commands named %q", c.full+"|"+c.Sub[i].Name)
		}
		if err := t.adopt(&c.Sub[i], c); err != nil {
			return err
		}
	}
	return nil
}

// insert puts a command into the first free slot of its probe sequence.
func (t *Table) insert(c *Command) {
	key := foldName([]byte(c.Name))
	i := key.hash() >> t.shift
	for t.slots[i].cmd != nil {
		i = (i + 1) & uint64(len(t.slots)-1)
	}
	t.slots[i] = slot{key: key, cmd: c}
}

// Lookup returns the command of that name, in any case, or nil. It does not
// allocate.
//
// Complexity: O(1) for any name, since only the ends of a long one are read
// before its length decides.
func (t *Table) Lookup(name []byte) *Command {
	key := foldName(name)
	mask := uint64(len(t.slots) - 1)
	for i := key.hash() >> t.shift; ; i++ {
		s := &t.slots[i&mask]
		if s.cmd == nil {
			return nil
		}
		if s.key == key && (key.whole() || equalFold(name, s.cmd.Name)) {
			return s.cmd
		}
	}
}

// All returns the commands in the order of their names, without subcommands.
// The slice must not be changed.
func (t *Table) All() []*Command { return t.all }

// Len returns the number of commands and subcommands together: the highest of their
// IDs, which begin at 1.
func (t *Table) Len() int { return t.numbers }

// foldName is wordsOf for the name in lower case.
func foldName(b []byte) nameKey {
	k := wordsOf(b)
	return nameKey{lower(k.head), lower(k.tail), k.size}
}

// wordsOf reads a name's ends as words. Names shorter than eight bytes are read as two
// halves that may overlap, which together with the length still tells any two apart.
func wordsOf(b []byte) nameKey {
	n := len(b)
	switch {
	case n >= 8:
		return nameKey{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:]), n}
	case n >= 4:
		return nameKey{uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32, 0, n}
	case n > 0:
		return nameKey{uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16, 0, n}
	}
	return nameKey{}
}

// whole tells whether the words hold all of the name.
func (k nameKey) whole() bool { return k.size <= 16 }

// hash mixes the words; its top bits are the good ones.
func (k nameKey) hash() uint64 {
	return (k.head ^ k.tail<<1 ^ uint64(k.size)<<3) * 0x9e3779b97f4a7c15
}

// lower turns the ASCII capitals among eight bytes into small letters. The sums
// carry no bit from one byte into the next, since the top bit of each is taken
// out first: a byte's top bit ends up set where it is at least 'A', and where
// it is above 'Z'.
func lower(w uint64) uint64 {
	const each = 0x0101010101010101
	low := w & (0x7f * each)
	atLeastA, aboveZ := low+(0x80-'A')*each, low+(0x7f-'Z')*each
	capitals := (atLeastA &^ aboveZ) &^ w & (0x80 * each)
	return w | capitals>>2
}

// equalFold compares name, in any case, with a name in lower case.
func equalFold(name []byte, lowered string) bool {
	if len(name) != len(lowered) {
		return false
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lowered[i] {
			return false
		}
	}
	return true
}
