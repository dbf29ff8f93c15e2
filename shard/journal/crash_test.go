package journal

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/disk/disktest"
)

var (
	seed   = flag.Uint64("seed", 0, "seed of the random tests; 0 takes one from the clock")
	images = flag.Int("images", 1500, "crash images to look at, at least")
)

func newRand(t testing.TB) *rand.Rand {
	t.Helper()
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d", s)
	return rand.New(rand.NewPCG(s, 0))
}

func silent() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// life is a server's life on a disk: writers that add numbers to the log, a few at a
// time as one unit, and rewrites.
type life struct {
	disk *disktest.Disk
	j    *Journal
	f    *Files
	dead chan struct{} // closed when the journal has ended the process
	die  sync.Once

	renewals atomic.Int64 // how often a new base was asked for

	mu    sync.Mutex
	last  int          // the last number that was appended
	units map[int]bool // numbers that end a unit
	acked int          // every number up to this one is durable, as somebody was told
}

func born(d *disktest.Disk, policy Policy, last int, units map[int]bool) (*life, error) {
	l := &life{disk: d, last: last, acked: last, units: units, dead: make(chan struct{})}
	l.j = New(Options{Log: silent(), SyncEvery: 200 * time.Microsecond, Renew: func() { l.renewals.Add(1) }, Fatal: func(error) {
		l.die.Do(func() { close(l.dead) })
		runtime.Goexit()
	}})
	l.j.Configure(Settings{Policy: policy, Checksums: true})
	var err error
	if l.f, err = OpenFiles(d, "", "aof", "a.aof"); err != nil {
		return nil, err
	}
	first := l.f.Empty()
	part, err := l.j.Start(l.f, first)
	if err != nil || !first {
		return l, err
	}
	if err := l.writeBase(part, l.last); err != nil {
		l.end()
		return nil, err
	}
	l.j.Adopted()
	return l, nil
}

// numbers writes some numbers as requests.
func numbers(from, to int) []byte {
	var w resp.Writer
	for n := from; n <= to; n++ {
		w.Array(2)
		w.BulkString("ADD")
		w.BulkString(strconv.Itoa(n) + strings.Repeat(" ", n%700))
	}
	return w.Buf
}

// add appends a unit of some numbers and waits as clients do.
func (l *life) add(count int) (alive bool) {
	l.mu.Lock()
	from := l.last + 1
	l.last += count
	n := l.last
	l.units[n] = true
	unit := numbers(from, n)
	if count > 1 {
		unit = append(append([]byte("*1\r\n$5\r\nMULTI\r\n"), unit...), "*1\r\n$4\r\nEXEC\r\n"...)
	}
	upTo := l.j.Append(unit, 0, 0, int64(n)*300)
	l.mu.Unlock()
	if !l.j.Gated() {
		return !l.disk.Crashed()
	}
	told := make(await)
	l.j.Hold(upTo, told)
	select {
	case <-told:
	case <-l.dead:
		return false
	}
	l.mu.Lock()
	l.acked = max(l.acked, n)
	l.mu.Unlock()
	return true
}

// rewrite makes a new base.
func (l *life) rewrite() error {
	l.mu.Lock()
	turn, last := l.j.Turn(false), l.last
	l.mu.Unlock()
	for done := false; !done; {
		select {
		case <-turn.done:
			done = true
		case <-l.dead:
			return disktest.ErrCrashed
		case <-time.After(time.Millisecond): // a log that is not always goes on trying
			if l.disk.Crashed() {
				return disktest.ErrCrashed
			}
		}
	}
	if turn.err != nil {
		return turn.err
	}
	if err := l.writeBase(turn.part, last); err != nil {
		return err
	}
	l.j.Adopted()
	return nil
}

func (l *life) writeBase(behind aof.Part, last int) error {
	base, temp := l.f.NewBase(false)
	g, err := l.disk.Create(temp)
	if err != nil {
		return err
	}
	content := numbers(1, last)
	if _, err := g.Write(content); err != nil {
		return err
	}
	if err := g.Sync(); err != nil {
		return err
	}
	return l.f.Adopt(base, int64(len(content)), behind)
}

// recovered reads what a disk holds, cuts off a torn tail, and returns the last number of
// the prefix that is there.
func recovered(d *disktest.Disk) (last int, err error) {
	f, err := OpenFiles(d, "", "aof", "a.aof")
	if err != nil {
		return 0, err
	}
	parts := f.Parts()
	for i, p := range parts {
		g, err := d.Open(f.Path(p))
		if err != nil {
			return 0, err
		}
		size, _ := g.Size()
		s := aof.NewScanner(g, 0)
		var b aof.Block
		for {
			if err = s.Next(&b); err != nil {
				break
			}
			for k := range b.Len() {
				words := b.Request(k)
				if string(words[0]) != "ADD" {
					continue
				}
				n, _ := strconv.Atoi(strings.TrimSpace(string(words[1])))
				if n != last+1 {
					return 0, fmt.Errorf("%s has %d after %d", p.Name, n, last)
				}
				last = n
			}
		}
		var damage *aof.Damage
		switch {
		case errors.Is(err, io.EOF):
			if err := cut(d, f.Path(p), s.Good()); err != nil { // fill
				return 0, err
			}
			continue
		case !errors.As(err, &damage):
			return 0, err
		}
		if verdict, _, err := aof.Judge(g, size, damage); verdict != aof.Torn || err != nil {
			return 0, fmt.Errorf("%s: %w is judged %d", p.Name, damage, verdict)
		}
		for _, later := range parts[i+1:] {
			if h, err := d.Open(f.Path(later)); err == nil {
				if size, _ := h.Size(); size > 0 {
					return 0, fmt.Errorf("%s is torn, and %s is not empty", p.Name, later.Name)
				}
			}
		}
		if err := cut(d, f.Path(p), damage.Good); err != nil {
			return 0, err
		}
	}
	f.Tidy()
	return last, nil
}

// cut cuts a file off.
func cut(d *disktest.Disk, path string, at int64) error {
	f, err := d.Edit(path)
	if err == nil {
		err = f.Truncate(at)
	}
	if err == nil {
		err = f.Sync()
	}
	return err
}

// run lives until there are so many numbers, or the disk crashes.
func (l *life) run(rng *rand.Rand, most int) {
	var all sync.WaitGroup
	for range 3 {
		counts := make([]int, most)
		for i := range counts {
			counts[i] = 1 + rng.IntN(3)
		}
		all.Go(func() {
			for _, count := range counts {
				if !l.add(count) {
					return
				}
			}
		})
	}
	all.Go(func() {
		for range 2 {
			if l.rewrite() != nil {
				return
			}
		}
	})
	all.Wait()
}

// TestCrashAtEveryStep crashes the machine at every operation of a life with rewrites,
// looks at several things the disk may hold then, and lives on from there.
func TestCrashAtEveryStep(t *testing.T) {
	rng := newRand(t)
	for _, policy := range []Policy{Always, EverySec} {
		looked, torn := 0, 0
		for looked < *images/2 {
			for step := 1; ; step++ {
				d := disktest.New()
				d.CrashAt(step)
				units := map[int]bool{0: true}
				l, err := born(d, policy, 0, units)
				if err == nil {
					l.run(rng, 4)
				}
				if !d.Crashed() {
					l.j.Stop()
					break
				}
				acked := 0
				if err == nil {
					l.mu.Lock()
					acked = l.acked
				}
				for range 3 {
					looked++
					torn += look(t, rng, d.Image(rng), policy, acked, units)
				}
				if err == nil {
					l.mu.Unlock()
					l.end()
				}
			}
		}
		t.Logf("policy %d: %d images, %d with less than was appended", policy, looked, torn)
		if torn == 0 {
			t.Error("no image has lost anything: the disk forgets nothing")
		}
	}
}

// end ends a life whose disk has crashed.
func (l *life) end() {
	l.j.mu.Lock()
	l.j.quit = true
	l.j.room.Broadcast()
	l.j.mu.Unlock()
	l.j.signal()
	l.j.ended.Wait()
}

// look recovers an image and checks it, and lives a little on it.
func look(t *testing.T, rng *rand.Rand, image *disktest.Disk, policy Policy, acked int, units map[int]bool) (torn int) {
	t.Helper()
	last, err := recovered(image)
	if err != nil {
		t.Fatalf("policy %d: an image cannot be read: %v", policy, err)
	}
	if policy == Always && last < acked {
		t.Fatalf("%d was acknowledged, and %d is the last there", acked, last)
	}
	if !units[last] {
		t.Fatalf("the data end with %d, in the middle of a unit", last)
	}
	if rng.IntN(8) == 0 {
		again, err := born(image, policy, last, map[int]bool{last: true})
		if err != nil {
			t.Fatalf("no second life: %v", err)
		}
		again.add(2)
		again.j.Stop()
		if after, err := recovered(image); err != nil || after != last+2 {
			t.Fatalf("after a second life there is %d, not %d: %v", after, last+2, err)
		}
	}
	if last < maxKey(units) {
		return 1
	}
	return 0
}

func maxKey(units map[int]bool) (most int) {
	for n := range units {
		most = max(most, n)
	}
	return most
}

var _ disk.FS = (*disktest.Disk)(nil)
