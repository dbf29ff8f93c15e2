package session

import (
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	writeMost  = 64 << 10 // bytes that are gathered for one write
	aloneFrom  = 16 << 10 // longer frames are written as they are, not gathered
	repliesAre = 1 << 20  // bytes of its own replies a client may leave unread before it is not read from
	framesKeep = 1 << 10  // frames for which memory is kept for the next queue
)

// outbox is the output of a client that the server sends messages to unasked. The
// client's own replies go through it too, so that neither stands in the middle of
// the other. A client gets one when it first subscribes, and keeps it.
//
//	replies ─ reply ──► queue ◄── late ◄─┐
//	                      ▲              │ while held
//	pushes ─ push ────────┴──────────────┘
//	                    queue ──► gathered ──► one write
//
// Whoever finds something in the queue and writing false takes it upon itself to
// write: the owner, on its own goroutine, or a publisher, who puts it into a convoy
// that starts when its own commands are done. So a client that is told nothing costs
// no goroutine, and messages that come faster than they can be written share writes.
//
// Invariant: queue is nil or not empty. While it is not nil, writing is true, or the
// owner has yet to flush.
type outbox struct {
	client *Client // fixed

	mu      sync.Mutex
	proto   int
	queue   *frames  // nil for an empty one
	late    [][]byte // pushes that came while held
	held    bool     // pushes must stand behind replies that are still to come
	writing bool     // somebody writes, or is about to
	dead    bool     // nothing is taken any more
	queued  int64    // bytes ever put into queue or late
	written int64    // bytes ever written; queued-written are pending
	over    time.Time
	less    sync.Cond // written has grown, or dead

	// Owned by who writes.
	convoy   *convoy // that would wait for this client's peer; nil for none
	taken    *frames
	unsent   []byte
	writeErr error
	onWrite  func(fd uintptr) bool
}

// frames is a queue of whole frames, which are shared with other clients and never
// changed. Its memory comes from a pool, so that an outbox at rest holds none, and one
// that is busy need not grow it each time.
type frames struct{ list [][]byte }

func newOutbox(c *Client, proto int) *outbox {
	o := &outbox{client: c, proto: proto}
	o.less.L = &o.mu
	o.onWrite = o.writeReady
	return o
}

// push queues a message. It tells whether the caller must see to it that drain is
// called.
func (o *outbox) push(p *Push) (rouse bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return false
	}
	frame := p.frame(o.proto)
	if frame == nil {
		return false
	}
	o.queued += int64(len(frame))
	if o.held {
		o.late = append(o.late, frame)
	} else {
		o.enqueue(frame)
	}
	if o.overrun() {
		o.cut()
		return false
	}
	if o.held || o.writing {
		return false
	}
	o.writing = true
	return true
}

// overrun tells whether more is pending than client-output-buffer-limit allows a
// client of its kind.
func (o *outbox) overrun() bool {
	limit := o.client.limit()
	pending := o.queued - o.written
	if limit.Hard > 0 && pending > limit.Hard {
		return true
	}
	if limit.Soft <= 0 || pending <= limit.Soft {
		o.over = time.Time{}
		return false
	}
	now := time.Now()
	if o.over.IsZero() {
		o.over = now
	}
	return now.Sub(o.over) > limit.For
}

// cut gives up a client that does not read what it has asked for. The connection
// is closed by a goroutine of its own, since the caller holds locks that closing
// needs.
func (o *outbox) cut() {
	o.client.overran(o.queued - o.written)
	o.end()
	go o.client.Close()
}

// end drops what is queued, and takes nothing more. The caller holds mu.
func (o *outbox) end() {
	o.dead = true
	o.queue, o.late = nil, nil
	o.written = o.queued
	o.less.Broadcast()
}

// enqueue puts a frame into the queue. The caller holds mu.
func (o *outbox) enqueue(frame []byte) {
	if o.queue == nil {
		o.queue = queues.Get().(*frames)
	}
	o.queue.list = append(o.queue.list, frame)
}

// release queues the owner's replies, and behind them what was held. The caller
// holds mu, and gives the replies away.
func (o *outbox) release(replies []byte) {
	if len(replies) > 0 {
		o.enqueue(replies)
		o.queued += int64(len(replies))
	}
	for _, frame := range o.late {
		o.enqueue(frame)
	}
	o.late, o.held = nil, false
}

// reply takes the owner's replies, and writes them unless somebody does. It waits
// while more than most bytes before their end are unread by the peer: a client
// that does not read its replies is not read from.
func (o *outbox) reply(replies []byte, most int64) error {
	o.mu.Lock()
	if o.dead {
		o.mu.Unlock()
		return net.ErrClosed
	}
	o.release(replies)
	mark := o.queued
	mine := !o.writing && o.queue != nil
	o.writing = o.writing || mine
	o.mu.Unlock()
	if mine {
		o.drainOnce()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(replies) > 0 && !o.dead && mark-o.written > most {
		o.less.Wait()
	}
	if o.dead {
		return net.ErrClosed
	}
	return nil
}

// drainOnce writes what is queued now. What comes meanwhile is left to a goroutine
// of its own, since the caller has other things to do.
func (o *outbox) drainOnce() {
	if !o.take() {
		return
	}
	o.write()
	o.convoy = nil
	if o.more() {
		go o.drain()
	}
}

// drain writes until the queue is empty.
func (o *outbox) drain() {
	for o.take() {
		o.write()
	}
}

// more tells whether there is something to write. If not, the caller is no longer
// the one who writes.
func (o *outbox) more() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writing = o.queue != nil
	return o.writing
}

// take moves the queue to taken. If there is nothing, the caller is no longer the
// one who writes.
func (o *outbox) take() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.queue == nil {
		o.writing = false
		return false
	}
	o.taken, o.queue = o.queue, nil
	return true
}

// write writes what was taken, short frames together.
func (o *outbox) write() {
	list := o.taken.list
	gathered := outputs.Get().(*buffer)
	for _, frame := range list {
		alone := len(frame) >= aloneFrom || len(list) == 1
		if alone || len(gathered.bytes)+len(frame) > writeMost {
			o.send(gathered.bytes)
			gathered.bytes = gathered.bytes[:0]
		}
		if alone {
			o.send(frame)
		} else {
			gathered.bytes = append(gathered.bytes, frame...)
		}
	}
	o.send(gathered.bytes)
	gathered.bytes = gathered.bytes[:0]
	outputs.Put(gathered)
	o.taken.giveBack()
	o.taken = nil
}

// giveBack keeps the memory of a queue for the next one, unless it is large.
func (f *frames) giveBack() {
	if cap(f.list) > framesKeep {
		return
	}
	clear(f.list)
	f.list = f.list[:0]
	queues.Put(f)
}

// send writes bytes, and waits while the peer does not take them. After a failure
// nothing is sent any more.
func (o *outbox) send(b []byte) {
	if len(b) == 0 || o.writeErr != nil {
		return
	}
	o.unsent = b
	err := o.client.raw.Write(o.onWrite)
	o.unsent = nil
	if o.writeErr == nil {
		o.writeErr = err
	}
	o.client.traffic.output.Add(int64(len(b)))
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.dead:
	case o.writeErr != nil:
		o.end()
		go o.client.Close() // it may have nothing to read that would tell
	default:
		o.written += int64(len(b))
		o.less.Broadcast()
	}
}

// writeReady is called by the poller when the socket may take bytes.
func (o *outbox) writeReady(fd uintptr) bool {
	for len(o.unsent) > 0 {
		n, errno := writeFD(fd, o.unsent)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			if o.convoy != nil {
				o.convoy.leave()
			}
			return false
		case errno != 0:
			o.writeErr = errno
			return true
		default:
			o.unsent = o.unsent[n:]
		}
	}
	return true
}

// pending returns the frames and bytes that wait to be written.
func (o *outbox) pending() (frames int, size int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	frames = len(o.late)
	if o.queue != nil {
		frames += len(o.queue.list)
	}
	return frames, o.queued - o.written
}

// kill ends the outbox of a connection that is closed.
func (o *outbox) kill() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.dead {
		o.end()
	}
}
