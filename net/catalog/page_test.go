package catalog

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

var rewrite = flag.Bool("rewrite", false, "write docs/commands.md anew")

const pagePath = "../../docs/commands.md"

const pageHead = `# Commands

This page is generated from the rows of the command table; ` + "`go test ./net/catalog -rewrite`" + `
writes it. "Since" is the version of Redis that introduced a command or an option.
"Runs" says which part of the server does the work:

| Runs | Meaning |
|---|---|
| on the connection | no key is touched |
| on the key's shard | keys of one shard: one message. Keys of several shards: a fence that stops these shards and runs the command once, over all their data |
| split by key | each shard does the part that concerns its keys, in one atomic step |
| on every shard | each shard does it for its data, without a stop |
| as a fence over all shards | all shards stop, and the command runs once |
| on the cursor's shard | the shard that the cursor leads to |
`

// TestPage holds docs/commands.md against the table.
func TestPage(t *testing.T) {
	page := writePage(t, table(t))
	if *rewrite {
		if err := os.WriteFile(pagePath, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != page {
		t.Errorf("%s does not agree with the table; run go test ./net/catalog -rewrite", pagePath)
	}
}

// writePage writes the whole page: groups in order of their names, commands in
// order of theirs.
func writePage(t *testing.T, tab *session.Table) string {
	t.Helper()
	var all []*session.Command
	each(tab, func(c *session.Command) {
		if len(c.Sub) == 0 || c.Serve != nil {
			all = append(all, c)
		}
	})
	slices.SortFunc(all, func(a, b *session.Command) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.FullName(), b.FullName()))
	})
	var b strings.Builder
	b.WriteString(pageHead)
	group := command.Group("")
	for _, c := range all {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n## %s\n", strings.ToUpper(string(group[:1]))+string(group[1:]))
		}
		writeCommand(t, &b, c)
	}
	return b.String()
}

// writeCommand writes the section of one command.
func writeCommand(t *testing.T, b *strings.Builder, c *session.Command) {
	t.Helper()
	args, err := command.ParseGrammar(c.Args)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.ToUpper(strings.ReplaceAll(c.FullName(), "|", " "))
	fmt.Fprintf(b, "\n### %s\n\n", name)
	fmt.Fprintf(b, "%s.\n\n", c.Summary)
	fmt.Fprintf(b, "    %s\n\n", strings.TrimSpace(name+" "+command.Usage(args)))
	fmt.Fprintf(b, "- Complexity: %s\n", c.Complexity)
	fmt.Fprintf(b, "- Since: %s\n", c.Since)
	fmt.Fprintf(b, "- Runs: %s\n", routeWords(c.Route))
	if flags := c.Flags.Names(); len(flags) > 0 {
		fmt.Fprintf(b, "- Flags: %s\n", strings.Join(flags, ", "))
	}
	fmt.Fprintf(b, "- ACL categories: @%s\n", strings.Join(c.Categories().Names(), ", @"))
	for _, change := range c.History {
		fmt.Fprintf(b, "- Since %s: %s\n", change.Since, change.What)
	}
	if d := c.Deprecated; d != nil {
		fmt.Fprintf(b, "- Deprecated since %s: use %s\n", d.Since, d.ReplacedBy)
	}
}

func routeWords(r command.Route) string {
	switch r {
	case command.RouteSession:
		return "on the connection"
	case command.RouteKeys:
		return "on the key's shard"
	case command.RouteSplit:
		return "split by key"
	case command.RouteEach:
		return "on every shard"
	case command.RouteAll:
		return "as a fence over all shards"
	case command.RouteCursor:
		return "on the cursor's shard"
	case command.RouteProgram:
		return "on the keys' shards if it keeps to them, else on all"
	}
	return fmt.Sprintf("route %d", r)
}
