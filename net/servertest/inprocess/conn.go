package inprocess

import (
	"bufio"
	"net"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
)

// replyMost is how long a reply may take.
const replyMost = 20 * time.Second

// Conn is a connection to a server. It belongs to one goroutine.
type Conn struct {
	net.Conn
	r *bufio.Reader
}

// Dial connects to the server's unix socket, until the end of the test.
func (s *Server) Dial(tb testing.TB) *Conn {
	tb.Helper()
	return s.dial(tb, "unix", s.Path)
}

// DialTCP connects to the server's port, until the end of the test.
func (s *Server) DialTCP(tb testing.TB) *Conn {
	tb.Helper()
	return s.dial(tb, "tcp", s.TCP(tb))
}

func (s *Server) dial(tb testing.TB, network, address string) *Conn {
	tb.Helper()
	conn, err := net.Dial(network, address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return Wrap(conn)
}

// Wrap makes a Conn of a connection.
func Wrap(conn net.Conn) *Conn { return &Conn{Conn: conn, r: bufio.NewReaderSize(conn, 64<<10)} }

// Send sends one request.
func (c *Conn) Send(words ...string) error { return c.SendRaw(servertest.Encode(words)) }

// SendRaw sends bytes as they are.
func (c *Conn) SendRaw(raw string) error {
	_, err := c.Write([]byte(raw))
	return err
}

// Reply reads one reply.
func (c *Conn) Reply() (resp.Value, error) {
	if err := c.SetReadDeadline(time.Now().Add(replyMost)); err != nil {
		return resp.Value{}, err
	}
	return resp.ReadReply(c.r)
}

// Do sends one request and reads its reply.
func (c *Conn) Do(words ...string) (resp.Value, error) {
	if err := c.Send(words...); err != nil {
		return resp.Value{}, err
	}
	return c.Reply()
}

// Say is Do in the goroutine of a test: it ends the test when there is no reply.
// The reply comes as resp.Value.String writes it.
func (c *Conn) Say(tb testing.TB, words ...string) string {
	tb.Helper()
	v, err := c.Do(words...)
	if err != nil {
		tb.Fatalf("%.80q: %v", words, err)
	}
	return v.String()
}

// Hear reads one reply in the goroutine of a test.
func (c *Conn) Hear(tb testing.TB) string {
	tb.Helper()
	v, err := c.Reply()
	if err != nil {
		tb.Fatal(err)
	}
	return v.String()
}

// Ended tells whether the server ends the connection within limit, without
// another reply.
func (c *Conn) Ended(limit time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(limit))
	_, err := c.r.ReadByte()
	nerr, timeout := err.(net.Error)
	return err != nil && !(timeout && nerr.Timeout())
}

// Silent tells whether nothing arrives for d.
func (c *Conn) Silent(d time.Duration) bool {
	_ = c.SetReadDeadline(time.Now().Add(d))
	_, err := c.r.Peek(1)
	nerr, ok := err.(net.Error)
	return ok && nerr.Timeout()
}
