package servertest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// replyTimeout bounds the wait for a reply that must come.
const replyTimeout = 10 * time.Second

// maxScanCalls is more than any keyspace of the tests needs.
const maxScanCalls = 1 << 20

// Client is one connection to a server. It hides nothing: it sends what it is
// told and returns each reply as it came.
type Client struct {
	conn net.Conn
	r    *bufio.Reader
}

// Dial connects to a server.
func Dial(addr string) (*Client, error) {
	conn, err := net.DialTimeout("tcp", addr, replyTimeout)
	if err != nil {
		return nil, err
	}
	return &Client{conn: conn, r: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// Close hangs up.
func (c *Client) Close() { _ = c.conn.Close() }

// Do sends one request and returns its reply. A reply that is an error is not
// an err.
func (c *Client) Do(args ...string) (resp.Value, error) {
	if err := c.Send(args...); err != nil {
		return resp.Value{}, err
	}
	return c.Read()
}

// Send sends one request as an array of bulk strings.
func (c *Client) Send(args ...string) error {
	return c.SendRaw(Encode(args))
}

// SendRaw sends bytes as they are.
func (c *Client) SendRaw(raw string) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(replyTimeout)); err != nil {
		return err
	}
	_, err := c.conn.Write([]byte(raw))
	return err
}

// Read returns the next reply, which must come within ten seconds.
func (c *Client) Read() (resp.Value, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(replyTimeout)); err != nil {
		return resp.Value{}, err
	}
	return resp.ReadReply(c.r)
}

// Silent reports whether nothing arrives for d. An end of the connection is
// something.
func (c *Client) Silent(d time.Duration) bool {
	if c.r.Buffered() > 0 {
		return false
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return false
	}
	_, err := c.r.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// Scan iterates over the whole keyspace with the given options of SCAN and
// returns what it was told as one array without duplicates, or the error the
// server replied with.
func (c *Client) Scan(options ...string) (resp.Value, error) {
	all := resp.Value{Kind: resp.KindArray}
	seen := map[string]bool{}
	cursor := "0"
	for range maxScanCalls {
		page, err := c.Do(append([]string{"SCAN", cursor}, options...)...)
		if err != nil || page.IsError() {
			return page, err
		}
		if len(page.Elems) != 2 || page.Elems[0].Kind != resp.KindBulk || page.Elems[1].Kind != resp.KindArray {
			return page, fmt.Errorf("reply of SCAN: %s", Text(page))
		}
		for _, key := range page.Elems[1].Elems {
			if !seen[key.Str] {
				seen[key.Str] = true
				all.Elems = append(all.Elems, key)
			}
		}
		if cursor = page.Elems[0].Str; cursor == "0" {
			return all, nil
		}
	}
	return all, fmt.Errorf("SCAN has not ended after %d calls", maxScanCalls)
}

// Encode returns the request of these words, as an array of bulk strings.
func Encode(args []string) string { return string(appendRequest(nil, args)) }

// appendRequest appends what Encode returns.
func appendRequest(b []byte, args []string) []byte {
	b = append(b, '*')
	b = strconv.AppendInt(b, int64(len(args)), 10)
	for _, a := range args {
		b = append(b, "\r\n$"...)
		b = strconv.AppendInt(b, int64(len(a)), 10)
		b = append(b, "\r\n"...)
		b = append(b, a...)
	}
	return append(b, "\r\n"...)
}
