package migrate

import (
	"bufio"
	"net"
	"sync"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

const (
	// linksMost is how many connections are kept.
	linksMost = 64
	// idleMost is for how long one is kept after its last use.
	idleMost = 10 * time.Second
	// noDatabase says that it is not known which database is selected.
	noDatabase = -1
)

// link is a connection to another server. It belongs to the call that has taken it.
type link struct {
	address  string
	conn     net.Conn
	r        *bufio.Reader
	w        *bufio.Writer
	err      error // the first of writing
	out      resp.Writer
	database int64 // selected there, noDatabase for not known
	used     time.Time
}

// within gives the operations that follow so much time.
func (l *link) within(d time.Duration) { _ = l.conn.SetDeadline(time.Now().Add(d)) }

// request writes one request.
func (l *link) request(words ...[]byte) {
	l.out.Buf = l.out.Buf[:0]
	l.out.Array(len(words))
	for _, word := range words {
		l.out.Bulk(word)
	}
	if _, err := l.w.Write(l.out.Buf); err != nil && l.err == nil {
		l.err = err
	}
}

// flush sends what was written.
func (l *link) flush() error {
	if err := l.w.Flush(); err != nil && l.err == nil {
		l.err = err
	}
	return l.err
}

// reply reads one reply and returns the text of an error, "" for another one.
func (l *link) reply(timeout time.Duration) (refusal string, err error) {
	l.within(timeout)
	v, err := resp.ReadReply(l.r)
	if err != nil {
		return "", err
	}
	if v.IsError() {
		return v.Str, nil
	}
	return "", nil
}

// drop closes a connection that is of no use any more.
func (l *link) drop() { _ = l.conn.Close() }

// links are the connections that nobody uses now.
type links struct {
	mu   sync.Mutex
	idle []*link // the least recently used first
}

func newLinks() *links { return &links{} }

// take returns a connection to address: one that was kept, or a new one.
func (s *links) take(address string, timeout time.Duration) (l *link, kept bool, err error) {
	if l := s.find(address); l != nil {
		return l, true, nil
	}
	conn, err := net.DialTimeout("tcp", address, timeout)
	if err != nil {
		return nil, false, err
	}
	return &link{
		address: address, conn: conn, database: noDatabase,
		r: bufio.NewReader(conn), w: bufio.NewWriterSize(conn, 64<<10),
	}, false, nil
}

// find takes a connection to address that was kept, and closes those that were kept
// for too long.
func (s *links) find(address string) *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for len(s.idle) > 0 && now.Sub(s.idle[0].used) > idleMost {
		s.idle[0].drop()
		s.idle = s.idle[1:]
	}
	for i, l := range s.idle {
		if l.address == address {
			s.idle = append(s.idle[:i:i], s.idle[i+1:]...)
			return l
		}
	}
	return nil
}

// keep keeps a connection for the next call.
func (s *links) keep(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.used = time.Now()
	s.idle = append(s.idle, l)
	if len(s.idle) > linksMost {
		s.idle[0].drop()
		s.idle = s.idle[1:]
	}
}

// close closes all that are kept.
func (s *links) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.idle {
		l.drop()
	}
	s.idle = nil
}
