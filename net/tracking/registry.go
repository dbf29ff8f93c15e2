package tracking

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Registry is all clients that track keys. Build it with NewRegistry.
type Registry struct {
	// Audience is what the shards know of the clients.
	Audience keyspace.Audience

	clients *session.Registry // to find those that are told in place of others

	mu       sync.RWMutex
	tracking map[*Client]struct{}
	prefixes map[string]map[*Client]struct{} // of the mode BCAST; none is empty
}

// NewRegistry returns a registry of nobody. clients lists all connections.
func NewRegistry(clients *session.Registry) *Registry {
	return &Registry{
		clients: clients, tracking: map[*Client]struct{}{}, prefixes: map[string]map[*Client]struct{}{},
	}
}

// Figures are what INFO shows.
type Figures struct {
	Clients  int64 // that track keys
	Keys     int64 // that are remembered
	Items    int64 // pairs of such a key and a client
	Prefixes int64 // that somebody wants to hear of
}

// The memory that is counted for a remembered key and for a client of one.
const (
	keyBytes  = 128
	itemBytes = 16
)

// Bytes estimates the memory that the shards need to remember keys.
func (f Figures) Bytes() int64 { return f.Keys*keyBytes + f.Items*itemBytes }

// Figures returns the figures of now.
func (r *Registry) Figures() Figures {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return Figures{
		Clients: int64(len(r.tracking)), Prefixes: int64(len(r.prefixes)),
		Keys: r.Audience.Keys(), Items: r.Audience.Readings(),
	}
}

// options are what CLIENT TRACKING ON asks for. They do not change.
type options struct {
	redirect uint64 // the client that is told instead, 0 for none
	bcast    bool
	optin    bool
	optout   bool
	noloop   bool
	prefixes []string // sorted; with bcast only
}

// Client is one connection that tracks keys. It is a session.Tracking.
type Client struct {
	registry *Registry
	tracker  keyspace.Tracker

	session atomic.Pointer[session.Client] // nil when it has stopped
	options atomic.Pointer[options]
	broken  atomic.Bool // the client that is to be told is gone
}

// of returns what a connection tracks, nil for nothing.
func of(c *session.Client) *Client {
	cl, _ := c.Tracking().(*Client)
	return cl
}

// start makes a connection track keys, or do so in another way.
func (r *Registry) start(c *session.Client, o *options) {
	cl := of(c)
	if cl == nil {
		cl = &Client{registry: r}
		cl.tracker.Task = cl
		cl.session.Store(c)
	}
	r.mu.Lock()
	cl.options.Store(o)
	cl.broken.Store(false)
	r.tracking[cl] = struct{}{}
	for _, prefix := range o.prefixes {
		if r.prefixes[prefix] == nil {
			r.prefixes[prefix] = map[*Client]struct{}{}
		}
		r.prefixes[prefix][cl] = struct{}{}
	}
	r.Audience.SetBroadcast(len(r.prefixes) > 0)
	r.mu.Unlock()
	if target := r.clients.Get(o.redirect); target != nil {
		target.Invite()
	}
	c.Track(cl)
}

// Stop ends the tracking, for good.
func (cl *Client) Stop() {
	r := cl.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	cl.session.Store(nil)
	delete(r.tracking, cl)
	for _, prefix := range cl.options.Load().prefixes {
		delete(r.prefixes[prefix], cl)
		if len(r.prefixes[prefix]) == 0 {
			delete(r.prefixes, prefix)
		}
	}
	r.Audience.SetBroadcast(len(r.prefixes) > 0)
}

// Reader returns what the shards are to know of the client's commands.
func (cl *Client) Reader(caching bool) keyspace.Reader {
	o := cl.options.Load()
	remember := !o.bcast && (!o.optin || caching) && (!o.optout || !caching)
	return keyspace.Reader{Tracker: &cl.tracker, Remember: remember}
}

// Here tells whether the client itself is told.
func (cl *Client) Here() bool { return cl.options.Load().redirect == 0 }

// Redirect returns the number of the client that is told instead, 0 for none.
func (cl *Client) Redirect() int64 { return int64(cl.options.Load().redirect) }

// Flags returns the letters of CLIENT LIST.
func (cl *Client) Flags() string {
	flags := "t"
	if cl.broken.Load() {
		flags += "R"
	}
	if cl.options.Load().bcast {
		flags += "B"
	}
	return flags
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var _ session.Tracking = (*Client)(nil)
