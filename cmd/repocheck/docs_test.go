package repocheck

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// link is a Markdown link, without those that leave the tree.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks checks that every link of every page leads to a file.
func TestLinks(t *testing.T) {
	tr := repository(t)
	checked := 0
	for _, page := range tr.pages {
		text, err := fs.ReadFile(tr.root, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			checked++
			if _, err := fs.Stat(tr.root, path.Join(path.Dir(page), target)); err != nil {
				t.Errorf("%s: link to %s leads nowhere", page, m[1])
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d links found", checked)
	}
}

// TestMapIsComplete wants every package in docs/architecture.md.
func TestMapIsComplete(t *testing.T) {
	tr := repository(t)
	text := page(t, tr, "docs/architecture.md")
	for _, f := range tr.files {
		if path.Base(f.path) == "doc.go" && !strings.Contains(text, "`"+f.dir+"`") {
			t.Errorf("docs/architecture.md does not name `%s`", f.dir)
		}
	}
}

// TestDecisionsAreListed wants every page of docs/adr in its index.
func TestDecisionsAreListed(t *testing.T) {
	tr := repository(t)
	index := page(t, tr, "docs/adr/README.md")
	for _, name := range tr.pages {
		if path.Dir(name) == "docs/adr" && name != "docs/adr/README.md" && !strings.Contains(index, "("+path.Base(name)+")") {
			t.Errorf("docs/adr/README.md does not list %s", name)
		}
	}
}

// required is a module in a require block of go.mod.
var required = regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9./_-]+\.[a-z0-9./_-]+) v\S+`)

// entry is a module in the table of docs/dependencies.md.
var entry = regexp.MustCompile("(?m)^\\| `([^`]+)`")

// TestDependenciesAreListed wants the modules of go.mod in docs/dependencies.md,
// and no others.
func TestDependenciesAreListed(t *testing.T) {
	tr := repository(t)
	modules := firsts(required, page(t, tr, "go.mod"))
	listed := firsts(entry, page(t, tr, "docs/dependencies.md"))
	if len(modules) < len(vendors) {
		t.Errorf("only %q found in go.mod", modules)
	}
	for _, m := range modules {
		if !slices.Contains(listed, m) {
			t.Errorf("docs/dependencies.md does not list %s", m)
		}
	}
	for _, m := range listed {
		if !slices.Contains(modules, m) {
			t.Errorf("docs/dependencies.md lists %s, which go.mod does not", m)
		}
	}
}

// firsts returns the first group of every match.
func firsts(re *regexp.Regexp, text string) []string {
	var found []string
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func page(t *testing.T, tr *tree, name string) string {
	t.Helper()
	text, err := fs.ReadFile(tr.root, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
