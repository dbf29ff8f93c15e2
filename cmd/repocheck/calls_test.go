package repocheck

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// call is something of another package that only a few places may use.
type call struct {
	name  string   // "package.Name"; the package as it is imported
	in    []string // where the rule holds; empty for everywhere
	where exceptions
}

// calls holds for what is built, not for tests.
var calls = []call{
	{name: "fmt.Print", where: exceptions{"cmd": "programs speak to their terminal"}},
	{name: "fmt.Printf", where: exceptions{"cmd": "programs speak to their terminal"}},
	{name: "fmt.Println", where: exceptions{"cmd": "programs speak to their terminal"}},
	{name: "os.Exit", where: exceptions{
		"cmd":                  "a program's exit code",
		"net/server/server.go": "fatal: memory can no longer be trusted, nothing may run after it",
	}},
	{name: "time.Sleep", where: exceptions{
		"net/listen/accept.go": "an accept loop waits for descriptors to come free",
		"net/admin/debug.go":   "DEBUG SLEEP is meant to stand still",
		"net/servertest":       "conversations have pauses",
		"shard/snapshot":       "an encoder rests while clients want the processors",
	}},
	{name: "time.Now", in: []string{"codec", "actor", "shard"}, where: exceptions{
		"actor/processors":        "what has happened in an interval is divided by its length",
		"shard/batch.go":          "a turn takes the time when it begins",
		"shard/chores.go":         "housekeeping has a budget of time",
		"shard/capture.go":        "the walk of a snapshot has a budget of time",
		"shard/shard.go":          "a turn takes the time when it begins",
		"shard/keyspace/evict.go": "eviction has a budget of time",
		"shard/journal/writer.go": "syncs that take long are counted",
		"shard/measure":           "what was notably slow is noted with the time",
		"shard/script":            "scripts are watched by the clock",
		"shard/snapshot":          "an encoder rests for as long as it has worked",
	}},
	{name: "sync.Mutex", in: []string{"codec", "shard"}, where: exceptions{
		"shard/store/reserve.go": "closed stores give their address space back from the background",
		"shard/disk/disktest":    "a disk in memory is used by all goroutines of a test",
		"shard/journal":          "shards append to one buffer, and the parts are changed by who rewrites",
		"shard/measure":          "what connections count, and what anybody finds slow, is for all to see",
		"shard/script/engine.go": "machines are shared by all shards, and scripts are ended by connections",
	}},
	{name: "sync.RWMutex", in: []string{"codec", "shard"}, where: exceptions{
		"shard/script/cache.go": "connections find and add compiled scripts",
	}},
}

// goroutines may be started here; pools and WaitGroup.Go are started by those
// who also wait for them.
var goroutines = exceptions{
	"cmd":            "a program watches for signals while it stops",
	"net/bench":      "servers under measurement are waited for",
	"net/session":    "what a client was sent unasked is written while others go on",
	"net/server":     "background work goes on when the pool has no room",
	"net/persist":    "a snapshot under way is waited for",
	"shard/snapshot": "what encodes a snapshot ends with it",
	"net/servertest": "servers under test are waited for",
}

// panics may be raised here.
var panics = exceptions{
	"shard/keyspace/key.go": "memory has run out: the turn's recover answers for the command",
	"shard/zset/arena.go":   "members have no room left: as above",
	"shard/store/record.go": "checks of the invariants build, which the others leave out",
}

// recovers may be called here.
var recovers = exceptions{
	"shard/snapshot/deal.go": "memory may run out while a file is loaded",
	"shard/batch.go":         "a turn answers for a command that has failed",
	"shard/call.go":          "a turn answers for a command that has failed",
	"shard/transaction.go":   "a turn answers for a command that has failed",
}

func callRules() []rule {
	return []rule{
		{"calls", checkCalls},
		{"goroutines", places("goroutines", goroutines, isGo)},
		{"panics", places("panics", panics, isCallOf("panic"))},
		{"recovers", places("recovers", recovers, isCallOf("recover"))},
		{"init", checkInit},
		{"package variables", checkVariables},
		{"skipped tests", checkSkips},
		{"unfinished work", checkMarks},
	}
}

func checkCalls(tr *tree) []string {
	var findings []string
	for _, c := range calls {
		used := map[string]bool{}
		for _, f := range tr.files {
			if f.test || !c.holds(f) {
				continue
			}
			place := c.where.allow(f.path)
			for _, pos := range uses(f, c.name) {
				used[place] = true
				if place == "" {
					findings = append(findings, tr.finding(pos, "%s may not be used here", c.name))
				}
			}
		}
		if c.where["cmd"] == "" { // programs need not print
			findings = append(findings, c.where.unused(c.name, used)...)
		}
	}
	return findings
}

func (c *call) holds(f *file) bool {
	return len(c.in) == 0 || slices.ContainsFunc(c.in, func(dir string) bool { return under(f.dir, dir) })
}

// uses returns where a file uses "package.Name", whatever it calls the package.
func uses(f *file, name string) []token.Pos {
	pkg, member, _ := strings.Cut(name, ".")
	local := ""
	for _, spec := range f.code.Imports {
		if importPath(spec) == pkg {
			local = path.Base(pkg)
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	var found []token.Pos
	ast.Inspect(f.code, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == member {
			if x, ok := s.X.(*ast.Ident); ok && local != "" && x.Name == local {
				found = append(found, n.Pos())
			}
		}
		return true
	})
	return found
}

// places makes a rule: nodes that is tells may stand in allowed places only.
func places(what string, allowed exceptions, is func(ast.Node) bool) func(*tree) []string {
	return func(tr *tree) []string {
		var findings []string
		used := map[string]bool{}
		for _, f := range tr.files {
			if f.test {
				continue
			}
			ast.Inspect(f.code, func(n ast.Node) bool {
				if n != nil && is(n) {
					place := allowed.allow(f.path)
					used[place] = true
					if place == "" {
						findings = append(findings, tr.finding(n.Pos(), "no %s here", what))
					}
				}
				return true
			})
		}
		return append(findings, allowed.unused(what, used)...)
	}
}

func isGo(n ast.Node) bool {
	_, ok := n.(*ast.GoStmt)
	return ok
}

func isCallOf(name string) func(ast.Node) bool {
	return func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := c.Fun.(*ast.Ident)
		return ok && id.Name == name
	}
}

func checkInit(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		for _, d := range f.code.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				findings = append(findings, tr.finding(fn.Pos(), "no init functions"))
			}
		}
	}
	return findings
}

// checkSkips refuses tests that do not run.
func checkSkips(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		ast.Inspect(f.code, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok || s.Sel.Name != "Skip" && s.Sel.Name != "Skipf" && s.Sel.Name != "SkipNow" {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && (x.Name == "t" || x.Name == "b" || x.Name == "tb" || x.Name == "f") {
				findings = append(findings, tr.finding(n.Pos(), "a test that may not run"))
			}
			return true
		})
	}
	return findings
}

// mark is what stands in comments on things that are not finished. It is put
// together so that it does not find itself.
var mark = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b|not imple` + `mented`)

func checkMarks(tr *tree) []string {
	var findings []string
	for _, f := range tr.files {
		for _, group := range f.code.Comments {
			for _, c := range group.List {
				if m := mark.FindString(c.Text); m != "" {
					findings = append(findings, tr.finding(c.Pos(), "%s: finish it, or leave it out of the table", m))
				}
			}
		}
	}
	return findings
}
