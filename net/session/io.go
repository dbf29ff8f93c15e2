package session

import (
	"errors"
	"io"
	"syscall"

	"github.com/troupe-db/troupe/actor/processors"
)

// errQueryTooLong ends a client whose unfinished request is larger than
// client-query-buffer-limit.
var errQueryTooLong = errors.New("session: query buffer limit exceeded")

// readReady is called by the poller, first when Serve begins to read and then
// whenever there may be something to read. It reads and answers, and returns true
// to leave the poller: for a blocking command, an error, or the end.
//
// A read that did not fill the buffer has emptied the socket, and the poller
// tells of everything that arrives later. So there is no second read to be told
// that nothing is left, which would be a third of all system calls. The one thing
// that can be missed is an end that arrived together with the last bytes: see
// CheckEnded.
func (c *Client) readReady(fd uintptr) bool {
	c.polled = fd
	defer func() { c.polled = 0 }()
	for {
		room, n := c.read(fd)
		if n == 0 {
			return c.readErr != nil
		}
		c.answer()
		if c.readErr != nil {
			return true
		}
		if c.waits() { // perhaps for long; the request at hand stays where it is
			c.releaseOutput()
			return true
		}
		if n < room {
			if !c.unsure.Load() {
				c.unsure.Store(true)
			}
			apart := c.apart
			c.rest()
			if apart { // otherwise a shard has nothing to do soon
				processors.Idle(always)
			}
			return false
		}
	}
}

func always() bool { return true }

// read reads what there is, and returns how much it could and did read. With
// nothing to read, and after an error, n is 0.
func (c *Client) read(fd uintptr) (room, n int) {
	if c.readErr = c.makeInputRoom(); c.readErr != nil {
		return 0, 0
	}
	into := c.in.bytes[c.tail:]
	for {
		n, errno := readFD(fd, into)
		switch {
		case errno == syscall.EINTR:
			continue
		case errno == syscall.EAGAIN:
			c.rest()
			return len(into), 0
		case errno != 0:
			c.readErr = errno
			return len(into), 0
		case n == 0:
			c.readErr = io.EOF
		}
		c.tail += n
		c.traffic.input.Add(int64(n))
		return len(into), n
	}
}

// answer executes the requests that are there and writes the replies.
func (c *Client) answer() {
	c.process()
	if err := c.flush(); err != nil {
		c.readErr = err
	}
}

// makeInputRoom sees to it that there is room behind what the input buffer holds. It
// grows with what has arrived, never with what was announced.
func (c *Client) makeInputRoom() error {
	c.warm()
	c.equip()
	filled := c.tail == len(c.in.bytes) // there is more to come
	if c.head == c.tail {
		c.head, c.tail = 0, 0
	}
	switch {
	case !filled:
		return nil
	case len(c.in.bytes) < widest:
		c.widenInput()
		return nil
	case c.tail < len(c.in.bytes):
		return nil
	case c.head > 0:
		c.moveInput(c.in.bytes)
		return nil
	}
	if int64(c.tail) > c.env.Settings.Load().QueryBufferLimit {
		return errQueryTooLong
	}
	larger := make([]byte, 2*len(c.in.bytes))
	c.moveInput(larger)
	c.in.bytes = larger
	c.noteInput()
	return nil
}

// warm looks at each cache line of the client that a request needs, so that they come
// together if they are not in the cache.
func (c *Client) warm() {
	_, _, _, _ = c.traffic.input.Load(), c.unread.Load(), c.monitoring.Load(), c.buffered.Load()
}

// widenInput gives a client that has filled its input buffer a larger one, so that a
// pipeline of requests of some kilobytes each takes few reads and writes. Its memory stays
// in proportion to what has arrived.
func (c *Client) widenInput() {
	class := inputClass(len(c.in.bytes))
	wide := inputs[class+1].Get().(*buffer)
	c.moveInput(wide.bytes)
	inputs[class].Put(c.in)
	c.in = wide
}

// moveInput moves what is left of the input to the beginning of a buffer.
func (c *Client) moveInput(to []byte) {
	c.tail = copy(to, c.in.bytes[c.head:c.tail])
	c.head = 0
}

// noteInput has others see what the client holds between reads.
func (c *Client) noteInput() { c.buffered.Store(int64(len(c.in.bytes))) }

// rest gives back what is not needed while the peer is silent.
func (c *Client) rest() {
	if c.workspace == nil || c.head == c.tail {
		c.clearAway()
	} else {
		c.noteInput()
		c.unparsed.Store(int64(c.tail - c.head))
	}
	c.releaseOutput()
}

// output returns the buffer for what is to be written.
func (c *Client) output() *outgoing {
	if c.out == nil {
		c.out = outgoings.Get().(*outgoing)
	}
	return c.out
}

// flush writes the output, and waits while the peer does not take it.
func (c *Client) flush() error {
	c.courier.Depart()
	if o := c.outbox.Load(); o != nil {
		return c.flushOutbox(o)
	}
	if c.out == nil || len(c.out.bytes) == 0 {
		return nil
	}
	c.writeErr = nil
	size := c.out.size()
	if c.excessive(size) {
		return errOutputTooLong
	}
	c.traffic.output.Add(size)
	c.out.begin()
	err := c.write()
	c.noteRead()
	if err != nil {
		return err
	}
	c.out.reset()
	return c.writeErr
}

// write writes what is unsent. In the poller's callback the descriptor is held, and
// nobody else writes to it, so there is no need to ask the runtime for it unless the
// peer has to be waited for.
func (c *Client) write() error {
	if c.polled != 0 && c.writeReady(c.polled) {
		return nil
	}
	return c.raw.Write(c.writeReady)
}

// writeReady is called by the poller when the socket may take bytes.
func (c *Client) writeReady(fd uintptr) bool {
	out := c.out
	for len(out.unsent) > 0 || len(out.further) > 0 {
		n, errno := out.write(fd)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			c.unread.Store(out.left())
			return false
		case errno != 0:
			c.writeErr = errno
			return true
		default:
			out.sent(n)
		}
	}
	return true
}

// write writes some of what is unsent.
func (o *outgoing) write(fd uintptr) (int, syscall.Errno) {
	if len(o.further) == 0 {
		return writeFD(fd, o.unsent)
	}
	return writeFDs(fd, o.unsent, o.further)
}

func (c *Client) releaseOutput() {
	if c.out == nil {
		return
	}
	c.out.reset() // after a failure it holds replies that nobody else may see
	outgoings.Put(c.out)
	c.out = nil
}
