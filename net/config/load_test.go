package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/conf"
)

// load reads a command line with an empty stdin, and ends the test on an error.
func load(t *testing.T, args ...string) (*Store, []string) {
	t.Helper()
	s, warnings, err := Load(args, strings.NewReader(""))
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return s, warnings
}

// write creates a file in the test's folder.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// shown returns what CONFIG GET shows for one parameter.
func shown(t *testing.T, s *Store, name string) string {
	t.Helper()
	found := s.Get([][]byte{[]byte(name)})
	if len(found) != 1 {
		t.Fatalf("CONFIG GET %s shows %v", name, found)
	}
	return found[0].Value
}

func TestCommandLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		name string
		want string
	}{
		{[]string{}, "port", "6379"},
		{[]string{"--port", "7000"}, "port", "7000"},
		{[]string{"--port 7000"}, "port", "7000"},
		{[]string{"--PORT", "7000", "--port", "7001"}, "port", "7001"},
		{[]string{"--bind", "127.0.0.1", "-::1", "--port", "1"}, "bind", "127.0.0.1 -::1"},
		{[]string{"--bind", ""}, "bind", ""},
		{[]string{"--save", "", "--port", "5"}, "port", "5"},
		{[]string{"--save", "--port", "5"}, "port", "5"},
		{[]string{"--port", "5", "--save"}, "save", ""},
		{[]string{"--port", "5"}, "save", "3600 1 300 100 60 10000"},
		{[]string{"--save", "1", "2", "--save", "3 4"}, "save", "1 2 3 4"},
		{[]string{"--save", "1", "2", "--save", "", "--save", "3 4"}, "save", "3 4"},
		{[]string{"--requirepass", "--secret"}, "requirepass", "--secret"},
		{[]string{"--requirepass", "with space"}, "requirepass", "with space"},
		{[]string{"--maxmemory", "1gb"}, "maxmemory", "1073741824"},
		{[]string{"--maxmemory", "2k"}, "maxmemory", "2000"},
		{[]string{"--appendonly", "no"}, "appendonly", "no"},
		{[]string{"--list-max-ziplist-size", "7"}, "list-max-listpack-size", "7"},
		{[]string{"--unixsocketperm", "770"}, "unixsocketperm", "770"},
		{[]string{"--hz", "9999"}, "hz", "500"},
		{[]string{"--shards", "3"}, "shards", "3"},
		{[]string{"--logLEVEL", "Debug"}, "loglevel", "debug"},
	} {
		s, warnings := load(t, test.args...)
		if got := shown(t, s, test.name); got != test.want || len(warnings) > 0 {
			t.Errorf("%q: %s is %q, want %q; warnings %q", test.args, test.name, got, test.want, warnings)
		}
	}
}

func TestCommandLineErrors(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"--port", "command line:1: the directive needs a value"},
		{"--port 1 2", "command line:1: wrong number of arguments"},
		{"--port abc", "command line:1: argument couldn't be parsed into an integer"},
		{"--port 70000", "command line:1: argument must be between 0 and 65535 inclusive"},
		{"--port 1 --bogus 3", "command line:2: unknown directive 'bogus'"},
		{"--include", "command line:1: wrong number of arguments"},
		{"-x", "command line:1: unknown directive '-x'"},
		{"--appenddirname a/b", "command line:1: appenddirname can't be a path, just a dirname"},
		{"--appendfilename a b", "command line:1: wrong number of arguments"},
		{"--appendonly maybe", "command line:1: argument must be 'yes' or 'no'"},
		{"--replicaof 127.0.0.1 6379", "command line:1: this server cannot be a replica yet"},
		{"--cluster-enabled yes", "command line:1: this server is no cluster node yet"},
		{"--unixsocketperm 999", "command line:1: argument couldn't be parsed as an octal number"},
		{"--unixsocketperm 7777", "command line:1: argument must be between 0 and 777 inclusive"},
		{"--save 3600", "command line:1: Invalid save parameters"},
		{"--dir /nonexistent", "command line:1: No such file or directory"},
		{"--dir /dev/null", "command line:1: Not a directory"},
		{"--user default on", "command line:1: this server has no users yet: protect it with requirepass"},
	} {
		_, _, err := Load(strings.Fields(test.line), strings.NewReader(""))
		var fault *LoadError
		if !errors.As(err, &fault) || err.Error() != test.want {
			t.Errorf("%s: error %q, want %q", test.line, err, test.want)
		}
	}
}

func TestFileStdinAndOptionsInOrder(t *testing.T) {
	path := write(t, "a.conf", "# a comment\n\nport 1\nrequirepass \"a \\x41 b\"\r\n  MAXMEMORY 1mb\n timeout 7\n")
	s, _, err := Load([]string{path, "--timeout", "9", "-"}, strings.NewReader("maxmemory 2mb\ntimeout 8\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(t, s, "port"); got != "1" {
		t.Errorf("port from the file is %s", got)
	}
	if got := shown(t, s, "maxmemory"); got != "2097152" {
		t.Errorf("maxmemory from stdin is %s", got)
	}
	if got := shown(t, s, "timeout"); got != "9" {
		t.Errorf("timeout from the command line is %s", got)
	}
	if got := shown(t, s, "requirepass"); got != "a A b" {
		t.Errorf("requirepass is %q", got)
	}
	if s.File() != path {
		t.Errorf("File is %q, want %q", s.File(), path)
	}
}

func TestFileErrorsNameTheLine(t *testing.T) {
	path := write(t, "bad.conf", "port 1\nrequirepass one two\n")
	_, _, err := Load([]string{path}, strings.NewReader(""))
	var fault *LoadError
	if !errors.As(err, &fault) {
		t.Fatalf("error %v", err)
	}
	if fault.Source != path || fault.Line != 2 || !errors.Is(fault, errWords) {
		t.Errorf("fault %+v", fault)
	}
	if strings.Contains(fault.Text, "one") {
		t.Errorf("the password stands in the message: %q", fault.Text)
	}
	_, _, err = Load([]string{path + ".none"}, strings.NewReader(""))
	if err == nil || err.Error() != path+".none: No such file or directory" {
		t.Errorf("error for a missing file: %v", err)
	}
	path = write(t, "quotes.conf", "port 1\n\nrequirepass \"a\n")
	if _, _, err = Load([]string{path}, strings.NewReader("")); err == nil || !strings.Contains(err.Error(), ":3: ") {
		t.Errorf("error for unbalanced quotes: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	path := write(t, "old.conf", "io-threads 4\njemalloc-bg-thread yes\nport 1\nio-threads 2\n")
	_, warnings := load(t, path, "--activerehashing", "yes")
	want := []string{
		path + ": these directives have no effect on this server: io-threads, jemalloc-bg-thread",
		"command line: these directives have no effect on this server: activerehashing",
	}
	if strings.Join(warnings, "\n") != strings.Join(want, "\n") {
		t.Errorf("warnings\n%s\nwant\n%s", strings.Join(warnings, "\n"), strings.Join(want, "\n"))
	}
}

// files is a file system for the loader.
type files map[string]string

func (f files) loader() *loader {
	l := newLoader()
	l.values.Dir = "/"
	l.read = func(path string) ([]byte, error) {
		text, ok := f[path]
		if !ok {
			return nil, os.ErrNotExist
		}
		return []byte(text), nil
	}
	l.glob = func(pattern string) (found []string, err error) {
		for _, name := range []string{"/a", "/b", "/c"} {
			match, err := filepath.Match(pattern, name)
			if err != nil {
				return nil, err
			}
			if match {
				found = append(found, name)
			}
		}
		return found, nil
	}
	return l
}

func TestInclude(t *testing.T) {
	l := files{"/a": "port 1\ninclude /b\n", "/b": "port 2\ntimeout 3\n"}.loader()
	if err := l.file("/a"); err != nil {
		t.Fatal(err)
	}
	if l.values.Port != 2 || l.values.Timeout != 3 {
		t.Errorf("port %d timeout %d", l.values.Port, l.values.Timeout)
	}
	l = files{"/x": "include /[ab]", "/a": "port 7", "/b": "timeout 8"}.loader()
	if err := l.file("/x"); err != nil || l.values.Port != 7 || l.values.Timeout != 8 {
		t.Errorf("wildcards: %v, port %d timeout %d", err, l.values.Port, l.values.Timeout)
	}
	l = files{"/x": "include /z*"}.loader()
	if err := l.file("/x"); err != nil {
		t.Errorf("a pattern that matches nothing: %v", err)
	}
}

func TestIncludeIsBounded(t *testing.T) {
	if err := (files{"/a": "include /b", "/b": "include /a"}).loader().file("/a"); !errors.Is(err, errLoop) {
		t.Errorf("a loop: %v", err)
	}
	if err := (files{"/a": "include /b"}).loader().file("/a"); err == nil {
		t.Error("a missing file is accepted")
	}
	deep := files{}
	for i := range 40 {
		deep["/"+strings.Repeat("d", i+1)] = "include /" + strings.Repeat("d", i+2)
	}
	if err := deep.loader().file("/d"); !errors.Is(err, errDepth) {
		t.Errorf("depth: %v", err)
	}
	wide := files{}
	for i := range 15 {
		name := "/" + strings.Repeat("w", i+2)
		wide["/"+strings.Repeat("w", i+1)] = "include " + name + "\ninclude " + name
	}
	wide["/"+strings.Repeat("w", 16)] = ""
	if err := wide.loader().file("/w"); !errors.Is(err, errFiles) {
		t.Errorf("width: %v", err)
	}
}

// FuzzLoad holds the loader to an error or values that are in range, for any
// file and any command line.
func FuzzLoad(f *testing.F) {
	f.Add("port 1\nbind a b\n", "--maxmemory\x001gb")
	f.Add("include /a\n", "--save\x00--port\x005")
	f.Add("requirepass \"\\xff\" # x\nsave 1 2", "--port 5\x006")
	f.Add("maxmemory 99999999999999999999gb\nhz -1\nunixsocketperm 99", "-")
	f.Fuzz(func(t *testing.T, text, line string) {
		l := files{"/a": text}.loader()
		err := l.text(commandLine, conf.FromArgs(strings.Split(line, "\x00")))
		if err == nil {
			err = l.file("/a")
		}
		if err == nil {
			checkRanges(t, l.table, l.values)
		}
	})
}

// checkRanges holds v to what each row can print and read back.
func checkRanges(t *testing.T, table *table, v *Values) {
	t.Helper()
	for i := range table.rows {
		p := &table.rows[i]
		if p.format == nil {
			continue
		}
		printed, again := p.format(v), v.clone()
		if err := p.setArgument(again, printed); err != nil {
			t.Errorf("%s prints %q and refuses it: %v", p.name, printed, err)
		}
		if got := p.format(again); got != printed && p.name != "bind" {
			t.Errorf("%s prints %q, reads it, and prints %q", p.name, printed, got)
		}
	}
}
