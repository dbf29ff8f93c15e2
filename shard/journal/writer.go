package journal

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/shard/disk"
)

// refusalText is the error for commands that write while the log cannot be written.
const refusalText = "MISCONF Errors writing to the AOF file: "

// errUnsettled is why there is no Turn.
var errUnsettled = errors.New("the part at hand could not be written to its end")

// writer is the side of the log that knows the file.
//
// Invariants: size is the length of the file up to the last whole group, at which the
// next group begins; what is behind it, up to filled, is fill. A broken file is neither
// written nor synced any more.
type writer struct {
	j *Journal

	// Owned by the goroutine of the log.
	files  *Files
	part   aof.Part
	size   int64
	filled int64
	scarce bool // there was no room for fill

	end      atomic.Int64 // size, for who syncs
	synced   atomic.Int64 // up to where the file is durable
	broken   atomic.Bool  // what the file holds is not known: a Turn must come
	detached atomic.Bool  // the manifest does not name the part yet

	mu   sync.Mutex // held while file is synced, and while it is replaced
	file disk.File  // replaced by the goroutine of the log alone
}

// Turn is the change from one part to the next.
type Turn struct {
	detached bool
	done     chan struct{}
	part     aof.Part
	err      error
}

// Wait returns the new part when everything before the Turn is durable, or why there
// is none; the log goes on in the old one then, unless that was beyond repair.
func (t *Turn) Wait() (aof.Part, error) {
	<-t.done
	return t.part, t.err
}

// Turn has what is appended from now on go to a new part. The caller holds all
// shards, which have appended what they had. With detached set the manifest does not
// name the part before Files.Adopt does, since what it names so far is not the data.
func (j *Journal) Turn(detached bool) *Turn {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := &Turn{detached: detached || j.writer.broken.Load() || j.writer.detached.Load(), done: make(chan struct{})}
	last := j.open
	last.turn, last.end = t, j.published
	j.queued += len(last.bytes)
	j.queue = append(j.queue, last)
	j.open, j.selected, j.second, j.dropping = chunk{}, -1, 0, false
	j.signal()
	return t
}

// run is the goroutine of the log.
func (j *Journal) run(quit chan struct{}) {
	defer close(quit)
	for {
		<-j.work
		j.gather()
		chunks, last := j.take()
		for i := range chunks {
			j.writer.chunk(&chunks[i])
		}
		syncs := j.settings.Load().Policy == Always && !j.putOff()
		if syncs {
			began := time.Now()
			j.writer.sync()
			took := time.Since(began)
			j.took("aof-fsync-always", took)
			if len(chunks) > 0 {
				j.gathered(took)
			}
		}
		j.release(!syncs || last || j.writer.detached.Load())
		if last {
			j.writer.close()
			return
		}
	}
}

// putOff tells whether nothing is synced until a rewrite is over.
func (j *Journal) putOff() bool {
	return j.settings.Load().NoSyncOnRewrite && j.rewriting.Load()
}

// take returns the chunks to write, and whether they are the last.
func (j *Journal) take() (chunks []chunk, last bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	chunks = j.queue
	if len(j.open.bytes) > 0 {
		chunks = append(chunks, j.open)
		j.open = chunk{}
	}
	j.queue, j.queued = nil, 0
	j.room.Broadcast()
	return chunks, j.quit
}

// chunk writes one chunk and turns to the next part, if it says so.
func (w *writer) chunk(c *chunk) {
	if len(c.bytes) > 0 {
		w.write(c)
		w.j.keep(c.bytes)
	}
	if c.turn != nil {
		c.turn.part, c.turn.err = w.turn(c)
		close(c.turn.done)
	}
}

// keep takes the memory of a chunk back.
func (j *Journal) keep(bytes []byte) {
	if cap(bytes) <= keepMost {
		j.mu.Lock()
		j.spare = bytes[:0]
		j.mu.Unlock()
	}
}

// write writes a group, and tries again for as long as that fails.
func (w *writer) write(c *chunk) {
	if aof.Opened(c.bytes) {
		c.bytes = aof.CloseGroup(c.bytes, w.size, w.synced.Load())
	}
	for !w.broken.Load() {
		began := time.Now()
		err := w.lay(c)
		if err == nil {
			w.j.took("aof-write", time.Since(began))
			w.size += int64(len(c.bytes))
			w.end.Store(w.size)
			w.j.figures.current.Store(w.size)
			w.j.written.Store(c.end)
			w.j.recovered()
			return
		}
		if w.j.settings.Load().Policy == Always {
			w.j.fatal(fmt.Errorf("cannot write the append-only file, and appendfsync is always: %w", err))
			w.broken.Store(true)
			return
		}
		if !w.j.failed(err) {
			return
		}
	}
	w.j.written.Store(c.end) // it will be in the base that is asked for
}

// fillAhead is how much fill is written at a time. A sync of so much takes about twice as
// long as one of a group does, once in some tens of groups.
const fillAhead = 256 << 10

// lay writes a chunk and what has to stand behind it. Under Always that is fill: each
// group is synced, which takes about two thirds of the time where it does not change the
// length of the file. Large groups do without, which would be written twice.
func (w *writer) lay(c *chunk) error {
	n := len(c.bytes)
	end := w.size + int64(n)
	wanted := !w.scarce && n <= fillAhead/8 && aof.Opened(c.bytes) && w.j.settings.Load().Policy == Always
	fill := end+1 == w.filled || end >= w.filled && wanted
	switch {
	case end+1 < w.filled:
		c.bytes = aof.AppendOver(c.bytes)
	case fill:
		c.bytes = aof.AppendFill(c.bytes, end, aof.FillEnd(end+fillAhead))
	}
	err := w.put(c.bytes)
	c.bytes = c.bytes[:n]
	if err != nil && fill {
		w.scarce = true
		err = w.put(c.bytes)
	}
	return err
}

// trim takes the fill back, for good: a crash could leave half a line of it, which only
// the last part may end with. It reports whether nothing is unknown about the file.
func (w *writer) trim() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken.Load() {
		return false
	}
	if w.filled == w.size || w.file.Truncate(w.size) != nil { // a file that keeps it is whole, too
		return true
	}
	w.filled = w.size
	if err := w.file.Sync(); err != nil {
		w.j.beyondRepair(err)
		return false
	}
	return true
}

// put writes bytes behind the last group, or leaves the file as it was, but for fill.
func (w *writer) put(bytes []byte) error {
	n, err := w.file.WriteAt(bytes, w.size)
	if err == nil {
		w.filled = max(w.filled, w.size+int64(len(bytes)))
		return nil
	}
	if n > 0 || w.filled > w.size {
		w.filled = w.size
		if back := w.file.Truncate(w.size); back != nil {
			w.j.beyondRepair(fmt.Errorf("a part of a group cannot be taken back: %w", back))
		}
	}
	return err
}

// failed notes that a write has failed and waits for the next attempt. It returns
// false when there is to be none.
func (j *Journal) failed(err error) (again bool) {
	text := refusalText + reason(err)
	if j.refusal.Swap(&text) == nil {
		j.log.Error("the append-only file cannot be written; commands that write are refused until it can", "error", err)
		j.refused()
	}
	j.figures.writeFailed.Store(true)
	j.mu.Lock()
	j.failing = true
	j.room.Broadcast()
	j.mu.Unlock()
	<-time.After(j.syncEvery)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dropping {
		j.writer.broken.Store(true)
	}
	if j.quit {
		j.log.Error("what could not be written to the append-only file is lost", "bytes", j.published-j.written.Load())
	}
	return !j.quit && !j.dropping
}

// recovered notes that the log can be written.
func (j *Journal) recovered() {
	if j.refusal.Load() == nil || j.writer.broken.Load() || j.writer.detached.Load() {
		return
	}
	j.mu.Lock()
	j.failing = false
	j.mu.Unlock()
	j.figures.writeFailed.Store(false)
	j.refusal.Store(nil)
	j.refused()
	j.log.Info("the append-only file can be written again")
}

// beyondRepair notes that nothing is known any more about the file at hand.
func (j *Journal) beyondRepair(err error) {
	if j.settings.Load().Policy == Always {
		j.fatal(fmt.Errorf("the append-only file cannot be synced, and appendfsync is always: %w", err))
	}
	if j.writer.broken.Swap(true) {
		return
	}
	text := refusalText + reason(err)
	j.refusal.Store(&text)
	j.refused()
	j.figures.writeFailed.Store(true)
	j.log.Error("the append-only file is given up for a new one; commands that write are refused until that is durable", "error", err)
	j.mu.Lock()
	j.giveUp()
	j.mu.Unlock()
}

// sync syncs what was written, and reports whether everything that was is durable.
func (w *writer) sync() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	upTo, end := w.j.written.Load(), w.end.Load()
	if w.broken.Load() {
		return false
	}
	if upTo == w.j.durable.Load() {
		return true
	}
	w.j.figures.syncs.Add(1)
	if err := w.file.Sync(); err != nil {
		w.j.beyondRepair(err)
		return false
	}
	w.synced.Store(end)
	if !w.detached.Load() {
		w.j.durable.Store(upTo)
	}
	return true
}

// turn goes on in a new part.
func (w *writer) turn(c *chunk) (aof.Part, error) {
	if !c.turn.detached && (w.broken.Load() || !w.sync() || !w.trim()) {
		return aof.Part{}, errUnsettled
	}
	f, part, err := w.files.next(c.turn.detached, w.size)
	if err != nil {
		return aof.Part{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.file.Close()
	w.file, w.part, w.size, w.filled, w.scarce = f, part, 0, 0, false
	w.end.Store(0)
	w.synced.Store(0)
	w.j.figures.current.Store(0)
	w.j.written.Store(c.end)
	w.detached.Store(c.turn.detached)
	w.broken.Store(false)
	return part, nil
}

// close makes everything durable and closes the file.
func (w *writer) close() {
	w.sync()
	w.trim()
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.file.Close()
}

// syncNowAndThen is the goroutine that syncs under EverySec, and asks for a new base
// as long as one is needed.
func (j *Journal) syncNowAndThen(quit chan struct{}) {
	ticker := time.NewTicker(j.syncEvery)
	defer ticker.Stop()
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
		}
		switch {
		case j.writer.broken.Load() || j.writer.detached.Load() && !j.rewriting.Load():
			j.renew()
		case j.settings.Load().Policy == EverySec && j.written.Load() != j.durable.Load() && !j.putOff():
			j.syncTimed()
		}
	}
}

// delayed is how long a sync may take before it is counted as one that holds others
// up.
const delayed = 2 * time.Second

func (j *Journal) syncTimed() {
	j.figures.syncing.Store(1)
	begun := time.Now()
	j.writer.sync()
	if time.Since(begun) > delayed {
		j.figures.delayed.Add(1)
	}
	j.figures.syncing.Store(0)
	j.release(false)
}

// Adopted notes that the manifest names the part at hand.
func (j *Journal) Adopted() {
	j.writer.detached.Store(false)
	j.recovered()
	j.signal()
}

// reason returns the operating system's word for an error.
func reason(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		text := []byte(number.Error())
		text[0] -= 'a' - 'A'
		return string(text)
	}
	return err.Error()
}
