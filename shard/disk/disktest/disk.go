package disktest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/troupe-db/troupe/shard/disk"
)

// ErrCrashed is the error of everything after a crash.
var ErrCrashed = errors.New("the machine has crashed")

// page is the unit in which bytes get lost.
const page = 512

// Disk is a disk. It may be used by any goroutine.
type Disk struct {
	mu      sync.Mutex
	names   map[string]*inode // as programs see them
	kept    map[string]*inode // as they are on the disk for sure
	changes []change          // of names, since they were synced
	steps   int               // operations that change something, so far
	crashAt int               // 0 for never
	crashed bool
	room    int64 // bytes that may still be written; -1 for any number
	fail    func(op, name string) error
}

// inode is a file.
type inode struct {
	data []byte
	kept []byte // as of the last Sync
}

// change is one of names: name comes to mean file, or nothing.
type change struct {
	name string
	file *inode
}

// New returns an empty disk.
func New() *Disk {
	return &Disk{names: map[string]*inode{}, kept: map[string]*inode{}, room: -1}
}

// CrashAt makes the given operation fail, counted from 1, and all after it.
func (d *Disk) CrashAt(step int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crashAt = step
}

// Steps returns how many operations there were.
func (d *Disk) Steps() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.steps
}

// Crashed tells whether the crash has come.
func (d *Disk) Crashed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.crashed
}

// SetRoom sets how many bytes may still be written, -1 for any number.
func (d *Disk) SetRoom(bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = bytes
}

// SetFailure sets what decides which operations fail; nil for none. Operations are
// create, edit, write, sync, truncate, rename, remove, mkdir and syncdir.
func (d *Disk) SetFailure(fail func(op, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

// Image returns the disk as it may be after a crash now.
func (d *Disk) Image(rng *rand.Rand) *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	after := New()
	names := maps.Clone(d.kept)
	for _, c := range d.changes[:rng.IntN(len(d.changes)+1)] {
		set(names, c)
	}
	copies := map[*inode]*inode{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		f := names[name]
		if copies[f] == nil {
			data := f.image(rng)
			copies[f] = &inode{data: data, kept: slices.Clone(data)}
		}
		after.names[name], after.kept[name] = copies[f], copies[f]
	}
	return after
}

func set(names map[string]*inode, c change) {
	if c.file == nil {
		delete(names, c.name)
	} else {
		names[c.name] = c.file
	}
}

// image returns the bytes of a file as they may be after a crash.
func (f *inode) image(rng *rand.Rand) []byte {
	lo, hi := min(len(f.kept), len(f.data)), max(len(f.kept), len(f.data))
	size := lo + rng.IntN(hi-lo+1)
	if rng.IntN(2) == 0 {
		size = len(f.data)
	}
	out := make([]byte, size)
	all := rng.IntN(3)
	for at := 0; at < size; at += page {
		end := min(at+page, size)
		copyPart(out, f.kept, at, end)
		switch {
		case all == 0 || all == 1 && rng.IntN(2) == 0:
			copyPart(out, f.data, at, end)
		case all == 2 && rng.IntN(4) == 0:
			copyPart(out, f.data, at, at+rng.IntN(end-at+1))
		}
	}
	return out
}

func copyPart(out, from []byte, at, end int) {
	if end = min(end, len(from)); at < end {
		copy(out[at:end], from[at:end])
	}
}

// step counts an operation and decides whether it fails. mu is held.
func (d *Disk) step(op, name string) error {
	if d.crashed {
		return ErrCrashed
	}
	d.steps++
	if d.steps == d.crashAt {
		d.crashed = true
		return ErrCrashed
	}
	if d.fail != nil {
		if err := d.fail(op, path.Base(name)); err != nil {
			return &os.PathError{Op: op, Path: name, Err: err}
		}
	}
	return nil
}

func (d *Disk) rename(c change) {
	set(d.names, c)
	d.changes = append(d.changes, c)
}

func absent(op, name string) error { return &os.PathError{Op: op, Path: name, Err: syscall.ENOENT} }

// Create opens a new file for writing, or empties the one that is there.
func (d *Disk) Create(name string) (disk.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("create", name); err != nil {
		return nil, err
	}
	f := d.names[name]
	if f == nil {
		f = &inode{}
		d.rename(change{name, f})
	}
	f.data = nil
	return &file{disk: d, name: name, inode: f}, nil
}

// Edit opens a file for reading and writing, and creates it if need be.
func (d *Disk) Edit(name string) (disk.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("edit", name); err != nil {
		return nil, err
	}
	f := d.names[name]
	if f == nil {
		f = &inode{}
		d.rename(change{name, f})
	}
	return &file{disk: d, name: name, inode: f}, nil
}

// Open opens a file for reading.
func (d *Disk) Open(name string) (disk.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.names[name]
	if f == nil {
		return nil, absent("open", name)
	}
	return &file{disk: d, name: name, inode: f}, nil
}

// Rename gives a file another name.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("rename", to); err != nil {
		return err
	}
	f := d.names[from]
	if f == nil {
		return absent("rename", from)
	}
	delete(d.names, from)
	d.names[to] = f
	d.changes = append(d.changes, change{to, f}, change{from, nil})
	return nil
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("remove", name); err != nil {
		return err
	}
	if d.names[name] == nil {
		return absent("remove", name)
	}
	d.rename(change{name, nil})
	return nil
}

// Mkdir makes a folder: there are as many as names want.
func (d *Disk) Mkdir(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.step("mkdir", name)
}

// List returns the names of the files in a folder.
func (d *Disk) List(dir string) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for name := range d.names {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok && !strings.Contains(rest, "/") {
			names = append(names, rest)
		}
	}
	slices.Sort(names)
	return names, nil
}

// SyncDir makes the names in a folder durable.
func (d *Disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("syncdir", dir); err != nil {
		return err
	}
	d.kept, d.changes = maps.Clone(d.names), nil
	return nil
}

// file is an open file. Write writes to its end, as everything under test wants it to.
type file struct {
	disk  *Disk
	name  string
	inode *inode
	at    int // where the next Read begins
}

// Read reads on.
func (f *file) Read(p []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.at >= len(f.inode.data) {
		return 0, io.EOF
	}
	n := copy(p, f.inode.data[f.at:])
	f.at += n
	return n, nil
}

// ReadAt reads from an offset.
func (f *file) ReadAt(p []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if at >= int64(len(f.inode.data)) {
		return 0, io.EOF
	}
	n := copy(p, f.inode.data[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Write writes at the end. A full disk takes a part. A crash leaves a part, too.
func (f *file) Write(p []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return f.put(p, len(f.inode.data))
}

// WriteAt writes from an offset on, which is not behind the end. What stands there takes
// no room.
func (f *file) WriteAt(p []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if int(at) > len(f.inode.data) {
		return 0, fmt.Errorf("%s has %d bytes and is written to from %d on", f.name, len(f.inode.data), at)
	}
	return f.put(p, int(at))
}

// put writes from an offset on. The disk's mu is held.
func (f *file) put(p []byte, at int) (int, error) {
	d := f.disk
	if err := d.step("write", f.name); err != nil {
		if d.crashed && d.steps == d.crashAt {
			f.inode.overwrite(p, at) // on its way
		}
		return 0, err
	}
	n, over := len(p), len(f.inode.data)-at
	if grows := int64(n - over); d.room >= 0 && grows > 0 {
		grown := min(grows, d.room)
		n = over + int(grown)
		d.room -= grown
	}
	f.inode.overwrite(p[:n], at)
	if n < len(p) {
		return n, &os.PathError{Op: "write", Path: f.name, Err: syscall.ENOSPC}
	}
	return n, nil
}

func (f *inode) overwrite(p []byte, at int) {
	over := copy(f.data[at:], p)
	f.data = append(f.data, p[over:]...)
}

// Sync makes the bytes durable.
func (f *file) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step("sync", f.name); err != nil {
		return err
	}
	f.inode.kept = slices.Clone(f.inode.data)
	return nil
}

// Truncate makes the file size bytes long.
func (f *file) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step("truncate", f.name); err != nil {
		return err
	}
	if int(size) > len(f.inode.data) {
		return fmt.Errorf("%s has %d bytes and is to have %d", f.name, len(f.inode.data), size)
	}
	if f.disk.room >= 0 {
		f.disk.room += int64(len(f.inode.data)) - size
	}
	f.inode.data = f.inode.data[:size:size]
	return nil
}

// Size returns the length.
func (f *file) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.inode.data)), nil
}

// Close ends nothing.
func (f *file) Close() error { return nil }

var _ disk.FS = (*Disk)(nil)
