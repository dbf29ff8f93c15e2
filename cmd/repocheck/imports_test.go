package repocheck

import (
	"go/ast"
	"strconv"
	"strings"
)

// layers tells for each folder of the top level which of them it may import.
var layers = map[string][]string{
	"codec": {"codec"},
	"actor": {"actor"},
	"shard": {"shard", "actor", "codec"},
	"net":   {"net", "shard", "actor", "codec"},
	"cmd":   {"cmd", "net", "shard", "actor", "codec"},
}

// vendors tells for each foreign module which folders may import it in what is
// built. Tests may import what they like, but for what has no entry at all.
var vendors = map[string]exceptions{
	"github.com/panjf2000/ants/v2":      {"actor": "the only place that starts goroutines from a pool"},
	"github.com/cespare/xxhash/v2":      {"shard/keyhash": "the one hash of keys"},
	"golang.org/x/sys":                  {"net": "sockets and limits", "shard/store": "memory reservations"},
	"github.com/yuin/gopher-lua":        {"shard/script": "the Lua that scripts run on"},
	"github.com/anishathalye/porcupine": {},
	"github.com/redis/go-redis/v9":      {},
	"pgregory.net/rapid":                {},
}

// harness are the packages that only tests import.
var harness = []string{"net/servertest", "net/servertest/inprocess", "shard/command/commandtest", "shard/disk/disktest"}

func importRules() []rule {
	return []rule{
		{"arrows", eachImport(checkArrow)},
		{"vendors", eachImport(checkVendor)},
		{"harness", eachImport(checkHarness)},
	}
}

// eachImport makes a rule of a check of one import. The check returns what is
// wrong with it, or "".
func eachImport(check func(f *file, imported string) string) func(*tree) []string {
	return func(tr *tree) []string {
		var findings []string
		for _, f := range tr.files {
			for _, spec := range f.code.Imports {
				if wrong := check(f, importPath(spec)); wrong != "" {
					findings = append(findings, tr.finding(spec.Pos(), "%s", wrong))
				}
			}
		}
		return findings
	}
}

func importPath(spec *ast.ImportSpec) string {
	name, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return name
}

// checkArrow refuses imports of a layer above, and of one beside that is none of
// the importer's business.
func checkArrow(f *file, imported string) string {
	inside, ok := strings.CutPrefix(imported, module+"/")
	if !ok {
		return ""
	}
	from, _, _ := strings.Cut(f.dir, "/")
	to, _, _ := strings.Cut(inside, "/")
	for _, allowed := range layers[from] {
		if to == allowed {
			return ""
		}
	}
	return from + " may not import " + to
}

// checkVendor refuses foreign modules outside their folders.
func checkVendor(f *file, imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") || under(imported, module) {
		return "" // the standard library, or our own
	}
	for vendor, places := range vendors {
		if !under(imported, vendor) {
			continue
		}
		if f.test || places.allow(f.dir) != "" {
			return ""
		}
		return vendor + " may not be imported here"
	}
	return imported + " is no known dependency: see docs/dependencies.md"
}

// checkHarness refuses test support in what is built.
func checkHarness(f *file, imported string) string {
	if f.test {
		return ""
	}
	for _, h := range harness {
		if under(f.dir, h) {
			return ""
		}
	}
	if imported == "testing" {
		return "only tests import testing"
	}
	for _, h := range harness {
		if under(imported, module+"/"+h) {
			return "only tests import " + h
		}
	}
	return ""
}
