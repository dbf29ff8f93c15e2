package persist

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// rewrite is a rewrite under way: a base is written while what changes goes to a part
// that begins with its cut.
type rewrite struct {
	aof   *AOF
	files *journal.Files
	base  aof.Part
	out   *baseFile
	first bool // the log begins with it

	turn *journal.Turn // nil while the log is off, and if first
	part aof.Part      // behind the base
	err  error         // of starting the log
}

// begin begins a rewrite, and returns when the cut is made or why it cannot be.
func (a *AOF) begin() error {
	_, err := a.beginning()
	return err
}

// beginning is begin, with a channel that is closed when the rewrite has ended.
func (a *AOF) beginning() (done chan struct{}, err error) {
	files, err := a.open()
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	if a.stopped {
		a.mu.Unlock()
		return nil, errAOFStopped
	}
	if a.rewriting {
		a.mu.Unlock()
		return nil, ErrRewrite
	}
	w := &rewrite{aof: a, files: files, first: a.state == aofWaiting && !a.options.Journal.On()}
	a.rewriting, a.scheduled, a.began = true, false, time.Now()
	a.rewrites++
	a.mu.Unlock()
	a.options.Journal.Rewriting(true)
	done = make(chan struct{})
	if err := w.start(done); err != nil {
		a.ended(err, errors.Is(err, ErrUnderWay))
		return nil, err
	}
	return done, nil
}

// start makes the file and the cut.
func (w *rewrite) start(done chan struct{}) error {
	v := w.aof.appending()
	var temp string
	w.base, temp = w.files.NewBase(v.Preamble)
	if err := w.aof.options.FS.Mkdir(w.files.Dir()); err != nil {
		return fmt.Errorf("cannot make the folder of the append-only file: %w", err)
	}
	f, err := w.aof.options.FS.Create(temp)
	if err != nil {
		return fmt.Errorf("cannot make a base file: %w", err)
	}
	w.out = &baseFile{fs: w.aof.options.FS, f: f, temp: temp, incremental: v.IncrementalSync}
	var sink io.Writer = w.out
	finish := func(err error) error { return err }
	if !v.Preamble {
		sink, finish = asCommands(w.out, w.aof.options.Config.Values())
	}
	err = w.aof.options.Store.Base(sink, w.cut, func(err error) {
		defer close(done)
		w.aof.ended(w.finish(finish(err)), false)
	})
	if err != nil {
		_ = finish(err)
		w.out.discard()
	}
	return err
}

// cut runs while all shards stand still: what they append from now on is behind the
// base.
func (w *rewrite) cut([]*keyspace.Keyspace) {
	j := w.aof.options.Journal
	switch {
	case w.first:
		if w.part, w.err = j.Start(w.files, true); w.err == nil {
			w.aof.options.Troupe.Record(true)
		}
	case j.On():
		w.turn = j.Turn(false)
	default:
		w.part = none()
	}
}

// finish makes the base durable and names it in the manifest.
func (w *rewrite) finish(err error) error {
	if w.turn != nil {
		var failed error
		if w.part, failed = w.turn.Wait(); err == nil && failed != nil {
			err = fmt.Errorf("cannot begin a new part: %w", failed)
		}
	}
	if err == nil {
		err = w.err
	}
	if err != nil {
		w.out.discard()
		return err
	}
	if err := w.out.finish(); err != nil {
		return err
	}
	if err := w.files.Adopt(w.base, w.out.size, w.part); err != nil {
		return fmt.Errorf("cannot put the base in place: %w", err)
	}
	if w.aof.options.Journal.On() {
		w.aof.options.Journal.Adopted()
	}
	return nil
}

// ended notes how a rewrite went. One that could not begin, since a snapshot is under
// way, follows that.
func (a *AOF) ended(err error, postponed bool) {
	a.options.Journal.Rewriting(false)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rewriting = false
	a.tried = time.Now()
	if postponed {
		a.rewrites--
		a.scheduled = true
		return
	}
	a.took, a.err = a.tried.Sub(a.began), err
	if err != nil {
		a.failures++
		a.log.Error("the append-only file could not be rewritten; it goes on as it is", "error", err)
		return
	}
	a.failures = 0
	if a.state == aofWaiting && a.options.Journal.On() {
		a.state = aofOn
		a.options.Env.Clients.Rouse()
		a.log.Info("the append-only file is kept from now on")
	}
	a.sizeBefore = a.size()
	a.log.Info("the append-only file was rewritten", "bytes", a.sizeBefore, "seconds", fmt.Sprintf("%.3f", a.took.Seconds()))
}

// baseFile is a base while it has another name.
type baseFile struct {
	fs          disk.FS
	f           disk.File
	temp        string
	size        int64
	unsynced    int64
	incremental bool
}

// Write writes the next bytes.
func (b *baseFile) Write(p []byte) (int, error) {
	n, err := b.f.Write(p)
	b.size += int64(n)
	b.unsynced += int64(n)
	if err == nil && b.incremental && b.unsynced >= syncEach {
		b.unsynced = 0
		err = b.f.Sync()
	}
	return n, err
}

// finish makes what was written durable.
func (b *baseFile) finish() error {
	err := b.f.Sync()
	if closed := b.f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = b.fs.Remove(b.temp)
		return fmt.Errorf("cannot make a base durable: %w", err)
	}
	return nil
}

// discard removes what was written.
func (b *baseFile) discard() {
	_ = b.f.Close()
	_ = b.fs.Remove(b.temp)
}
