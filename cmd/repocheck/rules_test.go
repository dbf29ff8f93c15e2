package repocheck

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// readDir returns the names in a folder.
func readDir(root fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(root, dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// TestRulesSee breaks every rule once.
func TestRulesSee(t *testing.T) {
	long := strings.Repeat("\n", 2000)
	cases := []struct{ rule, name, text, want string }{
		{"arrows", "codec/x/x.go", "package x\nimport _ \"" + module + "/shard\"", "codec may not import shard"},
		{"arrows", "actor/x.go", "package actor\nimport _ \"" + module + "/codec/resp\"", "actor may not import codec"},
		{"arrows", "shard/x_test.go", "package shard\nimport _ \"" + module + "/net/admin\"", "shard may not import net"},
		{"vendors", "net/x/x.go", "package x\nimport _ \"github.com/panjf2000/ants/v2\"", "may not be imported here"},
		{"vendors", "codec/x/x.go", "package x\nimport _ \"golang.org/x/sys/unix\"", "may not be imported here"},
		{"vendors", "shard/x_test.go", "package shard\nimport _ \"example.org/new\"", "no known dependency"},
		{"vendors", "net/x/x.go", "package x\nimport _ \"pgregory.net/rapid\"", "may not be imported here"},
		{"harness", "net/x/x.go", "package x\nimport _ \"" + module + "/net/servertest\"", "only tests"},
		{"harness", "net/x/x.go", "package x\nimport _ \"testing\"", "only tests"},
		{"top level", "extra/x.go", "package extra", "nothing else"},
		{"file size", "net/x/x.go", "package x" + long, "lines, at most 800"},
		{"file size", "net/x/x_test.go", "package x" + long, "lines, at most 1500"},
		{"file size", "cmd/x/main.go", "package main" + strings.Repeat("\n", 151), "at most 150"},
		{"function size", "net/x/x.go", "package x\nfunc f() {" + strings.Repeat("\n", 101) + "}", "f has 102 lines"},
		{"package comments", "net/x/x.go", "package x", "no package comment"},
		{"package comments", "net/x/x.go", "// Package x is.\npackage x", "stands in doc.go"},
		{"package comments", "net/x/doc.go", "// Something else.\npackage x", "begins with"},
		{"package comments", "cmd/x/doc.go", "// Package main is.\npackage main", "begins with \"Command x \""},
		{"names", "net/util/x.go", "package util", "tells nothing"},
		{"names", "net/x/helpers.go", "package x", "tells nothing"},
		{"names", "net/x/x.go", "package y", "package y in folder net/x"},
		{"names", "net/x/main.go", "package x", "outside a program"},
		{"calls", "net/x/x.go", "package x\nimport \"fmt\"\nfunc f() { fmt.Println() }", "fmt.Println may not"},
		{"calls", "net/x/x.go", "package x\nimport o \"os\"\nfunc f() { o.Exit(1) }", "os.Exit may not"},
		{"calls", "shard/list/x.go", "package list\nimport \"time\"\nvar f = time.Now", "time.Now may not"},
		{"calls", "shard/list/x.go", "package list\nimport \"sync\"\ntype t struct { sync.Mutex }", "sync.Mutex may not"},
		{"goroutines", "shard/list/x.go", "package list\nfunc f() { go f() }", "no goroutines here"},
		{"panics", "codec/x/x.go", "package x\nfunc f() { panic(1) }", "no panics here"},
		{"recovers", "net/x/x.go", "package x\nfunc f() { recover() }", "no recovers here"},
		{"init", "net/x/x.go", "package x\nfunc init() {}", "no init"},
		{"package variables", "net/x/x.go", "package x\nvar a int\nfunc f() { a = 1 }", "a is written"},
		{"package variables", "net/x/x.go", "package x\nvar a []int\nfunc f() { a[0]++ }", "a is written"},
		{"skipped tests", "net/x/x_test.go", "package x\nimport \"testing\"\nfunc f(t *testing.T) { t.Skip() }", "may not run"},
		{"unfinished work", "net/x/x.go", "package x\n// TO" + "DO more\n", "finish it"},
	}
	for _, c := range cases {
		tr, err := read(fstest.MapFS{c.name: {Data: []byte(c.text + "\n")}})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		at := slices.IndexFunc(rules(), func(r rule) bool { return r.name == c.rule })
		if at < 0 {
			t.Fatalf("no rule %q", c.rule)
		}
		findings := rules()[at].find(tr)
		if !slices.ContainsFunc(findings, func(f string) bool { return strings.Contains(f, c.want) }) {
			t.Errorf("%s: nothing about %q in %q", c.rule, c.want, findings)
		}
	}
}

// TestRulesAccept runs all rules over a small tree without fault. Exceptions
// that this tree does not need are no fault of it.
func TestRulesAccept(t *testing.T) {
	tr, err := read(fstest.MapFS{
		"net/x/doc.go": {Data: []byte("// Package x is fine.\npackage x\n")},
		"net/x/x.go": {Data: []byte("package x\n\nimport \"" + module + "/shard\"\n\n" +
			"var names = [...]string{}\n\nfunc f() { names := 1; names++; _ = shard.Everyone }\n")},
		"README.md":         {Data: []byte("x\n")},
		"bin/x.go":          {Data: []byte("no Go at all")},
		".ci/x.go":          {Data: []byte("no Go at all")},
		"net/testdata/x.go": {Data: []byte("no Go at all")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules() {
		for _, f := range r.find(tr) {
			if !strings.Contains(f, "that nothing needs") {
				t.Errorf("%s: %s", r.name, f)
			}
		}
	}
}

// TestUnusedExceptions checks that an exception is noticed when its reason is
// gone.
func TestUnusedExceptions(t *testing.T) {
	tr, err := read(fstest.MapFS{"net/x/x.go": {Data: []byte("package x\n")}})
	if err != nil {
		t.Fatal(err)
	}
	findings := places("panics", exceptions{"net/x": "why"}, isCallOf("panic"))(tr)
	if len(findings) != 1 || !strings.Contains(findings[0], "nothing needs") {
		t.Errorf("findings: %q", findings)
	}
}
