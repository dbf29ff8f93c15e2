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
	c.Reply.Verbatim("txt", append([]byte(c.Line(time.Now())), '\n'))
}

func serveClientList(c *Client, args [][]byte) {
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
	held, queue := c.buffered.Load(), c.queueBytes.Load()
	channels, patterns, shards := c.counts()
	frames, pending := c.pending()
	var b strings.Builder
	fmt.Fprintf(&b, "id=%d addr=%s laddr=%s fd=%d name=%s", c.id, c.remote, c.laddr, c.fd, s.name)
	fmt.Fprintf(&b, " age=%d idle=%d", int64(now.Sub(c.created).Seconds()), max(now.UnixMilli()-c.active.Load(), 0)/1000)
	fmt.Fprintf(&b, " flags=%s db=%d sub=%d psub=%d ssub=%d multi=%d watch=%d",
		c.flags(&s), s.number, channels, patterns, shards, c.queueLength.Load()-1, c.watchedKeys())
	fmt.Fprintf(&b, " qbuf=%d qbuf-free=0 argv-mem=0 multi-mem=%d rbs=0 rbp=0 obl=0 oll=%d omem=%d tot-mem=%d",
		held, queue, frames, pending, held+queue+pending)
	fmt.Fprintf(&b, " events=r cmd=%s user=%s redir=-1 resp=%d", c.lastCommand(), defaultUser, s.proto)
	fmt.Fprintf(&b, " lib-name=%s lib-ver=%s", s.libName, s.libVersion)
	return b.String()
}

func (c *Client) flags(s *shared) string {
	flags := ""
	for _, f := range []struct {
		on     bool
		letter string
	}{
		{c.monitoring.Load(), "O"},
		{c.listens(), "P"},
		{c.queueLength.Load() > 0, "x"},
		{c.Blocked(), "b"},
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

func (c *Client) lastCommand() string {
	if cmd := c.command.Load(); cmd != nil {
		return cmd.FullName()
	}
	return "NULL"
}
