package session

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/codec/quote"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

const (
	errMonitorQueued = "ERR MONITOR isn't allowed for DENY BLOCKING client"
	errMonitorData   = "ERR Replica can't interact with the keyspace"
	redacted         = "(redacted)"
)

// monitors are the clients that are shown every command. Any goroutine may use them.
type monitors struct {
	count atomic.Int32 // of clients, so that looking for none costs next to nothing

	mu      sync.Mutex
	clients []*Client // in the order they came
}

// addMonitor lists a client.
func (r *Registry) addMonitor(c *Client) {
	m := &r.monitors
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clients = append(slices.Clip(m.clients), c) // others may be reading the old slice
	m.count.Store(int32(len(m.clients)))
	feed := r.feedScript
	c.env.Troupe.Observer().Feed.Store(&feed)
}

// removeMonitor takes a client off the list.
func (r *Registry) removeMonitor(c *Client) {
	m := &r.monitors
	m.mu.Lock()
	defer m.mu.Unlock()
	m.clients = slices.DeleteFunc(slices.Clone(m.clients), func(o *Client) bool { return o == c })
	m.count.Store(int32(len(m.clients)))
	if len(m.clients) == 0 {
		c.env.Troupe.Observer().Feed.Store(nil)
	}
}

// all returns the clients there are. The slice must not be changed.
func (m *monitors) all() []*Client {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.clients
}

// monitorRow returns the row of MONITOR.
func monitorRow() Command {
	return Command{
		Command: command.Command{Spec: command.Spec{
			Name: "monitor", Arity: 1,
			Flags: command.Admin | command.NoScript | command.Loading | command.Stale,
			Group: command.GroupServer, Since: "1.0.0",
			Summary:    "Show every command that the server processes, as it does",
			Complexity: "O(N) for each command, where N is the number of clients it is shown to",
		}},
		Serve: serveMonitor, Alone: true,
	}
}

// serveMonitor shows the client all commands from now on. To ask again is answered
// with nothing, as in Redis.
func serveMonitor(c *Client, _ [][]byte) {
	switch {
	case c.standing != nil:
		c.Reply.Error(errMonitorQueued)
		return
	case c.monitoring.Load():
		return
	}
	c.openOutbox()
	c.Hold()
	c.monitoring.Store(true)
	c.env.Clients.addMonitor(c)
	c.Reply.OK()
	if c.killed() { // perhaps before it was listed
		c.endMonitor()
	}
}

// endMonitor ends what serveMonitor began.
func (c *Client) endMonitor() {
	if c.monitoring.Swap(false) {
		c.env.Clients.removeMonitor(c)
	}
}

// refuseMonitor returns the error for a command that a client may not run while it
// monitors: one that reads or changes data, by itself or with what EXEC would run, or
// publishes.
func (c *Client) refuseMonitor(cmd *Command) string {
	const data = command.ReadOnly | command.Write | command.MayReplicate
	if !c.monitoring.Load() {
		return ""
	}
	if c.effects(cmd)&data != 0 || cmd.full == "publish" || cmd.full == "spublish" {
		return errMonitorData
	}
	return ""
}

// feed shows a command of this client to those who monitor, unless it is one for
// operators only.
func (c *Client) feed(flags command.Flags, number int, args [][]byte) {
	if flags&command.Admin != 0 {
		return
	}
	address := c.remote
	if c.conn.LocalAddr().Network() == "unix" {
		address = "unix:" + c.conn.LocalAddr().String()
	}
	if c.monitoring.Load() {
		c.Hold() // the reply comes first
	}
	line := monitorLine(time.Now(), number, address, redact(args))
	p := NewFrames(line, line)
	for _, to := range c.env.Clients.monitors.all() {
		c.courier.Push(to, &p)
	}
}

// feedQueued is feed for a command of a transaction, which runs in the turn of a shard
// while this client's goroutine waits.
func (c *Client) feedQueued(x *shard.Execution, q *shard.Queued) {
	c.feed(q.Command.Flags, x.Number, q.Args)
}

// feedScript shows a command that a script has run to those who monitor. Any goroutine
// may call it.
func (r *Registry) feedScript(number int, args [][]byte) {
	line := monitorLine(time.Now(), number, "lua", args)
	p := NewFrames(line, line)
	var courier Courier
	for _, to := range r.monitors.all() {
		courier.Push(to, &p)
	}
	courier.Depart()
}

// monitorLine returns the status reply that shows a command.
func monitorLine(at time.Time, number int, address string, args [][]byte) []byte {
	size := 64
	for _, arg := range args {
		size += len(arg) + 3
	}
	line := make([]byte, 0, size)
	line = append(line, '+')
	line = strconv.AppendInt(line, at.Unix(), 10)
	line = append(line, '.')
	micros := strconv.Itoa(at.Nanosecond()/1000 + 1_000_000) // a one, and six digits
	line = append(line, micros[1:]...)
	line = append(line, " ["...)
	line = strconv.AppendInt(line, int64(number), 10)
	line = append(line, ' ')
	line = append(line, address...)
	line = append(line, ']')
	for _, arg := range args {
		line = append(line, ' ')
		line = quote.Append(line, arg)
	}
	return append(line, "\r\n"...)
}

// redact returns a request without what is secret in it.
func redact(args [][]byte) [][]byte {
	var secret func(i int) bool
	switch {
	case command.EqualFold(args[0], "AUTH"):
		secret = func(i int) bool { return i > 0 }
	case command.EqualFold(args[0], "HELLO"):
		at := slices.IndexFunc(args, func(arg []byte) bool { return command.EqualFold(arg, "AUTH") })
		secret = func(i int) bool { return at > 0 && (i == at+1 || i == at+2) }
	case command.EqualFold(args[0], "CONFIG"):
		secret = func(i int) bool { return i > 2 && i%2 == 1 && holdsSecret(args[i-1]) }
	default:
		return args
	}
	clean := slices.Clone(args)
	for i := range clean {
		if secret(i) {
			clean[i] = []byte(redacted)
		}
	}
	return clean
}

// holdsSecret tells whether a directive's value is nobody's business.
func holdsSecret(name []byte) bool {
	return command.EqualFold(name, "REQUIREPASS") || command.EqualFold(name, "MASTERAUTH")
}
