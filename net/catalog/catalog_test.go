package catalog

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/admin"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/migrate"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/scripting"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/net/tracking"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
)

// table returns the server's table. Its rows are only read, so they may be
// bound to values that could not serve.
func table(t testing.TB) *session.Table {
	t.Helper()
	tab, err := New(new(config.Store), new(admin.Admin), pubsub.NewHub(), new(tracking.Registry), new(persist.Store), new(persist.AOF), scripting.New(), migrate.New())
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// each calls fn with every command and subcommand of the table.
func each(tab *session.Table, fn func(*session.Command)) {
	for _, c := range tab.All() {
		fn(c)
		for i := range c.Sub {
			fn(&c.Sub[i])
		}
	}
}

func TestNew(t *testing.T) {
	tab := table(t)
	seen := make([]bool, tab.Len()+1)
	seen[0] = true // which is the number of no command
	each(tab, func(c *session.Command) {
		if seen[c.ID] {
			t.Errorf("%s: number %d is taken", c.FullName(), c.ID)
		}
		seen[c.ID] = true
	})
	for id, ok := range seen {
		if !ok {
			t.Errorf("no command has number %d", id)
		}
	}
	for _, name := range []string{"SET", "get", "BLMOVE", "scan", "Client", "config", "memory", "command"} {
		if tab.Lookup([]byte(name)) == nil {
			t.Errorf("no command %s", name)
		}
	}
}

func TestValidateRefusesWhatNothingServes(t *testing.T) {
	spec := command.Spec{
		Name: "x", Arity: 1, Group: command.GroupServer, Since: "1.0.0",
		Summary: "Do it", Complexity: "O(1)",
	}
	run := func(*command.Ctx) {}
	serve := func(*session.Client, [][]byte) {}
	sharded := spec
	sharded.Route = command.RouteAll
	broken := spec
	broken.Summary = ""
	inner := session.Command{Command: command.Command{Spec: spec}, Serve: serve}
	nested := session.Command{Command: command.Command{Spec: spec}, Sub: []session.Command{inner}}
	cases := []struct {
		name string
		row  session.Command
		want string
	}{
		{"served by the connection", inner, ""},
		{"run by shards", session.Command{Command: command.Command{Spec: sharded, Run: run}}, ""},
		{"container", nested, ""},
		{"nobody", session.Command{Command: command.Command{Spec: spec}}, "nothing serves it"},
		{"both", session.Command{Command: command.Command{Spec: sharded, Run: run}, Serve: serve}, "and by a shard"},
		{"wrong side", session.Command{Command: command.Command{Spec: sharded}, Serve: serve}, "do not agree"},
		{"wrong route", session.Command{Command: command.Command{Spec: spec, Run: run}}, "do not agree"},
		{"bad description", session.Command{Command: command.Command{Spec: broken}, Serve: serve}, "summary"},
		{"deep", session.Command{Command: command.Command{Spec: spec}, Sub: []session.Command{nested}}, "container in a container"},
	}
	for _, c := range cases {
		tab, err := session.NewTable([]session.Command{c.row})
		if err != nil {
			t.Fatal(err)
		}
		err = validate(tab)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// TestDebugObject checks the one row that is not in the table.
func TestDebugObject(t *testing.T) {
	c := generic.DebugObject
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if c.FirstKey() != 2 {
		t.Errorf("its key is at %d", c.FirstKey())
	}
}
