package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/shard/disk"
)

// manifestMost is how large a manifest may be, in bytes.
const manifestMost = 16 << 20

// Files is the folder of the append-only file: its manifest and parts.
type Files struct {
	// Fixed after OpenFiles.
	fs   disk.FS
	dir  string // the folder
	name string // what all names begin with

	mu       sync.Mutex // guards what follows; held over changes of the manifest
	manifest *aof.Manifest
	apart    []aof.Part       // increments that the manifest does not name yet
	sizes    map[string]int64 // of parts that are written to their end, in bytes
}

// OpenFiles reads the manifest in the folder dirname of parent, if there is one. An
// append-only file of Redis before 7, which is a single file in parent, is moved to
// where a base file belongs.
func OpenFiles(d disk.FS, parent, dirname, name string) (*Files, error) {
	f := &Files{fs: d, dir: parent + "/" + dirname, name: name, manifest: &aof.Manifest{}, sizes: map[string]int64{}}
	text, err := disk.ReadFile(d, f.path(f.manifestName()), manifestMost)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("cannot read the manifest of the append-only file: %w", err)
	default:
		if f.manifest, err = aof.ParseManifest(text); err != nil {
			return nil, fmt.Errorf("%s: %w", f.path(f.manifestName()), err)
		}
	}
	if err := f.upgrade(parent + "/" + name); err != nil {
		return nil, fmt.Errorf("cannot move %s to %s: %w", parent+"/"+name, f.dir, err)
	}
	return f, nil
}

func (f *Files) manifestName() string { return f.name + ".manifest" }

func (f *Files) path(name string) string { return f.dir + "/" + name }

// upgrade makes a single file the base. The manifest comes first, so that a crash in
// between leaves what is recognised here.
func (f *Files) upgrade(old string) error {
	m := f.manifest
	fresh := m.Base == nil && len(m.Incr) == 0
	begun := m.Base != nil && m.Base.Name == f.name && len(m.Incr) == 0 && !f.exists(f.path(f.name))
	if !fresh && !begun {
		return nil
	}
	if !f.exists(old) {
		return nil
	}
	if err := f.fs.Mkdir(f.dir); err != nil {
		return err
	}
	next := &aof.Manifest{Base: &aof.Part{Name: f.name, Seq: 1, Type: aof.Base}}
	if err := f.persist(next); err != nil {
		return err
	}
	if err := f.fs.Rename(old, f.path(f.name)); err != nil {
		return err
	}
	return f.fs.SyncDir(f.dir)
}

func (f *Files) exists(path string) bool {
	g, err := f.fs.Open(path)
	if err != nil {
		return false
	}
	_ = g.Close()
	return true
}

// persist makes m the manifest.
func (f *Files) persist(m *aof.Manifest) error {
	if err := disk.WriteFile(f.fs, f.dir, f.manifestName(), m.Append(nil)); err != nil {
		return err
	}
	f.manifest = m
	return nil
}

// Empty tells whether the manifest names nothing.
func (f *Files) Empty() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.manifest.Parts()) == 0
}

// Parts returns the parts to read, in order.
func (f *Files) Parts() []aof.Part {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.manifest.Parts()
}

// Path returns where a part is.
func (f *Files) Path(p aof.Part) string { return f.path(p.Name) }

// Dir returns the folder.
func (f *Files) Dir() string { return f.dir }

// Noted notes how large a part is that is written to its end.
func (f *Files) Noted(p aof.Part, size int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sizes[p.Name] = size
}

// Size returns the bytes of all parts that are written to their end, and of the base
// among them.
func (f *Files) Size() (all, base int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.manifest.Parts() {
		all += f.sizes[p.Name]
		if p.Type == aof.Base {
			base = f.sizes[p.Name]
		}
	}
	return all, base
}

// last opens the part that is written to, or makes one.
func (f *Files) last(detached bool) (disk.File, aof.Part, int64, error) {
	f.mu.Lock()
	incr := f.manifest.Incr
	f.mu.Unlock()
	if detached || len(incr) == 0 {
		g, part, err := f.next(detached, 0)
		return g, part, 0, err
	}
	part := incr[len(incr)-1]
	g, err := f.fs.Edit(f.Path(part))
	if err != nil {
		return nil, part, 0, fmt.Errorf("cannot open %s: %w", f.Path(part), err)
	}
	size, err := g.Size()
	if err == nil {
		err = g.Sync() // a crash of the server alone has left it to the operating system
	}
	if err != nil {
		_ = g.Close()
		return nil, part, 0, fmt.Errorf("cannot open %s: %w", f.Path(part), err)
	}
	f.mu.Lock()
	delete(f.sizes, part.Name)
	f.mu.Unlock()
	return g, part, size, nil
}

// next makes the next increment, after one that has come to size bytes, and names it
// in the manifest unless it is detached.
func (f *Files) next(detached bool, size int64) (g disk.File, part aof.Part, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seq := f.manifest.Next(aof.Incr)
	for _, p := range f.apart {
		seq = max(seq, p.Seq+1)
	}
	part = aof.Part{Name: f.name + "." + strconv.FormatInt(seq, 10) + ".incr.aof", Seq: seq, Type: aof.Incr}
	defer func() {
		if err == nil {
			return
		}
		if g != nil { // the file stays: a manifest that could not be synced may name it
			_ = g.Close()
		}
		err = fmt.Errorf("cannot make %s: %w", f.Path(part), err)
	}()
	if err = f.fs.Mkdir(f.dir); err != nil {
		return nil, part, err
	}
	if g, err = f.fs.Create(f.Path(part)); err != nil {
		return nil, part, err
	}
	if err = g.Sync(); err != nil {
		return g, part, err
	}
	if detached {
		f.apart = append(f.apart, part)
		return g, part, f.fs.SyncDir(f.dir)
	}
	if incr := f.manifest.Incr; len(incr) > 0 {
		f.sizes[incr[len(incr)-1].Name] = size
	}
	m := f.manifest.Clone()
	m.Incr = append(m.Incr, part)
	return g, part, f.persist(m) // which syncs the folder, too
}

// NewBase returns the next base, and where to write it before Adopt.
func (f *Files) NewBase(rdb bool) (part aof.Part, temp string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seq, ending := f.manifest.Next(aof.Base), ".base.aof"
	if rdb {
		ending = ".base.rdb"
	}
	part = aof.Part{Name: f.name + "." + strconv.FormatInt(seq, 10) + ending, Seq: seq, Type: aof.Base}
	return part, f.path("temp-" + part.Name)
}

// Adopt makes base, which is written and synced under its temporary name and has size
// bytes, the beginning of the data, and first the increment behind it. What came
// before is removed.
func (f *Files) Adopt(base aof.Part, size int64, first aof.Part) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fs.Rename(f.path("temp-"+base.Name), f.Path(base)); err != nil {
		return err
	}
	if err := f.fs.SyncDir(f.dir); err != nil {
		return err
	}
	m := &aof.Manifest{Base: &base, History: append([]aof.Part(nil), f.manifest.History...)}
	if old := f.manifest.Base; old != nil && old.Name != base.Name {
		m.History = append(m.History, aof.Part{Name: old.Name, Seq: old.Seq, Type: aof.History})
	}
	for _, p := range append(append([]aof.Part(nil), f.manifest.Incr...), f.apart...) {
		if p.Seq >= first.Seq {
			m.Incr = append(m.Incr, p)
		} else {
			m.History = append(m.History, aof.Part{Name: p.Name, Seq: p.Seq, Type: aof.History})
		}
	}
	if err := f.persist(m); err != nil {
		return err
	}
	f.apart = nil
	f.sizes[base.Name] = size
	f.tidy()
	return nil
}

// Tidy removes what is no longer needed: history, and what a crash has left behind.
func (f *Files) Tidy() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tidy()
	names, err := f.fs.List(f.dir)
	if err != nil {
		return
	}
	for _, name := range names {
		if strings.HasPrefix(name, "temp-"+f.name) {
			_ = f.fs.Remove(f.path(name))
		}
	}
}

// tidy removes history. The manifest names it until it is gone, so that a crash
// leaves nothing behind that nobody knows.
func (f *Files) tidy() {
	if len(f.manifest.History) == 0 {
		return
	}
	for _, p := range f.manifest.History {
		if err := f.fs.Remove(f.Path(p)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return
		}
		delete(f.sizes, p.Name)
	}
	m := f.manifest.Clone()
	m.History = nil
	_ = f.persist(m) // the next Tidy tries again
}
