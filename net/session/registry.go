package session

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard/measure"
)

// Registry is all connections of a server, and what they count. Any goroutine
// may use it.
type Registry struct {
	mu      sync.RWMutex
	clients map[uint64]*Client // those that are served
	closing map[*Client]bool   // those that were closed and have not ended yet
	lastID  uint64
	ended   Traffic // of connections that have ended
	reset   Traffic // what there was when the counters were reset

	// now is the time of the last CheckEnded, unix milliseconds: exact enough for
	// how long clients idle, and cheaper than asking the system at every request.
	now atomic.Int64

	Received atomic.Int64 // connections accepted
	Rejected atomic.Int64 // connections refused because of maxclients
	Blocked  atomic.Int64 // clients waiting for a key now
	Overruns atomic.Int64 // clients closed because of their output buffer limit

	monitors monitors // clients that are shown every command

	Served measure.Striped // commands that connections served or refused, and their errors
}

// Traffic is what connections have counted.
type Traffic struct {
	Commands int64 // requests answered
	Input    int64 // bytes read
	Output   int64 // bytes written
}

// traffic is a connection's own counters, so that connections do not write to
// the same memory.
type traffic struct {
	commands, input, output atomic.Int64
}

func (t *traffic) read() Traffic {
	return Traffic{Commands: t.commands.Load(), Input: t.input.Load(), Output: t.output.Load()}
}

func (t Traffic) plus(o Traffic, sign int64) Traffic {
	return Traffic{
		Commands: t.Commands + sign*o.Commands,
		Input:    t.Input + sign*o.Input, Output: t.Output + sign*o.Output,
	}
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	r := &Registry{clients: map[uint64]*Client{}, closing: map[*Client]bool{}}
	r.now.Store(time.Now().UnixMilli())
	return r
}

// add numbers a client, from 1 on, and lists it.
func (r *Registry) add(c *Client) {
	r.mu.Lock()
	r.lastID++
	c.id = r.lastID
	r.clients[c.id] = c
	r.mu.Unlock()
}

// hide takes a client that was closed off the list, before it has ended.
func (r *Registry) hide(c *Client) {
	r.mu.Lock()
	delete(r.clients, c.id)
	r.closing[c] = true
	r.mu.Unlock()
}

// remove forgets a client that has ended.
func (r *Registry) remove(c *Client) {
	r.mu.Lock()
	delete(r.clients, c.id)
	delete(r.closing, c)
	r.ended = r.ended.plus(c.traffic.read(), 1)
	r.mu.Unlock()
}

// Count returns the number of connections.
func (r *Registry) Count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.clients)
}

// Get returns the client with that id, or nil.
func (r *Registry) Get(id uint64) *Client {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.clients[id]
}

// All returns the clients there are, in the order they came.
func (r *Registry) All() []*Client {
	all := r.unordered()
	slices.SortFunc(all, func(a, b *Client) int { return cmp.Compare(a.id, b.id) })
	return all
}

func (r *Registry) unordered() []*Client {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Collect(maps.Values(r.clients))
}

// Traffic returns what all connections have counted since the start or since
// ResetStats, in O(connections).
func (r *Registry) Traffic() Traffic {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.sum().plus(r.reset, -1)
}

func (r *Registry) sum() Traffic {
	total := r.ended
	for _, c := range r.clients {
		total = total.plus(c.traffic.read(), 1)
	}
	for c := range r.closing {
		total = total.plus(c.traffic.read(), 1)
	}
	return total
}

// Watching returns how many connections watch keys, and how many keys these are
// together, in O(connections).
func (r *Registry) Watching() (clients, keys int64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, c := range r.clients {
		if n := c.watchedKeys(); n > 0 {
			clients++
			keys += n
		}
	}
	return clients, keys
}

// BufferBytes returns what connections hold for unfinished requests, queued
// commands and output that is not read yet, in O(connections).
func (r *Registry) BufferBytes() int64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var sum int64
	for _, c := range r.clients {
		sum += c.buffered.Load() + c.queueBytes.Load() + c.copied.Load() + c.unread.Load() + c.pendingBytes()
	}
	return sum
}

// ResetStats sets the counters that CONFIG RESETSTAT resets to zero.
func (r *Registry) ResetStats() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reset = r.sum()
	r.Received.Store(0)
	r.Rejected.Store(0)
	r.Overruns.Store(0)
	r.Served.Reset()
}
