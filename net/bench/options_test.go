package bench

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseProgram(t *testing.T) {
	p, err := ParseProgram("other=/bin/other,--io-threads,2")
	if err != nil || p.Name != "other" || p.Path != "/bin/other" || !slices.Equal(p.Args, []string{"--io-threads", "2"}) {
		t.Errorf("got %+v, %v", p, err)
	}
	for _, text := range []string{"", "other", "=path", "other=", "other=,a"} {
		if p, err := ParseProgram(text); !errors.Is(err, ErrUsage) {
			t.Errorf("%q: got %+v, %v, want a usage error", text, p, err)
		}
	}
}

func TestArguments(t *testing.T) {
	got := Program{Args: []string{"--io-threads", "2"}}.arguments("7", "/d")
	if !slices.Equal(got[len(got)-2:], []string{"--io-threads", "2"}) || !slices.Contains(got, "--save") || got[1] != "7" {
		t.Errorf("with directives of redis.conf: %q", got)
	}
	got = Program{Args: []string{"-p", "{port}", "--path={dir}/x"}}.arguments("7", "/d")
	if !slices.Equal(got, []string{"-p", "7", "--path=/d/x"}) {
		t.Errorf("with a port of its own: %q", got)
	}
}

func TestCheck(t *testing.T) {
	a, b := Program{Name: "a"}, Program{Name: "b"}
	for name, c := range map[string]struct {
		o  Options
		ok bool
	}{
		"right":      {Options{Servers: []Program{a, b}, Reps: 1}, true},
		"one server": {Options{Servers: []Program{a}, Reps: 1}, false},
		"same name":  {Options{Servers: []Program{a, b, a}, Reps: 1}, false},
		"two rivals": {Options{Servers: []Program{a, b, {Name: "c"}}, Rivals: 2, Reps: 1}, true},
		"few rivals": {Options{Servers: []Program{a, b}, Rivals: 2, Reps: 1}, false},
		"peer":       {Options{Servers: []Program{a, b}, Peer: b, Reps: 1}, false},
		"no runs":    {Options{Servers: []Program{a, b}}, false},
		"too many":   {Options{Servers: []Program{a, b}, Reps: maxReps + 1}, false},
	} {
		if err := c.o.check(); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestChoose(t *testing.T) {
	all := Rows()
	for only, want := range map[string]string{
		"":                         "",
		"set-p1":                   "set-p1",
		"*-p64":                    "set-p64 get-p64",
		"latency,set-p1,longest-*": "set-p1 longest-set gc-pause gc-pause-server",
		"connections":              "idle-connections",
	} {
		o := Options{}
		if only != "" {
			o.Only = strings.Split(only, ",")
		}
		rows, err := o.choose(all)
		if err != nil {
			t.Errorf("%q: %v", only, err)
			continue
		}
		var names []string
		for _, r := range rows {
			names = append(names, r.Name)
		}
		if got := strings.Join(names, " "); want != "" && got != want || want == "" && len(rows) != len(all) {
			t.Errorf("%q chose %q, want %q", only, got, want)
		}
	}
	for _, only := range []string{"set-p2", "[", "set-p1 "} {
		if _, err := (Options{Only: []string{only}}).choose(all); !errors.Is(err, ErrUsage) {
			t.Errorf("%q: %v, want a usage error", only, err)
		}
	}
}

// TestRows holds the table to what the rest relies on.
func TestRows(t *testing.T) {
	seen := map[string]bool{}
	left := false // throughput comes first and in one piece
	for _, r := range Rows() {
		if seen[r.Name] {
			t.Errorf("two rows are called %s", r.Name)
		}
		seen[r.Name] = true
		if r.Title == "" || r.measure == nil || r.chart != "" && r.label == "" {
			t.Errorf("row %s is incomplete", r.Name)
		}
		if left && r.Group == GroupThroughput {
			t.Errorf("row %s stands behind other groups", r.Name)
		}
		left = left || r.Group != GroupThroughput
	}
}
