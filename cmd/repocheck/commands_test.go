package repocheck

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/admin"
	"github.com/troupe-db/troupe/net/catalog"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/migrate"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/scripting"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/net/tracking"
)

// request is a line of a conversation in which a client says something.
var request = regexp.MustCompile(`(?m)^\d*(?:@[a-z0-9.]+)?> (\S+)(?: (\S+))?`)

// TestEveryCommandHasAConversation wants a request for every row of the command
// table in the conversations, which are replayed against this server and
// against redis-server.
func TestEveryCommandHasAConversation(t *testing.T) {
	paths, err := filepath.Glob("../../net/servertest/testdata/*/*.txt")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d conversations, error %v", len(paths), err)
	}
	asked, files := map[string]bool{}, map[string]bool{}
	for _, name := range paths {
		files[strings.TrimSuffix(filepath.Base(name), ".txt")] = true
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range request.FindAllStringSubmatch(string(text), -1) {
			first, second := strings.ToLower(m[1]), strings.ToLower(m[2])
			asked[first], asked[first+"|"+second] = true, true
		}
	}
	table, err := catalog.New(new(config.Store), new(admin.Admin), pubsub.NewHub(), new(tracking.Registry), new(persist.Store), new(persist.AOF), scripting.New(), migrate.New())
	if err != nil {
		t.Fatal(err)
	}
	check := func(c *session.Command) {
		name := c.FullName()
		if !asked[name] {
			t.Errorf("%s: no conversation asks for it", name)
		}
		container, sub, _ := strings.Cut(name, "|")
		if sub != "help" && !files[strings.ReplaceAll(name, "|", "_")] && !files[container] {
			t.Errorf("%s: no conversation is called after it", name)
		}
	}
	for _, c := range table.All() {
		if len(c.Sub) == 0 || c.Serve != nil {
			check(c)
		}
		for i := range c.Sub {
			check(&c.Sub[i])
		}
	}
}
