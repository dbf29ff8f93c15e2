package command

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseGrammar(t *testing.T) {
	token := func(name, word string) Arg { return Arg{Name: name, Type: ArgPureToken, Token: word} }
	cases := []struct {
		grammar string
		want    []Arg
	}{
		{"", nil},
		{"key@key", []Arg{{Name: "key", Type: ArgKey}}},
		{"a@key b@key#1", []Arg{{Name: "a", Type: ArgKey}, {Name: "b", Type: ArgKey, KeySpec: 1}}},
		{"[GET^6.2.0]", []Arg{{Name: "get", Type: ArgPureToken, Token: "GET", Since: "6.2.0", Optional: true}}},
		{"key@key...", []Arg{{Name: "key", Type: ArgKey, Multiple: true}}},
		{"[key@key]...", []Arg{{Name: "key", Type: ArgKey, Multiple: true, Optional: true}}},
		{"GET... by@pattern", []Arg{{Name: "by", Type: ArgPattern, Token: "GET", Multiple: true, MultipleToken: true}}},
		{"[COUNT n@integer]", []Arg{{Name: "n", Type: ArgInteger, Token: "COUNT", Optional: true}}},
		{"ip:port@string~2.8.12^1.0.0", []Arg{{Name: "ip:port", Type: ArgString, Since: "1.0.0", DeprecatedSince: "2.8.12"}}},
		{"c(NX | XX)", []Arg{{Name: "c", Type: ArgOneOf, Args: []Arg{token("nx", "NX"), token("xx", "XX")}}}},
		{`op(equal="=" | about="~")`, []Arg{{Name: "op", Type: ArgOneOf, Args: []Arg{token("equal", "="), token("about", "~")}}}},
		{`id("*" | id@string)`, []Arg{{Name: "id", Type: ArgOneOf, Args: []Arg{token("*", "*"), {Name: "id", Type: ArgString}}}}},
		{"pair{f@double v@unix-time}...", []Arg{{Name: "pair", Type: ArgBlock, Multiple: true, Args: []Arg{
			{Name: "f", Type: ArgDouble}, {Name: "v", Type: ArgUnixTime},
		}}}},
		{"BY by(A | B)", []Arg{{Name: "by", Type: ArgOneOf, Token: "BY", Args: []Arg{token("a", "A"), token("b", "B")}}}},
		{"A... [B]", []Arg{
			{Name: "a", Type: ArgPureToken, Token: "A", Multiple: true},
			{Name: "b", Type: ArgPureToken, Token: "B", Optional: true},
		}},
	}
	for _, c := range cases {
		got, err := ParseGrammar(c.grammar)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q:\n got  %+v, %v\n want %+v", c.grammar, got, err, c.want)
		}
	}
}

func TestParseGrammarRefuses(t *testing.T) {
	bad := []string{
		"key", "key@", "key@nope", "key@oneof", "key@pure-token", "[key@key", "key@key]", "c(NX", "c(NX |)",
		"c(a@string b@string)", "b{}", "b{a@string", "c()", "@key", "key@key#", "key@key#x", "key@key#-1",
		`name="x`, `""`, `name=""`, "key@key^", "|", "a@string | b@string", "]", "name=",
		strings.Repeat("[", 40) + "A" + strings.Repeat("]", 40),
		strings.Repeat("b{", 40) + "A" + strings.Repeat("}", 40),
	}
	for _, grammar := range bad {
		if args, err := ParseGrammar(grammar); err == nil {
			t.Errorf("%q is taken for %+v", grammar, args)
		}
	}
}

func TestUsage(t *testing.T) {
	cases := [][2]string{
		{"", ""},
		{"key@key value@string [condition(NX | XX)] [GET]", "key value [NX | XX] [GET]"},
		{"[expiration(EX s@integer | KEEPTTL)]", "[EX s | KEEPTTL]"},
		{"key_value{key@key value@string}...", "key value [key value ...]"},
		{"where(LEFT | RIGHT) [COUNT n@integer]", "<LEFT | RIGHT> [COUNT n]"},
		{"[GET... by@pattern]", "[GET by [GET by ...]]"},
		{"[FILTERBY by(MODULE m@string | PATTERN p@pattern)]", "[FILTERBY <MODULE m | PATTERN p>]"},
	}
	for _, c := range cases {
		args, err := ParseGrammar(c[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := Usage(args); got != c[1] {
			t.Errorf("%q is shown as %q, want %q", c[0], got, c[1])
		}
	}
}

// FuzzParseGrammar checks that any text is read or refused, and that what is
// read is whole: every group has members, every name and token is there.
func FuzzParseGrammar(f *testing.F) {
	f.Add("key@key value@string [c(NX | XX)^2.6.12] [GET^6.2.0] b{a@integer...}~1.0.0")
	f.Add(`GET... p@pattern [op(equal="=" | x)] k@key#1`)
	f.Add("[[[[A]]]]")
	f.Fuzz(func(t *testing.T, grammar string) {
		args, err := ParseGrammar(grammar)
		if err != nil {
			return
		}
		var check func([]Arg)
		check = func(args []Arg) {
			for _, a := range args {
				group := a.Type == ArgOneOf || a.Type == ArgBlock
				if a.Name == "" || a.Type == "" || group != (len(a.Args) > 0) ||
					a.Type == ArgPureToken && a.Token == "" {
					t.Fatalf("%q gives %+v", grammar, a)
				}
				check(a.Args)
			}
		}
		check(args)
		Usage(args)
	})
}
