package session

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/troupe-db/troupe/actor/processors"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Client is one connection.
type Client struct {
	// What every read and its requests look at, in as few cache lines as will hold it.
	// With thousands of clients these are out of the cache when one has something to say.

	*workspace              // nil while there is nothing to read, and for a StandIn
	env        *Env         // fixed after New
	Reply      *resp.Writer // where the command at hand writes its reply, nil between reads
	out        *outgoing    // what is to be written next, nil when nothing is
	multi      *multi       // the transaction being queued, nil outside MULTI
	blocked    *shard.Wait  // what the request at hand waits for, nil if it does not
	held       *heldRequest // the request at hand, held back by CLIENT PAUSE
	lingers    *linger      // what the request at hand waits for

	outbox        atomic.Pointer[outbox]  // nil for a client that is sent nothing unasked
	tracking      atomic.Pointer[tracked] // nil for a client that tracks no keys
	subscriptions atomic.Pointer[listening]
	command       atomic.Pointer[Command] // the last request's
	active        atomic.Int64            // unix milliseconds of the last request
	traffic       traffic

	readErr    error
	writeErr   error
	polled     uintptr // the descriptor while the poller's callback runs, 0 otherwise
	sender     processors.Sender
	peak       atomic.Int64 // bytes of the largest replies lately
	unread     atomic.Int64 // bytes of replies that the peer does not take, 0 while it does
	proto      int
	number     int         // the selected database
	courier    Courier     // of what this client sends to others
	unsure     atomic.Bool // see CheckEnded
	monitoring atomic.Bool // it is shown every command
	authed     bool
	leaving    bool // close when the replies are written
	// unhindered tells that a request whose command is direct runs if its arity is right,
	// as of the last survey. Until the next one that holds: no such request changes what
	// survey looks at.
	unhindered bool
	mute       muting
	noTouch    bool
	caching    bool         // CLIENT CACHING was said of the commands at hand
	buffered   atomic.Int64 // bytes of input held between reads

	// Fixed after New.
	id      uint64
	conn    net.Conn
	raw     syscall.RawConn
	remote  string // "127.0.0.1:54321", "/path:0" for a unix socket
	laddr   string
	fd      int
	created time.Time
	closed  chan struct{}         // closed when the connection is
	onRead  func(fd uintptr) bool // readReady

	// Owned by the goroutine that runs Serve.
	watched  []bool        // by shard: it watches a key there; nil while nothing is watched
	standing *shard.Troupe // see Troupe
	meant    *Command      // with caching, the last of these, nil for none that exists

	// Written by the owner, read by all.
	shared    shared
	lingering atomic.Int32                     // how lingers stands, lingersNot and so on
	watching  atomic.Pointer[keyspace.Watcher] // what WATCH has asked for, nil for nothing
	// queueLength is the length of the queue of MULTI and 1, or 0 outside MULTI.
	queueLength atomic.Int64
	queueBytes  atomic.Int64 // what the queue takes
	unparsed    atomic.Int64 // bytes of input that make no whole request yet
	copied      atomic.Int64 // bytes of the request that waits
	overSince   time.Time    // see CheckOutput, which owns it
	paused      atomic.Bool  // held back by CLIENT PAUSE
	closeOnce   sync.Once

	waitMu  sync.Mutex
	waiting *shard.Wait // what the client is blocked on, nil when it is not
}

// shared is what CLIENT LIST shows and the client itself changes rarely.
type shared struct {
	mu         sync.Mutex
	name       string
	libName    string
	libVersion string
	number     int
	proto      int
	noEvict    bool
	noTouch    bool
}

// muting is what CLIENT REPLY has asked for.
type muting uint8

const (
	speak    muting = iota
	skipNext        // the next command's reply is left out
	skipThis        // this command's is
	silent
)

// New returns the client for an accepted connection and lists it.
func New(env *Env, conn net.Conn) (*Client, error) {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return nil, errors.New("session: connection without a file descriptor")
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil, err
	}
	c := &Client{
		env: env, conn: conn, raw: raw, created: time.Now(), closed: make(chan struct{}),
		proto: 2, authed: env.Settings.Load().RequirePass == "",
	}
	c.shared.proto = 2
	c.remote, c.laddr = addresses(conn)
	_ = raw.Control(func(fd uintptr) { c.fd = int(fd) })
	c.onRead = c.readReady
	c.active.Store(c.created.UnixMilli())
	env.Clients.add(c)
	return c, nil
}

// addresses returns what CLIENT LIST calls addr and laddr.
func addresses(conn net.Conn) (remote, local string) {
	local = conn.LocalAddr().String()
	if conn.LocalAddr().Network() == "unix" {
		return local + ":0", local + ":0"
	}
	return conn.RemoteAddr().String(), local
}

// Serve reads and answers requests until the connection ends. All but blocking
// commands are served out of the poller's callback, see readReady.
func (c *Client) Serve() {
	defer c.finish()
	for !c.leaving && !c.killed() { // after whatever may have undone what Close does at its end
		c.readErr = nil
		err := c.raw.Read(c.onRead)
		for !c.leaving && (c.blocked != nil || c.held != nil || c.lingers != nil) {
			switch {
			case c.blocked != nil:
				c.await()
			case c.lingers != nil:
				c.linger()
			default:
				c.hold()
			}
			c.answer()
		}
		switch {
		case c.readErr != nil:
			return
		case errors.Is(err, os.ErrDeadlineExceeded): // woken by CheckEnded or Close, perhaps by both
			_ = c.conn.SetReadDeadline(time.Time{})
			if c.adopt() != nil {
				return
			}
		case err != nil:
			return
		}
	}
}

// Close ends the connection from any goroutine, without waiting. What it is
// doing for a command at hand is finished first.
func (c *Client) Close() {
	c.closeOnce.Do(func() {
		close(c.closed)
		c.hangUp()
		c.env.Clients.hide(c)
		c.abandonWait()
		if half, ok := c.conn.(halfCloser); ok {
			_ = half.CloseRead()
			_ = half.CloseWrite()
		}
		// What the poller has told before a Read begins is forgotten by it, and there may
		// be input that keeps it from seeing the end: a deadline is neither.
		c.wake()
	})
}

// halfCloser is a connection whose directions can be ended without waiting for
// who uses it.
type halfCloser interface {
	CloseRead() error
	CloseWrite() error
}

// killed tells whether Close was called.
func (c *Client) killed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// Abandon takes a client that will not be served off the list. The connection
// stays open.
func (c *Client) Abandon() { c.env.Clients.remove(c) }

// Expired tells whether the client has been idle for longer than limit. One that
// waits for a key or for the end of a pause is not idle, nor is one that listens or
// monitors.
// The order matters, see waitOver.
func (c *Client) Expired(now time.Time, limit time.Duration) bool {
	return !c.waitsFor() && !c.listens() && !c.monitoring.Load() && now.UnixMilli()-c.active.Load() > limit.Milliseconds()
}

// finish gives back what the connection holds.
func (c *Client) finish() {
	c.Close()
	_ = c.conn.Close()
	if o := c.outbox.Load(); o != nil {
		o.kill()
	}
	c.courier.Depart()
	c.dropMulti()
	c.unwatch()
	c.env.Clients.remove(c)
	c.clearAway()
	c.releaseOutput()
}

// ID returns the number of the connection: unique, from 1 on, never used again.
func (c *Client) ID() uint64 { return c.id }

// Env returns what all connections share.
func (c *Client) Env() *Env { return c.env }

// Troupe returns the shards for a command to ask. In a transaction that are those
// that stand still for it.
func (c *Client) Troupe() *shard.Troupe {
	if c.standing != nil {
		return c.standing
	}
	return c.env.Troupe
}

// Database returns the selected database.
func (c *Client) Database() int { return c.number }

// Local tells whether the peer is on this machine: a unix socket or a loopback
// address.
func (c *Client) Local() bool {
	addr, ok := c.conn.RemoteAddr().(*net.TCPAddr)
	return !ok || addr.IP.IsLoopback()
}

// Leave makes the connection close when the replies so far are written.
func (c *Client) Leave() { c.leaving = true }
