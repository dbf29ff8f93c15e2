package session

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// clientKind is what CLIENT LIST and CLIENT KILL call a type. A connection is of
// the kind pubsub while it listens, and else normal.
type clientKind string

const (
	kindNormal clientKind = "normal"
	kindPubSub clientKind = "pubsub"
)

// parseKind returns the kind an argument names. slave is an old word for replica.
func parseKind(arg []byte) (clientKind, bool) {
	switch kind := clientKind(bytes.ToLower(arg)); kind {
	case kindNormal, kindPubSub, "master", "replica":
		return kind, true
	case "slave":
		return "replica", true
	default:
		return "", false
	}
}

func serveClientInfo(c *Client, _ [][]byte) {
	defer c.showInput()()
	c.Reply.Verbatim("txt", append([]byte(c.Line(time.Now())), '\n'))
}

func serveClientList(c *Client, args [][]byte) {
	defer c.showInput()()
	var clients []*Client
	switch {
	case len(args) == 2:
		clients = c.env.Clients.All()
	case len(args) == 4 && command.EqualFold(args[2], "TYPE"):
		kind, ok := parseKind(args[3])
		if !ok {
			c.Reply.Error(fmt.Sprintf(errClientType, clip(args[3], errQuoteMost)))
			return
		}
		clients = slices.DeleteFunc(c.env.Clients.All(), func(c *Client) bool { return c.kind() != kind })
	case len(args) > 3 && command.EqualFold(args[2], "ID"):
		for _, arg := range args[3:] {
			id, ok := num.ParseInt(arg)
			if !ok {
				c.Reply.Error(errClientID)
				return
			}
			if found := c.env.Clients.Get(uint64(id)); found != nil {
				clients = append(clients, found)
			}
		}
	default:
		c.Reply.Error(command.ErrSyntax)
		return
	}
	c.Reply.Verbatim("txt", lines(clients))
}

// showInput has the request at hand show as input of the client, until the function it
// returns is called.
func (c *Client) showInput() (undo func()) {
	if c.workspace != nil {
		c.noteInput()
		c.unparsed.Store(int64(c.tail))
	}
	return func() { c.unparsed.Store(0) }
}

func lines(clients []*Client) []byte {
	var b bytes.Buffer
	now := time.Now()
	for _, client := range clients {
		b.WriteString(client.Line(now))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Line describes the client as CLIENT LIST does. Fields about features that do
// not exist have the value of a client that does not use them.
func (c *Client) Line(now time.Time) string {
	c.shared.mu.Lock()
	s := shared{
		name: c.shared.name, libName: c.shared.libName, libVersion: c.shared.libVersion,
		number: c.shared.number, proto: c.shared.proto, noEvict: c.shared.noEvict, noTouch: c.shared.noTouch,
	}
	c.shared.mu.Unlock()
	held, queue, copied := c.buffered.Load(), c.queueBytes.Load(), c.copied.Load()
	unparsed, unread := c.unparsed.Load(), c.unread.Load()
	channels, patterns, shards := c.counts()
	frames, pending := c.pending()
	events := "r"
	if unread > 0 || pending > 0 {
		events = "rw" // it is written to as soon as it reads
	}
	var b strings.Builder
	fmt.Fprintf(&b, "id=%d addr=%s laddr=%s fd=%d name=%s", c.id, c.remote, c.laddr, c.fd, s.name)
	fmt.Fprintf(&b, " age=%d idle=%d", int64(now.Sub(c.created).Seconds()), max(now.UnixMilli()-c.active.Load(), 0)/1000)
	fmt.Fprintf(&b, " flags=%s db=%d sub=%d psub=%d ssub=%d multi=%d watch=%d",
		c.flags(&s), s.number, channels, patterns, shards, c.queueLength.Load()-1, c.watchedKeys())
	fmt.Fprintf(&b, " qbuf=%d qbuf-free=%d argv-mem=%d multi-mem=%d rbs=%d rbp=%d obl=%d oll=%d omem=%d tot-mem=%d",
		unparsed, max(held-unparsed, 0), copied, queue, c.room(unread), c.peak.Load(), unread, frames, pending,
		clientBytes+held+copied+queue+c.room(unread)+pending)
	fmt.Fprintf(&b, " events=%s cmd=%s user=%s redir=%d resp=%d", events, c.lastCommand(), defaultUser, c.redirect(), s.proto)
	fmt.Fprintf(&b, " lib-name=%s lib-ver=%s", s.libName, s.libVersion)
	return b.String()
}

// clientBytes is about what a client takes that does nothing.
const clientBytes = 704 // the class of sizes that the run time has for it

// room returns the size of the buffer for replies of which so many bytes are unread. A
// client that takes its replies at once has none.
func (c *Client) room(unread int64) int64 {
	if unread == 0 {
		return 0
	}
	return max(unread, outputSize)
}

func (c *Client) flags(s *shared) string {
	flags, tracking := "", ""
	if t := c.Tracking(); t != nil {
		tracking = t.Flags()
	}
	for _, f := range []struct {
		on     bool
		letter string
	}{
		{c.monitoring.Load(), "O"},
		{c.listens(), "P"},
		{c.queueLength.Load() > 0, "x"},
		{c.Blocked(), "b"},
		{tracking != "", tracking},
		{c.touched(), "d"},
		{c.killed(), "A"},
		{c.conn.LocalAddr().Network() == "unix", "U"},
		{s.noEvict, "e"},
		{s.noTouch, "T"},
	} {
		if f.on {
			flags += f.letter
		}
	}
	if flags == "" {
		return "N"
	}
	return flags
}

// redirect returns the number of the client that is told of changes in place of this
// one, 0 if it is told itself, -1 if nobody is.
func (c *Client) redirect() int64 {
	if t := c.Tracking(); t != nil {
		return t.Redirect()
	}
	return -1
}

func (c *Client) lastCommand() string {
	if cmd := c.command.Load(); cmd != nil {
		return cmd.FullName()
	}
	return "NULL"
}
