package disk

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestOS(t *testing.T) {
	var fs OS
	dir := filepath.Join(t.TempDir(), "d")
	for range 2 {
		if err := fs.Mkdir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteFile(fs, dir, "m", []byte("one")); err != nil {
		t.Fatal(err)
	}
	f, err := fs.Edit(dir + "/m")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(" two"), 3); err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(6); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("!"), 6); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Size(); n != 7 || err != nil {
		t.Errorf("size %d, %v", n, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := ReadFile(fs, dir+"/m", 100); string(text) != "one tw!" || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
	if err := fs.Rename(dir+"/m", dir+"/n"); err != nil {
		t.Fatal(err)
	}
	if names, err := fs.List(dir); !slices.Equal(names, []string{"n"}) || err != nil {
		t.Errorf("names %q, %v", names, err)
	}
	if err := fs.Remove(dir + "/n"); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Open(dir + "/n"); !os.IsNotExist(err) {
		t.Errorf("a removed file is opened: %v", err)
	}
	if err := WriteFile(fs, dir+"/none", "m", nil); !os.IsNotExist(err) {
		t.Errorf("written to a folder that is not there: %v", err)
	}
}
