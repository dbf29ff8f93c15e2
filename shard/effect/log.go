package effect

import "github.com/troupe-db/troupe/codec/resp"

// Log is the effects of one turn, in the order in which they have taken place.
type Log struct {
	w     resp.Writer // whole requests
	first int         // the database that the first of them is for
	last  int         // the database that is selected behind the last
	some  bool        // there is a request

	depth int // of Begin
	start int // where the outermost unit begins in w
	count int // requests of that unit, SELECT left out
	total int64
}

// The requests that a Log writes by itself.
const (
	multi = "*1\r\n$5\r\nMULTI\r\n"
	exec  = "*1\r\n$4\r\nEXEC\r\n"
)

// Begin starts a unit, or one within the unit at hand that is a part of it.
func (l *Log) Begin() {
	if l.depth == 0 {
		l.start, l.count = len(l.w.Buf), 0
	}
	l.depth++
}

// End ends what Begin has started.
func (l *Log) End() {
	if l.depth--; l.depth > 0 || l.count < 2 {
		return
	}
	end := len(l.w.Buf)
	l.w.Buf = append(l.w.Buf, multi...)
	copy(l.w.Buf[l.start+len(multi):], l.w.Buf[l.start:end])
	copy(l.w.Buf[l.start:], multi)
	l.w.Buf = append(l.w.Buf, exec...)
}

// Request starts an effect of that many words on a database. The caller writes the
// words as bulk strings, all of them at once.
func (l *Log) Request(db, words int) *resp.Writer {
	if !l.some {
		l.some, l.first, l.last = true, db, db
	}
	if db != l.last {
		l.last = db
		l.w.Array(2)
		l.w.BulkString("SELECT")
		l.w.BulkInt(int64(db))
	}
	l.count++
	l.total++
	l.w.Array(words)
	return &l.w
}

// Removed adds the deletion of a key that went without a command.
func (l *Log) Removed(db int, name []byte) {
	w := l.Request(db, 2)
	w.BulkString("DEL")
	w.Bulk(name)
}

// Received adds a request as its client has sent it.
func (l *Log) Received(db int, args [][]byte) {
	w := l.Request(db, len(args))
	for _, arg := range args {
		w.Bulk(arg)
	}
}

// Count returns the number of effects since the Log is there.
func (l *Log) Count() int64 { return l.total }

// Bytes returns the requests, with the databases that must be selected before the
// first and that is selected behind the last. It must not be called within a unit.
func (l *Log) Bytes() (requests []byte, first, last int) { return l.w.Buf, l.first, l.last }

// Within tells whether a unit has begun and not ended.
func (l *Log) Within() bool { return l.depth > 0 }

// Empty tells whether there are no requests.
func (l *Log) Empty() bool { return !l.some }

// keep is how many bytes a Log that is reset keeps room for.
const keep = 1 << 20

// Reset forgets the requests and keeps the memory.
func (l *Log) Reset() {
	l.some = false
	l.w.Buf = l.w.Buf[:0]
	if cap(l.w.Buf) > keep {
		l.w.Buf = nil
	}
}
