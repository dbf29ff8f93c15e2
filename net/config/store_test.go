package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/servertest"
)

// set runs a CONFIG SET with the words between the bars, and returns the error
// reply or "".
func set(s *Store, line string) string {
	var pairs [][]byte
	for word := range strings.SplitSeq(line, "|") {
		pairs = append(pairs, []byte(word))
	}
	var fault *Fault
	if errors.As(s.Set(pairs, true), &fault) {
		return fault.text()
	}
	return ""
}

// failed is the reply to a CONFIG SET that fails.
func failed(name, reason string) string {
	return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason
}

func TestSetRefuses(t *testing.T) {
	s, _ := load(t)
	before := s.Values()
	for _, test := range []struct{ line, want string }{
		{"foo|1", "ERR Unknown option or number of arguments for CONFIG SET - 'foo'"},
		{"io-threads|4", "ERR Unknown option or number of arguments for CONFIG SET - 'io-threads'"},
		{"bogus|1|databases|3", "ERR Unknown option or number of arguments for CONFIG SET - 'bogus'"},
		{"databases|3|bogus|2", failed("databases", "can't set immutable config")},
		{"maxmemory|1|maxmemory|2", failed("maxmemory", "duplicate parameter")},
		{"maxmemory|1mb|timeout|abc", failed("timeout", "argument couldn't be parsed into an integer")},
		{"MAXMEMORY|abc", failed("maxmemory", "argument must be a memory value")},
		{"maxmemory|-1", failed("maxmemory", "argument must be a memory value")},
		{"maxmemory|1.5gb", failed("maxmemory", "argument must be a memory value")},
		{"timeout|-1", failed("timeout", "argument must be between 0 and 2147483647 inclusive")},
		{"timeout|05", failed("timeout", "argument couldn't be parsed into an integer")},
		{"hz|1x", failed("hz", "argument couldn't be parsed into an integer")},
		{"dir|/tmp", failed("dir", "can't set protected config")},
		{"bind|a b c d e f g h i j k l m n o p q", failed("bind", "Too many bind addresses specified.")},
		{"save|3600 x", failed("save", "Invalid save parameters")},
		{"save|1 2 3", failed("save", "Invalid save parameters")},
		{"dbfilename|x.rdb", failed("dbfilename", "can't set protected config")},
		{"appendonly|maybe", failed("appendonly", "argument must be 'yes' or 'no'")},
		{"appendfsync|x", failed("appendfsync", "argument(s) must be one of the following: everysec, always, no")},
		{"appendfilename|x", failed("appendfilename", "can't set immutable config")},
		{"client-query-buffer-limit|1", failed("client-query-buffer-limit",
			"argument must be between 1048576 and 9223372036854775807 inclusive")},
		{"maxclients|4294967296", failed("maxclients", "argument must be between 1 and 4294967295 inclusive")},
		{"loglevel|x", failed("loglevel", "argument(s) must be one of the following: debug, verbose, notice, warning")},
	} {
		if got := set(s, test.line); got != test.want {
			t.Errorf("CONFIG SET %s\n got %s\nwant %s", test.line, got, test.want)
		}
		if s.Values() != before {
			t.Fatalf("CONFIG SET %s has changed the values", test.line)
		}
	}
}

func TestSetChanges(t *testing.T) {
	s, _ := load(t)
	for _, test := range []struct{ line, name, want string }{
		{"maxmemory|1gb|timeout|3", "timeout", "3"},
		{"maxmemory|", "maxmemory", "0"},
		{"hz|1000", "hz", "500"},
		{"protected-mode|NO", "protected-mode", "no"},
		{"maxmemory-policy|ALLKEYS-LRU", "maxmemory-policy", "allkeys-lru"},
		{"bind|127.0.0.1   -::1", "bind", "127.0.0.1 -::1"},
		{"bind|", "bind", ""},
		{"list-max-ziplist-size|3|list-max-listpack-size|4", "list-max-ziplist-size", "4"},
		{"save|1 2", "save", "1 2"},
		{"save|3 4  5 6", "save", "3 4 5 6"},
		{"save|", "save", ""},
		{"appendonly|no", "appendonly", "no"},
		{"requirepass|a b", "requirepass", "a b"},
	} {
		if refusal := set(s, test.line); refusal != "" {
			t.Errorf("CONFIG SET %s: %s", test.line, refusal)
		}
		if got := shown(t, s, test.name); got != test.want {
			t.Errorf("after CONFIG SET %s, %s is %q, want %q", test.line, test.name, got, test.want)
		}
	}
}

func TestSetIsUndoneWhenApplyFails(t *testing.T) {
	s, _ := load(t)
	var seen int
	s.Hook(Hooks{Apply: func(old, next *Values) error {
		seen = next.Port
		if next.Port == 7000 {
			return &Fault{"port", "Unable to listen on this port. Check server logs."}
		}
		return errors.New("no")
	}})
	want := failed("port", "Unable to listen on this port. Check server logs.")
	if got := set(s, "timeout|5|port|7000"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if seen != 7000 || s.Values().Port != 6379 || s.Values().Timeout != 0 {
		t.Errorf("applied %d, left %d and %d", seen, s.Values().Port, s.Values().Timeout)
	}
	if got := set(s, "timeout|5|port|7001"); got != failed("timeout", "no") {
		t.Errorf("a fault without a name: %s", got)
	}
}

func TestProtectedConfigs(t *testing.T) {
	dir := t.TempDir()
	s, _ := load(t, "--enable-protected-configs", "local")
	pair := [][]byte{[]byte("dir"), []byte(dir)}
	if err := s.Set(pair, false); err == nil {
		t.Error("a client elsewhere may set dir")
	}
	if err := s.Set(pair, true); err != nil || s.Values().Dir != dir {
		t.Errorf("a local client may not: %v, dir is %s", err, s.Values().Dir)
	}
}

func TestGet(t *testing.T) {
	s, _ := load(t)
	for _, test := range []struct{ patterns, want string }{
		{"Port", "Port=6379"},
		{"Port PORT p?rt", "Port=6379"},
		{"none", ""},
		{"", ""},
		{"list-max-*", "list-max-listpack-size=-2 list-max-ziplist-size=-2"},
		{"maxmemory-s* timeout", "maxmemory-samples=5 timeout=0"},
		{"io-threads io-*", ""},
		{"unixsocket*", "unixsocket= unixsocketperm=0"},
	} {
		var patterns [][]byte
		for p := range strings.SplitSeq(test.patterns, " ") {
			patterns = append(patterns, []byte(p))
		}
		var got []string
		for _, found := range s.Get(patterns) {
			got = append(got, found.Name+"="+found.Value)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("CONFIG GET %s shows %q, want %q", test.patterns, got, test.want)
		}
	}
}

func TestSettingsAreInRange(t *testing.T) {
	for given, want := range map[string]int{
		"0": 1, "-7": -5, "-5": -5, "3": 3, "100000": maxListpackEntries,
	} {
		s, _ := load(t, "--list-max-listpack-size", given)
		if got := s.Values().Settings().ListMaxListpackSize; got != want {
			t.Errorf("list-max-listpack-size %s becomes %d, want %d", given, got, want)
		}
		if got := shown(t, s, "list-max-listpack-size"); got != given {
			t.Errorf("list-max-listpack-size %s shows as %s", given, got)
		}
	}
}

func TestRowsAreWhole(t *testing.T) {
	table, names := newTable(), map[string]bool{"include": true}
	for _, p := range table.rows {
		for _, name := range []string{p.name, p.alias} {
			if name == "" {
				continue
			}
			if names[name] || name != strings.ToLower(name) {
				t.Errorf("the name %q is used twice or has capitals", name)
			}
			names[name] = true
		}
		if p.parse == nil || p.presence == listed && p.format == nil {
			t.Errorf("%s cannot be read or printed", p.name)
		}
	}
	v := Default()
	v.Dir = t.TempDir()
	checkRanges(t, table, v)
}

// TestDefaultsAsRedis asks the real server for its default of every parameter,
// and for its opinion on every directive that is said to be Redis's.
func TestDefaultsAsRedis(t *testing.T) {
	own := map[string]bool{
		"shards": true, "fit-processors": true, "rdb-version": true, "aof-checksum": true, "dir": true, "port": true, "bind": true, "enable-debug-command": true,
		"save": true, // which the oracle under test is told
	}
	later := map[string]bool{ // newer than the oracle, or only in files
		"replicaof": true, "slaveof": true, "user": true, "loadmodule": true, "rename-command": true,
		"use-exit-on-panic": true, "locale-collate": true, "max-new-connections-per-cycle": true,
		"max-new-tls-connections-per-cycle": true, "hide-user-data-from-log": true,
		"server-cpulist": true, "bio-cpulist": true, "aof-rewrite-cpulist": true, "bgsave-cpulist": true,
		"set-max-listpack-entries": true, "set-max-listpack-value": true, "lua-enable-deprecated-api": true,
		"cluster-announce-human-nodename": true, "aof-load-corrupt-tail-max-size": true,
		"replica-full-sync-buffer-limit": true,
	}
	c, err := servertest.Dial(servertest.Redis(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	table, v := newTable(), Default()
	for name, p := range table.byName {
		if own[name] || later[name] {
			continue
		}
		reply, err := c.Do("CONFIG", "GET", name)
		if err != nil {
			t.Fatal(err)
		}
		if len(reply.Elems) != 2 {
			t.Errorf("redis does not know %s", name)
			continue
		}
		if p.presence == listed && reply.Elems[1].Str != p.format(v) {
			t.Errorf("%s is %q by default, in redis %q", name, p.format(v), reply.Elems[1].Str)
		}
	}
}
