package session

import (
	"errors"
	"io"
	"syscall"
)

// errQueryTooLong ends a client whose unfinished request is larger than
// client-query-buffer-limit.
var errQueryTooLong = errors.New("session: query buffer limit exceeded")

// fill waits until the peer has sent something and reads it.
func (c *Client) fill() error {
	if c.leaving {
		return io.EOF
	}
	c.readErr = nil
	if err := c.raw.Read(c.onRead); err != nil {
		return err
	}
	return c.readErr
}

// readReady is called by the poller when there may be something to read. It
// takes a buffer only for as long as there is.
func (c *Client) readReady(fd uintptr) bool {
	if c.readErr = c.makeInputRoom(); c.readErr != nil {
		return true
	}
	for {
		n, errno := readFD(fd, c.in.bytes[c.tail:])
		switch {
		case errno == syscall.EINTR:
			continue
		case errno == syscall.EAGAIN:
			c.rest()
			return false
		case errno != 0:
			c.readErr = errno
		case n == 0:
			c.readErr = io.EOF
		default:
			c.tail += n
			c.traffic.input.Add(int64(n))
		}
		return true
	}
}

// makeInputRoom sees to it that there is an input buffer with room behind what
// it holds. It grows with what has arrived, never with what was announced.
func (c *Client) makeInputRoom() error {
	if c.in == nil {
		c.in = inputs.Get().(*buffer)
		c.head, c.tail = 0, 0
		c.noteInput()
		return nil
	}
	if c.head == c.tail {
		c.head, c.tail = 0, 0
	}
	if c.tail < len(c.in.bytes) {
		return nil
	}
	if c.head > 0 {
		c.tail = copy(c.in.bytes, c.in.bytes[c.head:c.tail])
		c.head = 0
		return nil
	}
	if int64(c.tail) > c.env.Settings.Load().QueryBufferLimit {
		return errQueryTooLong
	}
	larger := make([]byte, 2*len(c.in.bytes))
	copy(larger, c.in.bytes)
	c.in.bytes = larger
	c.noteInput()
	return nil
}

func (c *Client) noteInput() {
	held := int64(0)
	if c.in != nil {
		held = int64(len(c.in.bytes))
	}
	c.buffered.Store(held)
}

// rest gives back what is not needed while the peer is silent.
func (c *Client) rest() {
	if c.head == c.tail {
		c.releaseInput()
	}
	c.releaseOutput()
}

func (c *Client) releaseInput() {
	if c.in == nil {
		return
	}
	if len(c.in.bytes) <= keepSize {
		inputs.Put(c.in)
	}
	c.in = nil
	c.head, c.tail = 0, 0
	c.noteInput()
}

// output returns the buffer for what is to be written.
func (c *Client) output() *buffer {
	if c.out == nil {
		c.out = outputs.Get().(*buffer)
	}
	return c.out
}

// flush writes the output, and waits while the peer does not take it.
func (c *Client) flush() error {
	if c.out == nil || len(c.out.bytes) == 0 {
		return nil
	}
	c.unsent, c.writeErr = c.out.bytes, nil
	c.traffic.output.Add(int64(len(c.unsent)))
	if err := c.raw.Write(c.onWrite); err != nil {
		return err
	}
	c.unsent = nil
	c.out.bytes = c.out.bytes[:0]
	if cap(c.out.bytes) > keepSize {
		c.out.bytes = make([]byte, 0, outputSize)
	}
	return c.writeErr
}

// writeReady is called by the poller when the socket may take bytes.
func (c *Client) writeReady(fd uintptr) bool {
	for len(c.unsent) > 0 {
		n, errno := writeFD(fd, c.unsent)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			return false
		case errno != 0:
			c.writeErr = errno
			return true
		default:
			c.unsent = c.unsent[n:]
		}
	}
	return true
}

func (c *Client) releaseOutput() {
	if c.out == nil {
		return
	}
	outputs.Put(c.out)
	c.out = nil
}
