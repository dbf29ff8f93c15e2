package repocheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// module is the path of the tree's own module.
const module = "github.com/troupe-db/troupe"

// tree is the files of the module: what is built, its tests, and its pages.
type tree struct {
	root  fs.FS
	fset  *token.FileSet
	files []*file  // Go files, in the order of their paths
	pages []string // paths of Markdown files
}

// file is a Go file.
type file struct {
	path  string // from the root, with slashes
	dir   string // "." for the root
	test  bool
	lines int
	code  *ast.File
}

// repository reads the tree that this package stands in.
func repository(t *testing.T) *tree {
	t.Helper()
	tr, err := read(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) < 100 {
		t.Fatalf("only %d Go files found", len(tr.files))
	}
	return tr
}

// read reads a tree. Folders whose names begin with a dot, testdata and what is
// built are left out.
func read(root fs.FS) (*tree, error) {
	tr := &tree{root: root, fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == "bin" {
				return fs.SkipDir
			}
			return nil
		case path.Ext(name) == ".md":
			tr.pages = append(tr.pages, name)
			return nil
		case path.Ext(name) == ".go":
			return tr.add(name)
		}
		return nil
	})
	return tr, err
}

func (tr *tree) add(name string) error {
	text, err := fs.ReadFile(tr.root, name)
	if err != nil {
		return err
	}
	code, err := parser.ParseFile(tr.fset, name, text, parser.ParseComments)
	if err != nil {
		return err
	}
	tr.files = append(tr.files, &file{
		path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		lines: bytes.Count(text, []byte("\n")), code: code,
	})
	return nil
}

// finding says what is wrong at a place.
func (tr *tree) finding(pos token.Pos, format string, args ...any) string {
	at := tr.fset.Position(pos)
	return fmt.Sprintf("%s:%d: ", at.Filename, at.Line) + fmt.Sprintf(format, args...)
}

// under tells whether a slash-separated path is dir or stands below it.
func under(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, dir+"/")
}

// exceptions are the places where something is allowed, with the reasons.
type exceptions map[string]string

// allow returns the place that covers name, or "".
func (e exceptions) allow(name string) string {
	for place := range e {
		if under(name, place) {
			return place
		}
	}
	return ""
}

// unused returns a finding for every exception that is not in used.
func (e exceptions) unused(what string, used map[string]bool) []string {
	var findings []string
	for place := range e {
		if !used[place] {
			findings = append(findings, fmt.Sprintf("%s: an exception for %s that nothing needs", place, what))
		}
	}
	slices.Sort(findings)
	return findings
}

// rule finds what breaks it.
type rule struct {
	name string
	find func(*tree) []string
}

// rules are the rules about Go files.
func rules() []rule {
	return slices.Concat(importRules(), shapeRules(), callRules())
}

// TestRules holds the tree to every rule.
func TestRules(t *testing.T) {
	tr := repository(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.find(tr) {
				t.Error(f)
			}
		})
	}
}
