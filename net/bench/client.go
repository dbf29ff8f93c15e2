package bench

import (
	"bufio"
	"fmt"
	"net"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// replyTimeout bounds the wait for one reply of a command that is not part of a
// measurement: dropping a list of millions is the slowest.
const replyTimeout = 60 * time.Second

// client is one connection for what surrounds a measurement.
type client struct {
	conn net.Conn
	r    *bufio.Reader
	out  []byte
}

func dial(addr string) (*client, error) {
	conn, err := net.DialTimeout("tcp", addr, replyTimeout)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, r: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// abort closes the connection without the wait that TCP makes for stragglers,
// so that ten thousand of them leave no trace.
func (c *client) abort() {
	if tcp, ok := c.conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	c.close()
}

// do sends one command and returns its reply.
func (c *client) do(args ...string) (resp.Value, error) {
	if err := c.conn.SetDeadline(time.Now().Add(replyTimeout)); err != nil {
		return resp.Value{}, err
	}
	w := resp.Writer{Buf: c.out[:0]}
	w.Array(len(args))
	for _, a := range args {
		w.BulkString(a)
	}
	c.out = w.Buf
	if _, err := c.conn.Write(c.out); err != nil {
		return resp.Value{}, err
	}
	return resp.ReadReply(c.r)
}

// ask is do, with an error in place of a reply that is one.
func (c *client) ask(args ...string) (resp.Value, error) {
	v, err := c.do(args...)
	if err == nil && v.IsError() {
		err = fmt.Errorf("%s: %s", args[0], v.Str)
	}
	return v, err
}
