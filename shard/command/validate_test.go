package command

import (
	"strings"
	"testing"
)

// sound is a row with nothing wrong in it.
func sound() Command {
	return Command{
		Spec: Spec{
			Name: "grow", Arity: -3, Flags: Write | DenyOOM, ACL: CatString,
			Keys:  []KeySpec{KeyRange(1, -1, 2, KeyRW|KeyUpdate)},
			Group: GroupString, Since: "1.0.0", Summary: "Make it bigger", Complexity: "O(1)",
			Args: "pair{key@key by@integer}...", Route: RouteSplit, Merge: MergeOK,
			History:    []Change{{Since: "2.0.0", What: "Less."}},
			Deprecated: &Deprecation{Since: "3.0.0", ReplacedBy: "`GET`"},
		},
		Run: func(*Ctx) {},
	}
}

func TestValidateAcceptsASoundRow(t *testing.T) {
	c := sound()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	box := Command{
		Spec: Spec{Name: "box", Arity: -2, Group: GroupServer, Since: "1.0.0", Summary: "Box", Complexity: "O(1)"},
		Sub:  []Command{sound()},
	}
	if err := box.Validate(); err != nil {
		t.Error(err)
	}
}

// TestValidateRefuses breaks a sound row in one place at a time.
func TestValidateRefuses(t *testing.T) {
	keys := func(flags Flags, specs ...KeySpec) func(*Command) {
		return func(c *Command) {
			c.Keys, c.Route, c.Merge, c.Args = specs, RouteKeys, MergeNone, "a@key b@key#1"
			c.Flags |= flags
		}
	}
	cases := []struct {
		want  string
		spoil func(*Command)
	}{
		{"bad name", func(c *Command) { c.Name = "" }},
		{"bad name", func(c *Command) { c.Name = "Grow" }},
		{"no arity", func(c *Command) { c.Arity = 0 }},
		{"unknown flag", func(c *Command) { c.Flags |= flagsEnd }},
		{"unknown ACL", func(c *Command) { c.ACL |= categoriesEnd }},
		{"both write and readonly", func(c *Command) { c.Flags |= ReadOnly }},
		{"ACL repeats", func(c *Command) { c.ACL |= CatWrite }},
		{"movablekeys", func(c *Command) { c.Flags |= MovableKeys }},
		{"movablekeys", keys(0, KeyAt(1, KeyRO), KeyNum(2, KeyRO))},
		{"exactly one", keys(0, KeyAt(1, KeyRO|KeyRW), KeyAt(2, KeyRO))},
		{"exactly one", keys(0, KeyAt(1, KeyRO), KeyAt(2, KeyAccess))},
		{"unknown flag", keys(0, KeyAt(1, KeyRO|keyFlagsEnd), KeyAt(2, KeyRO))},
		{"outside of the shortest", keys(0, KeyAt(1, KeyRO), KeyAt(3, KeyRO))},
		{"outside of the shortest", keys(0, KeyAt(0, KeyRO), KeyAt(1, KeyRO))},
		{"step", keys(0, KeyAt(1, KeyRO), KeyRange(2, -1, 0, KeyRO))},
		{"must reach the end", keys(0, KeyAt(1, KeyRO), KeySpec{
			Flags: KeyRO, Begin: KeyBegin{Index: 2}, Find: KeyFind{Step: 1, Limit: 2},
		})},
		{"do not follow", keys(MovableKeys, KeyAt(1, KeyRO), KeySpec{
			Flags: KeyRO, Begin: KeyBegin{Index: 2}, Find: KeyFind{Step: 1, Counted: true},
		})},
		{"upper case", keys(MovableKeys, KeyAt(1, KeyRO), KeyAt(1, KeyRO).After("store", 1))},
		{"from nowhere", keys(MovableKeys, KeyAt(1, KeyRO), KeyAt(1, KeyRO).After("STORE", 0))},
		{"nothing extracts", keys(0, KeyAt(1, KeyRO|KeyVariable), KeyAt(2, KeyRO))},
		{"no argument is found", func(c *Command) { c.Args = "by@integer" }},
		{"no key spec 1", func(c *Command) { c.Args += " b@key#1" }},
		{"argument grammar", func(c *Command) { c.Args = "[" }},
		{"bad version", func(c *Command) { c.Args += " [X^6]" }},
		{"bad version", func(c *Command) { c.Since = "" }},
		{"bad version", func(c *Command) { c.History[0].Since = "2.x.0" }},
		{"bad version", func(c *Command) { c.Deprecated.Since = "3" }},
		{"says nothing", func(c *Command) { c.History[0].What = "" }},
		{"bad summary", func(c *Command) { c.Summary = "" }},
		{"bad summary", func(c *Command) { c.Summary = "Grow." }},
		{"bad complexity", func(c *Command) { c.Complexity = "" }},
		{"unknown group", func(c *Command) { c.Group = "strings" }},
		{"unknown route", func(c *Command) { c.Route = routeEnd }},
		{"unknown route or merge", func(c *Command) { c.Merge = mergeEnd }},
		{"go together", func(c *Command) { c.Merge = MergeNone }},
		{"go together", func(c *Command) { c.Route = RouteKeys }},
		{"has keys but", func(c *Command) { c.Route, c.Merge = RouteSession, MergeNone }},
		{"cannot be cut", func(c *Command) { c.Keys[0] = KeyRange(1, -2, 1, KeyRW) }},
		{"no cursor", func(c *Command) { c.Route, c.Merge = RouteCursor, MergeNone }},
		{"narrow requests", func(c *Command) { c.Wide = func([][]byte) bool { return true } }},
		{"no handler", func(c *Command) { c.Run = nil }},
		{"container has no handler", func(c *Command) { c.Sub = []Command{sound()} }},
		{"extracts keys without", func(c *Command) {
			c.Keys, c.Args, c.Route, c.Merge = nil, "", RouteKeys, MergeNone
			c.Extract = func(dst []KeyRef, _ [][]byte) ([]KeyRef, error) { return dst, nil }
		}},
	}
	for _, c := range cases {
		row := sound()
		c.spoil(&row)
		if err := row.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want an error with %q, got %v", c.want, err)
		}
	}
}
