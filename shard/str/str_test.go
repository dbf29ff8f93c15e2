package str

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// stage is where conversations are played: on one shard and on several.
type stage []*commandtest.Harness

func newStage(t *testing.T) stage {
	return stage{commandtest.New(t, 1, Commands), commandtest.New(t, 3, Commands)}
}

// play runs requests on empty keyspaces with a list at the key "list", and
// compares the replies.
func (s stage) play(t *testing.T, steps ...[2]string) {
	t.Helper()
	for _, h := range s {
		h.Clear()
		plantList(h)
		h.Expect(steps...)
	}
}

// conversation plays requests on a stage of their own.
func conversation(t *testing.T, steps ...[2]string) {
	t.Helper()
	newStage(t).play(t, steps...)
}

// plantList puts something that is no string at the key "list".
func plantList(h *commandtest.Harness) {
	h.Do("SET", "list", "x") // begins the turn the key is planted in
	k := h.Key("list")
	k.PutObject(k.Write(), keyspace.List, keyspace.Quicklist, list{}, keyspace.NoExpire)
}

// list stands in for a value of another type.
type list struct{}

func (list) Bytes() int64            { return 1 }
func (list) Clone() keyspace.Object  { return list{} }
func (list) Freeze() keyspace.Object { return list{} }

func reply(errorText string) string { return "-" + errorText }

func TestWrongType(t *testing.T) {
	s := newStage(t)
	for _, request := range []string{
		"APPEND list x", "DECR list", "DECRBY list 1", "GET list", "GETDEL list", "GETEX list",
		"GETEX list EX x", "GETRANGE list 0 1", "GETSET list x", "INCR list", "INCRBY list 1",
		"INCRBYFLOAT list x", "SETRANGE list 0 x", "SET list x GET", "SET list x NX GET",
		"SET list x XX GET", "STRLEN list", "SUBSTR list 0 1",
	} {
		s.play(t, [2]string{request, reply(command.ErrWrongType)})
	}
	s.play(t,
		[2]string{"LCS list none FOO", reply(command.ErrLCSType)},
		[2]string{"LCS none list", reply(command.ErrLCSType)},
		[2]string{"MGET list", "*1|$-1"},
		[2]string{"SETNX list x", ":0"},
		[2]string{"MSETNX none x list x", ":0"},
		[2]string{"SET list x NX", "$-1"},
		[2]string{"SET list x", "+OK"},
		[2]string{"GET list", "$1|x"},
	)
}

func TestOverwriteOtherType(t *testing.T) {
	s := newStage(t)
	for _, request := range []string{"SET list 7", "MSET list 7", "SETEX list 9 7", "PSETEX list 9 7", "SET list 7 XX"} {
		s.play(t, [2]string{request, "+OK"}, [2]string{"GET list", "$1|7"})
	}
}

func TestEncodings(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	long := strings.Repeat("x", 45)
	for _, c := range []struct {
		requests []string
		want     keyspace.Encoding
		value    string
	}{
		{[]string{"SET k 12"}, keyspace.Int, "12"},
		{[]string{"SET k -9223372036854775808"}, keyspace.Int, "-9223372036854775808"},
		{[]string{"SET k 9223372036854775808"}, keyspace.Embstr, "9223372036854775808"},
		{[]string{"SET k 012"}, keyspace.Embstr, "012"},
		{[]string{"SET k +1"}, keyspace.Embstr, "+1"},
		{[]string{"SET k -0"}, keyspace.Embstr, "-0"},
		{[]string{"SET k 3.0"}, keyspace.Embstr, "3.0"},
		{[]string{"SET k " + long[1:]}, keyspace.Embstr, long[1:]},
		{[]string{"SET k " + long}, keyspace.Raw, long},
		{[]string{"SETNX k 1"}, keyspace.Int, "1"},
		{[]string{"GETSET k 1"}, keyspace.Int, "1"},
		{[]string{"MSET k 1"}, keyspace.Int, "1"},
		{[]string{"MSETNX k 1"}, keyspace.Int, "1"},
		{[]string{"SETEX k 9 1"}, keyspace.Int, "1"},
		{[]string{"PSETEX k 9 1"}, keyspace.Int, "1"},
		{[]string{"APPEND k 1"}, keyspace.Int, "1"},
		{[]string{"APPEND k abc"}, keyspace.Embstr, "abc"},
		{[]string{"SET k 1", "APPEND k 2"}, keyspace.Raw, "12"},
		{[]string{"SET k a", "APPEND k b"}, keyspace.Raw, "ab"},
		{[]string{"SETRANGE k 0 12"}, keyspace.Raw, "12"},
		{[]string{"SET k 123", "SETRANGE k 1 9"}, keyspace.Raw, "193"},
		{[]string{"SET k 1", "APPEND k 2", "INCR k"}, keyspace.Int, "13"},
		{[]string{"DECR k"}, keyspace.Int, "-1"},
		{[]string{"SET k 3.0", "INCRBYFLOAT k 1"}, keyspace.Embstr, "4"},
		{[]string{"SET k 3", "INCRBYFLOAT k 1", "INCR k"}, keyspace.Int, "5"},
		{[]string{"INCRBYFLOAT k 1e60"}, keyspace.Raw, ""},
		{[]string{"SET k " + long, "SET k 5"}, keyspace.Int, "5"},
	} {
		h.Do("GETDEL", "k")
		for _, r := range c.requests {
			if got := h.Dof("%s", r); got[0] == '-' {
				t.Fatalf("%s: %s", r, got)
			}
		}
		e := h.Key("k").Glance()
		if e.Encoding() != c.want {
			t.Errorf("%v: encoding %v, want %v", c.requests, e.Encoding(), c.want)
		}
		var scratch digits
		if got := string(text(e, &scratch)); c.value != "" && got != c.value {
			t.Errorf("%v: value %q, want %q", c.requests, got, c.value)
		}
		if length(e) != len(text(e, &scratch)) {
			t.Errorf("%v: length %d of %q", c.requests, length(e), text(e, &scratch))
		}
	}
}

func TestEmptyAppendMakesRaw(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Do("SET", "k", "12")
	if got := h.Do("APPEND", "k", ""); got != ":2\r\n" {
		t.Fatalf("reply %q", got)
	}
	if enc := h.Key("k").Glance().Encoding(); enc != keyspace.Raw {
		t.Errorf("encoding %v, want raw", enc)
	}
	if got := h.Do("SETRANGE", "k", "1", ""); got != ":2\r\n" {
		t.Errorf("reply %q", got)
	}
}

func TestGet(t *testing.T) {
	conversation(t,
		[2]string{"GET k", "$-1"},
		[2]string{"STRLEN k", ":0"},
		[2]string{"GETDEL k", "$-1"},
		[2]string{"GETSET k 100", "$-1"},
		[2]string{"GETSET k v", "$3|100"},
		[2]string{"STRLEN k", ":1"},
		[2]string{"GETDEL k", "$1|v"},
		[2]string{"GETDEL k", "$-1"},
		[2]string{"SET k -12", "+OK"},
		[2]string{"STRLEN k", ":3"},
		[2]string{"GET k", "$3|-12"},
	)
}

func TestHitsAndMisses(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, c := range []struct {
		request      string
		hits, misses int64
	}{
		{"GET k", 0, 1},
		{"SET k v", 0, 0},
		{"GET k", 1, 0},
		{"STRLEN k", 1, 0},
		{"GETRANGE k 0 1", 1, 0},
		{"MGET k k none", 2, 1},
		{"SET k v GET", 1, 0},
		{"GETSET k v", 1, 0},
		{"APPEND k v", 0, 0},
		{"SETNX k v", 0, 0},
		{"LCS k none", 1, 1},
		{"GETEX k", 1, 0},
		{"GETDEL k", 1, 0},
		{"INCR k", 0, 0},
	} {
		before := h.Spaces[0].Stats
		h.Dof("%s", c.request)
		after := h.Spaces[0].Stats
		if hits, misses := after.Hits-before.Hits, after.Misses-before.Misses; hits != c.hits || misses != c.misses {
			t.Errorf("%s: %d hits and %d misses, want %d and %d", c.request, hits, misses, c.hits, c.misses)
		}
	}
}

// TestDirty checks which requests count as changes of the data set.
func TestDirty(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, c := range []struct {
		request string
		want    int64
	}{
		{"SET k 1", 1},
		{"SET k 2", 1},
		{"SET k 2 NX", 0},
		{"SET none 2 XX", 0},
		{"SET k x EX 0", 0},
		{"INCR k", 1},
		{"INCRBYFLOAT k 1", 1},
		{"INCR k", 1},
		{"INCRBY k 9223372036854775807", 0},
		{"APPEND k 1", 1},
		{"APPEND new 1", 1},
		{"SETRANGE k 0 x", 1},
		{"SETRANGE k 99 x", 1},
		{"MSET a 1 b 2", 2},
		{"MSETNX c 1 a 2", 0},
		{"GET k", 0},
		{"GETEX k", 0},
		{"GETEX k PERSIST", 0},
		{"GETEX k EX 5", 1},
		{"GETEX k PERSIST", 1},
		{"GETDEL k", 1},
		{"GETDEL k", 0},
		{"SETNX k 1", 1},
		{"GETSET k 2", 1},
		{"SETEX k 1 2", 1},
		{"LCS k a", 0},
	} {
		before := h.Spaces[0].Stats.Dirty
		h.Dof("%s", c.request)
		if got := h.Spaces[0].Stats.Dirty - before; got != c.want {
			t.Errorf("%s: %d changes, want %d", c.request, got, c.want)
		}
	}
}
