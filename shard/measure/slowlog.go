package measure

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	slowArgs  = 32  // arguments of a request that are kept
	slowBytes = 128 // bytes of an argument that are kept
)

// Slow is a command that took long.
type Slow struct {
	ID      int64
	At      int64 // unix seconds, when it had run
	Micros  int64 // it took
	Args    [][]byte
	Address string // of the client
	Name    string // of the client, "" for none
}

// Slowlog keeps the last slow commands. The zero value keeps none. Any goroutine
// may use it.
type Slowlog struct {
	mu      sync.Mutex
	entries []Slow // the oldest first
	next    int64  // ID of the next one
	most    int
}

// limit sets how many entries are kept, and drops those that are too many.
func (l *Slowlog) limit(most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.most = most
	l.trim()
}

func (l *Slowlog) trim() {
	if over := len(l.entries) - l.most; over > 0 {
		l.entries = slices.Delete(l.entries, 0, over)
	}
}

// record adds a request that took that long. args are copied as far as they are
// kept.
func (l *Slowlog) record(args [][]byte, took time.Duration, from Origin) {
	e := Slow{At: time.Now().Unix(), Micros: took.Microseconds(), Args: abridge(args)}
	if from != nil {
		e.Address, e.Name = from.Origin()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e.ID = l.next
	l.next++
	l.entries = append(l.entries, e)
	l.trim()
}

// abridge copies a request, in which long arguments and what is behind many are
// told in words.
func abridge(args [][]byte) [][]byte {
	kept := make([][]byte, 0, min(len(args), slowArgs))
	for i, arg := range args {
		if i == slowArgs-1 && len(args) > slowArgs {
			return append(kept, []byte("... ("+strconv.Itoa(len(args)-i)+" more arguments)"))
		}
		text := slices.Clone(arg[:min(len(arg), slowBytes)])
		if more := len(arg) - slowBytes; more > 0 {
			text = append(text, "... ("+strconv.Itoa(more)+" more bytes)"...)
		}
		kept = append(kept, text)
	}
	return kept
}

// Latest returns up to n entries, the newest first; all for n below 0. What they
// hold must not be changed.
func (l *Slowlog) Latest(n int) []Slow {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < 0 || n > len(l.entries) {
		n = len(l.entries)
	}
	latest := slices.Clone(l.entries[len(l.entries)-n:])
	slices.Reverse(latest)
	return latest
}

// Len returns the number of entries.
func (l *Slowlog) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Reset drops all entries. The next ID is as if they were there.
func (l *Slowlog) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}
