package migrate

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// What clients are told, in Redis's words.
const (
	textKeysNotEmpty = "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string"
	textConnect      = "IOERR error or timeout connecting to the client"
	textWriting      = "IOERR error or timeout writing to target instance"
	textReading      = "IOERR error or timeout reading to target instance"
	textTarget       = "ERR Target instance replied with error: %s"
	statusNoKey      = "NOKEY"
)

// defaultTimeout is taken for one that is not positive.
const defaultTimeout = time.Second

// Migration serves MIGRATE. It keeps connections to other servers.
type Migration struct {
	links *links
}

// New returns a Migration.
func New() *Migration { return &Migration{links: newLinks()} }

// Close closes the connections that are kept.
func (m *Migration) Close() { m.links.close() }

// request is what MIGRATE is asked for.
type request struct {
	address       string
	database      int64
	timeout       time.Duration
	copies        bool // the keys stay
	replace       bool // those of the other server go
	user          []byte
	password      []byte
	authenticates bool
	first, last   int // arguments that are keys
}

// parse reads the arguments. It replies and reports false when they make no sense.
func (r *request) parse(ctx *command.Ctx) bool {
	r.first, r.last = argKey, argKey
	p := ctx.Parse(argOptions)
	for p.More() {
		switch {
		case p.Is("COPY"):
			r.copies = true
		case p.Is("REPLACE"):
			r.replace = true
		case p.IsWith("AUTH", 1):
			r.user, r.password, r.authenticates = nil, p.Bytes(), true
		case p.IsWith("AUTH2", 2):
			r.user = p.Bytes()
			r.password, r.authenticates = p.Bytes(), true
		case p.Is("KEYS"):
			if len(ctx.Args[argKey]) > 0 {
				p.Fail(textKeysNotEmpty)
				break
			}
			r.first, r.last = p.Index(), len(ctx.Args)-1
			p.Skip(p.Left())
		default:
			p.Syntax()
		}
	}
	if !p.OK() {
		return false
	}
	p = ctx.Parse(argDatabase)
	r.database = p.Int()
	q := ctx.Parse(argTimeout)
	timeout := q.Int()
	if !q.OK() || !p.OK() {
		return false
	}
	r.timeout = defaultTimeout
	if timeout > 0 {
		r.timeout = time.Duration(min(timeout, int64(24*time.Hour/time.Millisecond))) * time.Millisecond
	}
	r.address = net.JoinHostPort(string(ctx.Args[argHost]), string(ctx.Args[argPort]))
	return true
}

// run serves MIGRATE.
func (m *Migration) run(ctx *command.Ctx) {
	var r request
	if !r.parse(ctx) {
		return
	}
	var there []int // the arguments that name keys which are there
	for i := r.first; i <= r.last; i++ {
		if ctx.Key(i).Read().Exists() {
			there = append(there, i)
		}
	}
	if len(there) == 0 {
		ctx.Status(statusNoKey)
		return
	}
	var removed []int
	for again := true; again; {
		removed, again = m.attempt(ctx, &r, there)
	}
	if len(removed) == 0 {
		ctx.NoEffect()
		return
	}
	if w := ctx.Effect(1 + len(removed)); w != nil {
		w.BulkString("DEL")
		for _, i := range removed {
			w.Bulk(ctx.Args[i])
		}
	}
}

// attempt sends the keys and replies. It reports true when nothing has come of a
// connection that was kept, and a new one is to be tried.
func (m *Migration) attempt(ctx *command.Ctx, r *request, there []int) (removed []int, again bool) {
	l, kept, err := m.links.take(r.address, r.timeout)
	if err != nil {
		ctx.Error(connectText(err))
		return nil, false
	}
	preludes, sent, err := l.send(ctx, r, there)
	if err != nil {
		l.drop()
		if kept && !isTimeout(err) {
			return nil, true
		}
		ctx.Error(textWriting)
		return nil, false
	}
	removed, refusal, err := l.receive(ctx, r, preludes, sent)
	switch {
	case err != nil:
		l.drop()
		if kept && len(removed) == 0 && refusal == "" && !isTimeout(err) {
			return nil, true
		}
		ctx.Error(textReading)
	case refusal != "":
		l.database = noDatabase
		m.links.keep(l)
		ctx.Error(fmt.Sprintf(textTarget, refusal))
	default:
		m.links.keep(l)
		ctx.OK()
	}
	return removed, false
}

// send writes all requests and returns how many come before those of keys, and the
// arguments that name the keys which were sent.
func (l *link) send(ctx *command.Ctx, r *request, there []int) (preludes int, sent []int, err error) {
	l.within(r.timeout)
	if r.authenticates {
		words := [][]byte{[]byte("AUTH"), r.password}
		if r.user != nil {
			words = [][]byte{words[0], r.user, r.password}
		}
		l.request(words...)
		preludes++
	}
	if l.database != r.database {
		l.request([]byte("SELECT"), strconv.AppendInt(nil, r.database, 10))
		preludes++
		l.database = r.database
	}
	for _, i := range there {
		e := ctx.Key(i).Glance()
		w := rdb.NewPayload()
		if !e.Exists() || !dump.WriteValue(w, e.Value(), ctx.Now) {
			continue
		}
		ttl := int64(0)
		if at := e.Expiry(); at != keyspace.NoExpire {
			ttl = max(at-ctx.Now, 1)
		}
		words := [][]byte{[]byte("RESTORE"), ctx.Args[i], strconv.AppendInt(nil, ttl, 10), w.Payload()}
		if r.replace {
			words = append(words, []byte("REPLACE"))
		}
		l.within(r.timeout)
		l.request(words...)
		sent = append(sent, i)
	}
	return preludes, sent, l.flush()
}

// receive reads the replies and removes the keys that were acknowledged. It returns
// their arguments, and the first error that the other server has replied with.
func (l *link) receive(ctx *command.Ctx, r *request, preludes int, sent []int) (removed []int, refusal string, err error) {
	barred := false
	for range preludes {
		text, err := l.reply(r.timeout)
		if err != nil {
			return nil, "", err
		}
		if text != "" && !barred {
			refusal, barred = text, true
		}
	}
	for _, i := range sent {
		text, err := l.reply(r.timeout)
		switch {
		case err != nil:
			return removed, refusal, err
		case text != "" || barred:
			if refusal == "" {
				refusal = text
			}
		case !r.copies:
			k := ctx.Key(i)
			if e := k.Write(); e.Exists() { // a key may be named twice
				e.Delete()
				k.Notify(keyspace.EventGeneric, "del")
				removed = append(removed, i)
			}
		}
	}
	return removed, refusal, nil
}

// connectText returns what a client is told about a server that cannot be reached. One
// that refuses is noticed by Redis when it writes.
func connectText(err error) string {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return textWriting
	}
	return textConnect
}

// isTimeout tells whether an operation has taken too long.
func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
