package journal

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/resp"
)

// Policy says when what was written is synced.
type Policy uint8

// The policies, as appendfsync names them.
const (
	Always   Policy = iota // before anybody is told
	EverySec               // once a second
	No                     // when the operating system likes
)

// Settings is what the configuration says about the log. It is immutable; a change
// stores a new one.
type Settings struct {
	Policy          Policy
	Checksums       bool // groups have checksums
	Timestamps      bool // groups tell when they were written
	NoSyncOnRewrite bool // nothing is synced while a rewrite is under way
}

// Options is what a Journal is made of.
type Options struct {
	Log   *slog.Logger
	Fatal func(err error) // called when nothing may be promised any more; must not return
	// Renew asks for a rewrite, after which the log has a base and a part that are
	// whole. It returns at once and is called again every second until that is done.
	Renew func()
	// Took, if not nil, is told how long the disk has taken for something, which has the
	// name that Redis's LATENCY gives it.
	Took func(event string, took time.Duration)
	// Refused, if not nil, is called when Refusal has changed.
	Refused func()
	// SyncEvery is the interval of EverySec and of attempts after failures; 0 means a
	// second.
	SyncEvery time.Duration
}

// Parked is something that waits until the disk has what it depends on.
type Parked interface {
	// Release hands it on. It must not wait.
	Release()
}

const (
	// bufferMost is how many bytes may wait to be written before shards are made to
	// wait.
	bufferMost = 64 << 20
	// keepMost is how large a buffer may be to be kept for the next chunk.
	keepMost = 4 << 20
)

// chunk is what is written at one time.
type chunk struct {
	bytes []byte
	end   int64 // of the stream, behind it
	turn  *Turn // what happens behind it, nil for nothing
}

// parked is a Parked and the offset it waits for.
type parked struct {
	offset int64
	who    Parked
	strict bool // whatever the policy is
}

// Journal is the log. Any goroutine may call its methods, but for what Start and Stop
// say.
type Journal struct {
	// Fixed after New.
	log       *slog.Logger
	fatal     func(error)
	renew     func()
	refused   func()
	took      func(event string, took time.Duration)
	syncEvery time.Duration

	settings  atomic.Pointer[Settings]
	on        atomic.Bool            // between Start and Stop
	durable   atomic.Int64           // stream offset
	written   atomic.Int64           // stream offset
	refusal   atomic.Pointer[string] // nil while all is well
	rewriting atomic.Bool            // a rewrite is under way
	figures   figures

	mu        sync.Mutex // guards what follows, up to the blank line
	open      chunk      // that is being filled
	queue     []chunk    // closed by a Turn, in order, before open
	queued    int        // bytes in queue
	spare     []byte     // memory for the next chunk
	published int64      // stream offset
	selected  int        // database selected at the end of open; -1 for none
	second    int64      // of the last annotation of time
	waiting   []parked
	gathering gathering  // guarded in part, as it says
	dropping  bool       // the file is beyond repair: nothing is kept before the next Turn
	failing   bool       // writes fail at the moment
	quit      bool       // Stop was called
	room      *sync.Cond // broadcast when chunks were taken

	work  chan struct{} // has an element when the goroutine of the log has something to do
	ended sync.WaitGroup

	writer writer // owned by the goroutine of the log, but for what it says
}

// New returns a Journal that is off.
func New(o Options) *Journal {
	j := &Journal{
		log: o.Log, fatal: o.Fatal, renew: o.Renew, refused: o.Refused, took: o.Took, syncEvery: o.SyncEvery,
		selected: -1, work: make(chan struct{}, 1),
	}
	if j.took == nil {
		j.took = func(string, time.Duration) {}
	}
	if j.refused == nil {
		j.refused = func() {}
	}
	if j.syncEvery == 0 {
		j.syncEvery = time.Second
	}
	j.room = sync.NewCond(&j.mu)
	j.gathering.timer = time.NewTimer(gatherMost)
	j.gathering.timer.Stop()
	j.settings.Store(&Settings{Policy: EverySec, Checksums: true})
	return j
}

// Configure changes the settings.
func (j *Journal) Configure(s Settings) {
	j.settings.Store(&s)
	j.signal() // who waits for a sync may not have to any more
}

// Policy returns the policy in force.
func (j *Journal) Policy() Policy { return j.settings.Load().Policy }

// On tells whether the log is being written.
func (j *Journal) On() bool { return j.on.Load() }

// Refusal returns the error for commands that write, or "".
func (j *Journal) Refusal() string {
	if text := j.refusal.Load(); text != nil {
		return *text
	}
	return ""
}

// Published returns the end of the stream, in bytes since the server has started.
func (j *Journal) Published() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.published
}

// Durable returns the offset up to which the stream has reached the disk.
func (j *Journal) Durable() int64 { return j.durable.Load() }

// Gated tells whether replies wait for the disk.
func (j *Journal) Gated() bool { return j.settings.Load().Policy == Always && j.on.Load() }

// Append adds whole units to the stream: requests, which expect database first to be
// selected and leave last selected. now is unix milliseconds. It returns the end of
// the stream. The shards of one fence append together, once.
//
// It copies the bytes, and waits while more than bufferMost of them could not be
// written yet.
func (j *Journal) Append(requests []byte, first, last int, now int64) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.open.bytes)+j.queued > bufferMost && !j.failing && !j.dropping && !j.quit {
		j.room.Wait()
	}
	if j.failing && len(j.open.bytes)+j.queued > bufferMost {
		j.giveUp()
	}
	j.published += int64(len(requests))
	if j.dropping {
		return j.published
	}
	idle := len(j.open.bytes) == 0
	if idle {
		j.begin(now / 1000)
	}
	if first != j.selected {
		w := resp.Writer{Buf: j.open.bytes}
		w.Array(2)
		w.BulkString("SELECT")
		w.BulkInt(int64(first))
		j.published += int64(len(w.Buf) - len(j.open.bytes))
		j.open.bytes = w.Buf
	}
	j.open.bytes = append(j.open.bytes, requests...)
	j.selected = last
	j.open.end = j.published
	if idle {
		j.signal()
	}
	return j.published
}

// begin opens a group in the chunk at hand.
func (j *Journal) begin(second int64) {
	s := j.settings.Load()
	if j.open.bytes == nil {
		j.open.bytes, j.spare = j.spare[:0], nil
	}
	if s.Checksums {
		j.open.bytes = aof.OpenGroup(j.open.bytes)
	}
	if s.Timestamps && second != j.second {
		j.second = second
		j.open.bytes = aof.AppendTime(j.open.bytes, second)
	}
}

// giveUp forgets what could not be written, and everything until a Turn.
func (j *Journal) giveUp() {
	j.dropping = true
	j.open.bytes = j.open.bytes[:0]
	j.room.Broadcast()
}

// signal wakes the goroutine of the log.
func (j *Journal) signal() {
	select {
	case j.work <- struct{}{}:
	default:
	}
}

// Hold releases p when the stream is as durable up to offset as the policy wants, which
// may be at once.
func (j *Journal) Hold(offset int64, p Parked) { j.park(parked{offset: offset, who: p}) }

// Watch releases p when the stream is durable up to offset, or the log ends. Under a
// policy other than Always that may take its time.
func (j *Journal) Watch(offset int64, p Parked) { j.park(parked{offset: offset, who: p, strict: true}) }

func (j *Journal) park(p parked) {
	if j.durable.Load() >= p.offset {
		p.who.Release()
		return
	}
	j.mu.Lock()
	if j.quit || !j.on.Load() {
		j.mu.Unlock()
		p.who.Release()
		return
	}
	if j.durable.Load() >= p.offset { // since then: the log may have let go all there were
		j.mu.Unlock()
		p.who.Release()
		return
	}
	j.waiting = append(j.waiting, p)
	tell := len(j.waiting) >= j.gathering.enough
	j.mu.Unlock()
	if tell {
		j.signal()
	}
}

// await is a Parked that lets a goroutine go on.
type await chan struct{}

// Release lets it go on.
func (a await) Release() { close(a) }

// Await returns when the stream is durable up to offset.
func (j *Journal) Await(offset int64) {
	if j.durable.Load() >= offset {
		return
	}
	a := make(await)
	j.Hold(offset, a)
	<-a
}

// release lets go those for whom the disk has what they wait for, and with lax all that
// are not strict about it.
func (j *Journal) release(lax bool) {
	j.mu.Lock()
	durable := j.durable.Load()
	var ready []parked
	kept := j.waiting[:0]
	for _, p := range j.waiting {
		if p.offset <= durable || lax && !p.strict || !j.on.Load() {
			ready = append(ready, p)
		} else {
			kept = append(kept, p)
		}
	}
	clear(j.waiting[len(kept):])
	j.waiting = kept
	j.mu.Unlock()
	for _, p := range ready {
		p.who.Release()
	}
}

// Start begins to write the last part of files. With detached set that is a new one,
// which the manifest does not name before Files.Adopt does. It is called while all
// shards stand still, or before they work.
func (j *Journal) Start(files *Files, detached bool) (aof.Part, error) {
	f, part, size, err := files.last(detached)
	if err != nil {
		return part, err
	}
	j.mu.Lock()
	j.open, j.queue, j.queued = chunk{}, nil, 0
	j.selected, j.second, j.dropping, j.failing, j.quit = -1, 0, false, false, false
	j.written.Store(j.published)
	j.durable.Store(j.published)
	j.mu.Unlock()
	if j.refusal.Swap(nil) != nil {
		j.refused()
	}
	w := &j.writer
	w.j, w.files, w.part, w.size, w.filled, w.scarce = j, files, part, size, size, false
	w.mu.Lock()
	w.file = f
	w.mu.Unlock()
	w.end.Store(size)
	w.synced.Store(size)
	w.detached.Store(detached)
	w.broken.Store(false)
	j.figures.current.Store(size)
	j.on.Store(true)
	quit := make(chan struct{})
	j.ended.Go(func() { j.run(quit) })
	j.ended.Go(func() { j.syncNowAndThen(quit) })
	return part, nil
}

// Stop writes and syncs what was appended, and ends the log. Nothing may be appended
// any more.
func (j *Journal) Stop() {
	if !j.on.Load() {
		return
	}
	j.mu.Lock()
	j.quit = true
	j.room.Broadcast()
	j.mu.Unlock()
	j.signal()
	j.ended.Wait()
	j.on.Store(false)
	j.release(true)
}

// Rewriting tells that a rewrite has begun or ended.
func (j *Journal) Rewriting(under bool) { j.rewriting.Store(under) }
