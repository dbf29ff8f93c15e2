package servertest

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
)

func TestWords(t *testing.T) {
	same := func(s string) string { return s }
	for text, want := range map[string][]string{
		``:                     nil,
		`  a  b `:              {"a", "b"},
		`SET k "a b"`:          {"SET", "k", "a b"},
		`"\x00\xff\r\n\"\\" x`: {"\x00\xff\r\n\"\\", "x"},
		`"" ""`:                {"", ""},
		`"ab"*3 c`:             {"ababab", "c"},
		`{3..6} {x..y}`:        {"3", "4", "5", "6", "{x..y}"},
	} {
		got, err := words(text, same)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("words(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`"open`, `"a"b`, `"a"*x`, `"\q"`} {
		if got, err := words(text, same); err == nil {
			t.Errorf("words(%q) = %q without an error", text, got)
		}
	}
}

func TestText(t *testing.T) {
	long := strings.Repeat("x", longBulk+1)
	for wire, want := range map[string]string{
		"+OK\r\n":                               "+OK",
		"-ERR no \r\n":                          `-ERR no\x20`,
		":-1\r\n":                               ":-1",
		"$1\r\na\r\n":                           "$a",
		"$0\r\n\r\n":                            `$""`,
		"$3\r\na b\r\n":                         `$"a b"`,
		"$2\r\n\x00\n\r\n":                      `$"\x00\n"`,
		"$3\r\nnil\r\n":                         "$nil",
		"$-1\r\n":                               "nil",
		"*-1\r\n":                               "nil-array",
		"_\r\n":                                 "_",
		"*0\r\n":                                "[]",
		"*3\r\n$1\r\na\r\n*1\r\n:1\r\n+a b\r\n": `[$a [:1] +"a b"]`,
		"%1\r\n+k\r\n~1\r\n#t\r\n":              "{+k => ~[#t]}",
		">1\r\n,1.5\r\n":                        "push[,1.5]",
		"(123\r\n":                              "(123",
		"=5\r\ntxt:a\r\n":                       `=txt:"a"`,
		"$257\r\n" + long + "\r\n":              "$(257 bytes, crc32 9118e8fd)",
		"!5\r\nERR x\r\n":                       `!"ERR x"`,
		"|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n":       "attribute{+ttl => :3} $v",
		"*2\r\n$1\r\nb\r\n*2\r\n:2\r\n:1\r\n":   "[$b [:2 :1]]",
		"*2\r\n-ERR two words\r\n-ERR\r\n":      `[-"ERR two words" -ERR]`,
		"*1\r\n$5\r\na\xc3\xa9\xff\"\r\n":       `[$"a\xc3\xa9\xff\""]`,
		"*2\r\n_\r\n#f\r\n":                     "[_ #f]",
		"~2\r\n:1\r\n*-1\r\n":                   "~[:1 nil-array]",
		"%2\r\n:1\r\n:2\r\n$1\r\nk\r\n*1\r\n_\r\n": "{:1 => :2, $k => [_]}",
	} {
		v, err := resp.ReadReply(bufio.NewReader(strings.NewReader(wire)))
		if got := Text(v); err != nil || got != want {
			t.Errorf("%q is shown as %s (%v), want %s", wire, got, err, want)
		}
	}
}

func TestLinesAndSorted(t *testing.T) {
	bulk := func(s string) resp.Value { return resp.Value{Kind: resp.KindBulk, Str: s} }
	array := func(of ...resp.Value) resp.Value { return resp.Value{Kind: resp.KindArray, Elems: of} }
	v := array(bulk(strings.Repeat("b", 60)), array(bulk("z"), bulk("y")), bulk(strings.Repeat("a", 60)))
	want := []string{"*3", "  $" + strings.Repeat("b", 60), "  [$z $y]", "  $" + strings.Repeat("a", 60)}
	if got := Lines(v); !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
	sorted := Sorted(array(bulk("b"), array(bulk("z"), bulk("y")), bulk("a")))
	if got := Text(sorted); got != "[$a $b [$y $z]]" {
		t.Errorf("sorted %s", got)
	}
}

// TestComplete checks where requests are given the replies they lack.
func TestComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.txt")
	before := "> A\n> B\n< b\n> C\n> D\n<\n<\n2> E\n2..\n> F\n2<\n> KEYS *\n@7.2> G\n> QUIT\n< EOF\n"
	after := "> A\n<\n> B\n< b\n> C\n> D\n<\n<\n2> E\n2..\n> F\n<\n2<\n> KEYS *\n<%\n@7.2> G\n> QUIT\n<\n< EOF\n"
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := ReadConversation(path)
	if err != nil {
		t.Fatal(err)
	}
	c.complete("redis")
	var got []string
	for _, s := range c.steps {
		got = append(got, s.source()...)
	}
	if text := strings.Join(got, "\n") + "\n"; text != after {
		t.Errorf("completed to\n%s\nwant\n%s", text, after)
	}
}

// complaints is a test that only counts what it is told.
type complaints struct {
	testing.TB
	errors []string
}

func (c *complaints) Helper() {}

func (c *complaints) Errorf(format string, args ...any) {
	c.errors = append(c.errors, format)
}

// TestReplayComplains holds conversations that are wrong with the oracle: a
// runner that is content with them would prove nothing.
func TestReplayComplains(t *testing.T) {
	server := Redis(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"text":           "> SET k v\n< +NO",
		"type":           "> SET n 1\n< $OK",
		"null":           "> GET missing\n< nil-array",
		"order":          "> RPUSH l b a\n<~ :.*\n> LRANGE l 0 -1\n< [$a $b]",
		"pattern":        "> PING\n<~ \\+PON",
		"range":          "> STRLEN missing\n<: 1 5",
		"silence":        "> PING\n.. 5ms",
		"blocked":        "> PING\n< +PONG\n..",
		"end":            "> PING\n< EOF",
		"too much":       "> PING",
		"extra line":     "> PING\n< +PONG\n<   more",
		"other database": "> SELECT 1\n< +OK\n2> SET k v\n2< +OK\n> EXISTS k\n< :1",
		"control":        "! nosuch",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := ReadConversation(path)
			if err != nil {
				t.Fatal(err)
			}
			told := &complaints{TB: t}
			c.Replay(told, server)
			if len(told.errors) == 0 {
				t.Errorf("no complaint about\n%s", text)
			}
		})
	}
	for _, text := range []string{"no sign", "<   more", "> A\n2<   more", "?> A"} {
		path := filepath.Join(dir, "bad")
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadConversation(path); err == nil {
			t.Errorf("%q is taken for a conversation", text)
		}
	}
}

// TestEveryCommandSpeaks checks that each command and subcommand Troupe has
// appears in a conversation.
func TestEveryCommandSpeaks(t *testing.T) {
	said := map[string]bool{}
	paths, err := filepath.Glob("testdata/*/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		c, err := ReadConversation(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.steps {
			if s.isScan() {
				said["scan"] = true
			}
			line := strings.TrimLeft(s.text[0], `"`)
			if f := strings.Fields(strings.ToLower(line)); len(f) > 0 && (s.sign == signRequest || s.sign == signRaw) {
				name, _, _ := strings.Cut(f[0], `\r`)
				said[name] = true
				if len(f) > 1 {
					said[name+"|"+f[1]] = true
				}
			}
		}
	}
	client, err := Dial(Troupe(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	list, err := client.Do("COMMAND", "LIST")
	if err != nil || len(list.Elems) < 80 {
		t.Fatalf("COMMAND LIST: %s, %v", Text(list), err)
	}
	for _, name := range list.Elems {
		if !said[name.Str] {
			t.Errorf("%s is in no conversation", name.Str)
		}
	}
}
