package repocheck

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
)

// The sizes nothing may exceed. What is usual is far below: files of 50 to 400
// lines, functions of up to 45.
const (
	fileMost     = 800
	testFileMost = 1500
	functionMost = 100
	mainMost     = 150
)

// vague are names that tell nothing.
var vague = []string{
	"base", "common", "core", "helper", "helpers", "lib", "manager", "misc", "shared", "stuff", "tools", "types",
	"util", "utils",
}

// topLevel is what the root may hold beside files whose names begin with a dot.
var topLevel = []string{
	"LICENSE", "Makefile", "README.md", "actor", "bin", "cmd", "codec", "docs", "go.mod", "go.sum", "net", "shard",
}

func shapeRules() []rule {
	return []rule{
		{"top level", checkTopLevel},
		{"file size", checkFileSize},
		{"function size", checkFunctionSize},
		{"package comments", checkPackageComments},
		{"names", checkNames},
	}
}

func checkTopLevel(tr *tree) []string {
	entries, err := readDir(tr.root, ".")
	if err != nil {
		return []string{err.Error()}
	}
	var findings []string
	for _, name := range entries {
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
			findings = append(findings, name+": the top level holds nothing else")
		}
	}
	return findings
}

func checkFileSize(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		most := fileMost
		switch {
		case f.test:
			most = testFileMost
		case f.code.Name.Name == "main":
			most = mainMost
		}
		if f.lines > most {
			findings = append(findings, fmt.Sprintf("%s: %d lines, at most %d", f.path, f.lines, most))
		}
	}
	return findings
}

func checkFunctionSize(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		for _, d := range f.code.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || isTable(fn) {
				continue
			}
			lines := tr.fset.Position(fn.End()).Line - tr.fset.Position(fn.Pos()).Line + 1
			if lines > functionMost {
				findings = append(findings, tr.finding(fn.Pos(), "%s has %d lines, at most %d", fn.Name, lines, functionMost))
			}
		}
	}
	return findings
}

// isTable tells whether a function does nothing but return a literal: rows of a
// table are as many as they are.
func isTable(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}

// checkPackageComments wants one comment for each package: in doc.go, and in the
// form "Package x ..." or, for a program, "Command x ...".
func checkPackageComments(tr *tree) []string {
	var findings []string
	documented := map[string]bool{} // by folder: false until its comment is found
	for _, f := range tr.files {
		if f.test {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.code.Doc != nil
		if f.code.Doc == nil {
			continue
		}
		if path.Base(f.path) != "doc.go" {
			findings = append(findings, tr.finding(f.code.Doc.Pos(), "the package comment stands in doc.go"))
		}
		if start := commentStart(f); !strings.HasPrefix(f.code.Doc.Text(), start) {
			findings = append(findings, tr.finding(f.code.Doc.Pos(), "the package comment begins with %q", start))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(documented)) {
		if !documented[dir] {
			findings = append(findings, dir+": no package comment")
		}
	}
	return findings
}

func commentStart(f *file) string {
	if f.code.Name.Name == "main" {
		return "Command " + path.Base(f.dir) + " "
	}
	return "Package " + f.code.Name.Name + " "
}

// checkNames refuses names that tell nothing, packages that are not called like
// their folder, and main.go outside a program.
func checkNames(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		name, stem := f.code.Name.Name, strings.TrimSuffix(strings.TrimSuffix(path.Base(f.path), ".go"), "_test")
		if slices.Contains(vague, name) || slices.Contains(vague, stem) {
			findings = append(findings, f.path+": a name that tells nothing")
		}
		if name != "main" && strings.TrimSuffix(name, "_test") != path.Base(f.dir) {
			findings = append(findings, fmt.Sprintf("%s: package %s in folder %s", f.path, name, f.dir))
		}
		if stem == "main" && name != "main" {
			findings = append(findings, f.path+": main.go outside a program")
		}
	}
	return findings
}
