package conf

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const sample = `# my file
  PORT 7000
save 900 1	300 10

include "/etc/a b.conf"
requirepass foo"bar x"
#port 1
user bob on nopass ~* +@all` + "\r\n\tdir ''"

func TestParse(t *testing.T) {
	got, err := Parse("x.conf", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := []Directive{
		{"x.conf", 2, "PORT 7000", "port", []string{"7000"}},
		{"x.conf", 3, "save 900 1\t300 10", "save", []string{"900", "1", "300", "10"}},
		{"x.conf", 5, `include "/etc/a b.conf"`, "include", []string{"/etc/a b.conf"}},
		{"x.conf", 6, `requirepass foo"bar x"`, "requirepass", []string{"foobar x"}},
		{"x.conf", 8, "user bob on nopass ~* +@all", "user", []string{"bob", "on", "nopass", "~*", "+@all"}},
		{"x.conf", 9, "dir ''", "dir", []string{""}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParseError(t *testing.T) {
	got, err := Parse("x.conf", []byte("port 1\n\ndir \"a\n"))
	if len(got) != 1 || !errors.Is(err, ErrUnbalancedQuotes) {
		t.Fatalf("%v, %v", got, err)
	}
	if err.Error() != "x.conf:3: unbalanced quotes in configuration line" {
		t.Errorf("error is %v", err)
	}
	var where *Error
	if !errors.As(err, &where) || where.Text != `dir "a` {
		t.Errorf("error is %#v", err)
	}
	cause := errors.New("out of range")
	err = got[0].Errorf("port: %w", cause)
	if err.Error() != "x.conf:1: port: out of range" || !errors.Is(err, cause) {
		t.Errorf("error is %v", err)
	}
}

func TestFromArgs(t *testing.T) {
	tests := []struct{ args, want string }{
		{"", ""},
		{"--port|7000|--save|60 5|--hz|10", `port 7000|save "60 5"|hz 10`},
		{"--port 7000|--hz|10", "port 7000|hz 10"},
		{"--save|60|5", "save 60 5"},
		{"--save|--port|1", `save ""|port 1`},
		{"--save", `save ""`},
		{"--save|", `save ""`},
		{"--sentinel|--port|1", "sentinel|port 1"},
		{"--sentinel", "sentinel"},
		{"--proc-title-template|--my--|--port|1", "proc-title-template --my--|port 1"},
	}
	for _, tt := range tests {
		var args []string
		if tt.args != "" {
			args = strings.Split(tt.args, "|")
		}
		directives, err := Parse("arguments", FromArgs(args))
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		var got []string
		for _, d := range directives {
			got = append(got, strings.TrimSpace(d.Name+" "+Join(d.Args...)))
		}
		if strings.Join(got, "|") != tt.want {
			t.Errorf("%s gives %q, want %s", tt.args, got, tt.want)
		}
	}
}

func TestParseMemory(t *testing.T) {
	const refused = 999 // not the value of any row
	tests := map[string]uint64{
		"": 0, "k": 0, "kb": 0, "0": 0, "100": 100, "10b": 10, "10k": 10000, "10kb": 10240, "01k": 1000,
		"2m": 2e6, "2mb": 2 << 20, "1g": 1e9, "1gb": 1 << 30, "1Gb": 1 << 30, "512MB": 512 << 20,
		"18446744073709551615": 1<<64 - 1, "18446744073709551616": refused, "18446744073709551615k": refused,
		"17179869183gb": 17179869183 << 30, "17179869184gb": refused,
		"-1": refused, "+1": refused, "1.5gb": refused, "1 gb": refused, "1t": refused, "10%": refused, "x": refused,
	}
	for in, want := range tests {
		if got, ok := ParseMemory(in); ok != (want != refused) || ok && got != want {
			t.Errorf("ParseMemory(%q) = %d, %v; want %d", in, got, ok, want)
		}
	}
}

func TestParsePercent(t *testing.T) {
	for in, want := range map[string]int64{"0%": 0, "10%": 10, "101%": 101, "%": -1, "-1%": -1, "10": -1, "": -1, "01%": -1} {
		if got, ok := ParsePercent(in); ok != (want >= 0) || ok && got != want {
			t.Errorf("ParsePercent(%q) = %d, %v", in, got, ok)
		}
	}
}

func TestParseBoolAndOctal(t *testing.T) {
	for in, want := range map[string]string{"yes": "true true", "YES": "true true", "No": "false true", "1": "false false", "": "false false"} {
		if value, ok := ParseBool(in); fmt.Sprint(value, ok) != want {
			t.Errorf("ParseBool(%q) = %v, %v", in, value, ok)
		}
	}
	for in, want := range map[string]int64{"700": 0o700, "0755": 0o755, "8": -1, "": -1, "-7": -1} {
		if got, ok := ParseOctal(in); ok != (want >= 0) || ok && got != want {
			t.Errorf("ParseOctal(%q) = %o, %v", in, got, ok)
		}
	}
}

func TestJoin(t *testing.T) {
	if got := Join("a", "", "b c", "é"); got != `a "" "b c" "\xc3\xa9"` {
		t.Errorf("Join gives %s", got)
	}
	if got := Quote("a"); got != `"a"` {
		t.Errorf("Quote gives %s", got)
	}
}

// known is the table of directives of the tests.
func known(name string) (string, bool) {
	switch name {
	case "slave-priority":
		return "replica-priority", true
	case "gone":
		return "", false
	}
	return name, true
}

func TestDocument(t *testing.T) {
	d := ParseDocument([]byte(`# my file

PORT 17132
  save 900 1
save 300 10


save 60 5

maxmemory 1gb
slave-priority 90
gone 1
dir "x
# tail
rename-command FLUSHALL xx
replicaof a 1
`), known)
	d.Set("port", "17133", true)
	d.Set("save", "5 5", true)
	d.Set("maxmemory", "0", false)
	d.Set("replica-priority", "80", true)
	d.Set("hz", "10", false)
	d.Set("appendfsync", "always", true)
	d.Set("requirepass", Quote("we ird\"é"), true)
	d.Set("logfile", "not\nquoted", true)
	d.Drop("replicaof")
	if !d.Has("rename-command") || d.Has("port") || d.Has("hz") {
		t.Error("Has is wrong")
	}
	const want = `# my file

port 17133
save 5 5

maxmemory 0
replica-priority 80
# ??? gone 1
# ??? dir "x
# tail
rename-command FLUSHALL xx

# Generated by CONFIG REWRITE
appendfsync always
requirepass "we ird\"\xc3\xa9"
logfile not quoted
`
	if got := string(d.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	again := ParseDocument([]byte(want), known)
	again.Set("hz", "20", true)
	if got := string(again.Bytes()); got != want+"hz 20\n" {
		t.Errorf("rewritten again\n%s", got)
	}
}

func TestDocumentFromNothing(t *testing.T) {
	d := ParseDocument(nil, nil)
	if got := string(d.Bytes()); got != "" {
		t.Errorf("nothing prints %q", got)
	}
	d.Set("port", "1", true)
	if got := string(d.Bytes()); got != Signature+"\nport 1\n" {
		t.Errorf("got %q", got)
	}
}

// directives is what Parse says of text, as comparable strings by name.
func directives(t interface{ Fatal(...any) }, text []byte) map[string][]string {
	list, err := Parse("test", text)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, d := range list {
		out[d.Name] = append(out[d.Name], Join(d.Args...))
	}
	return out
}

func TestDocumentModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "c"})
		values := rapid.SliceOfN(rapid.Map(rapid.String(), func(s string) string { return Join(s) }), 1, 2)
		var text []byte
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				text = append(text, "# comment\n"...)
			case 1:
				text = append(text, '\n')
			default:
				text = append(text, name.Draw(t, "name")+" "+strings.Join(values.Draw(t, "values"), " ")+"\n"...)
			}
		}
		d, want := ParseDocument(text, nil), directives(t, text)
		touched := map[string]int{}
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			n := name.Draw(t, "name")
			v := strings.Join(values.Draw(t, "values"), " ")
			had := d.Has(n)
			force := rapid.Bool().Draw(t, "force")
			d.Set(n, v, force)
			if touched[n] == 0 {
				want[n] = nil
			}
			touched[n]++
			if had || force {
				want[n] = append(want[n], v)
			}
			if len(want[n]) == 0 {
				delete(want, n)
			}
		}
		if got := directives(t, d.Bytes()); !reflect.DeepEqual(got, want) {
			t.Fatalf("from %q\nthe document is %q", text, d.Bytes())
		}
	})
}

func FuzzConf(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("dir \"\n\x00\n\v#x\n" + Signature))
	f.Fuzz(func(t *testing.T, text []byte) {
		want, err := Parse("test", text)
		once := ParseDocument(text, nil).Bytes()
		got, errAgain := Parse("test", once)
		if errAgain != nil {
			t.Fatalf("%q is rewritten to %q: %v", text, once, errAgain)
		}
		if err == nil {
			if len(got) != len(want) {
				t.Fatalf("%q is rewritten to %q", text, once)
			}
			for i := range got {
				if got[i].Name != want[i].Name || !reflect.DeepEqual(got[i].Args, want[i].Args) {
					t.Fatalf("%q becomes %q", want[i].Text, got[i].Text)
				}
			}
		}
		if twice := ParseDocument(once, nil).Bytes(); string(twice) != string(once) {
			t.Fatalf("%q is rewritten again to %q", once, twice)
		}
	})
}
