package str

import (
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

func TestSetConditions(t *testing.T) {
	conversation(t,
		[2]string{"SET k 1 XX", "$-1"},
		[2]string{"SET k 1 XX GET", "$-1"},
		[2]string{"GET k", "$-1"},
		[2]string{"SET k 1 NX", "+OK"},
		[2]string{"SET k 2 nx", "$-1"},
		[2]string{"SET k 2 NX GET", "$1|1"},
		[2]string{"GET k", "$1|1"},
		[2]string{"SET k 2 XX GET", "$1|1"},
		[2]string{"SET k 3 GET", "$1|2"},
		[2]string{"SET n 3 get", "$-1"},
		[2]string{"GET n", "$1|3"},
		[2]string{"SETNX n 4", ":0"},
		[2]string{"SETNX m 4", ":1"},
	)
}

func TestSetSyntax(t *testing.T) {
	syntax := []string{
		"NX XX", "XX NX", "FOO", "EX", "PX", "EXAT", "PXAT", "PERSIST", "EX 1 PX 1", "PX 1 EX 1", "EX 1 EXAT 1",
		"EX 1 PXAT 1", "EXAT 1 PXAT 1", "EX 1 KEEPTTL", "KEEPTTL EX 1", "KEEPTTL PXAT 1", "EX x NX XX", "EX x FOO",
		"EX 0 EX", "GET EX",
	}
	s := newStage(t)
	for _, options := range syntax {
		s.play(t,
			[2]string{"SET k v " + options, reply(command.ErrSyntax)},
			[2]string{"GET k", "$-1"},
		)
	}
	for _, options := range []string{"NX NX", "XX XX GET GET", "KEEPTTL KEEPTTL", "EX 1 EX 2", "px 1 PX 2 NX", "EX x EX 1"} {
		if got := s[0].Dof("SET k v %s", options); got[0] == '-' {
			t.Errorf("%s: %q", options, got)
		}
	}
}

func TestSetExpireTimes(t *testing.T) {
	s := newStage(t)
	invalid, notInt := reply(command.InvalidExpire("set")), reply(command.ErrNotInteger)
	for options, want := range map[string]string{
		"EX 0": invalid, "EX -1": invalid, "PX 0": invalid, "EXAT 0": invalid, "PXAT -5": invalid,
		"EX 9223372036854775807": invalid, "EX 9223372036854775": invalid, "PX 9223372036854775807": invalid,
		"EXAT 9223372036854776": invalid, "EXAT 9223372036854775": "+OK", "PX 9223370336854775807": "+OK",
		"PX 9223370336854775808": invalid,
		"EX 1.5":                 notInt, "EX +1": notInt, "EX x": notInt, "PX 1e3": notInt, "EX 9223372036854775808": notInt,
		"EX 1": "+OK", "PXAT 1": "+OK",
	} {
		s.play(t, [2]string{"SET k v " + options, want})
	}
	conversation(t,
		[2]string{"SETEX k 0 v", reply(command.InvalidExpire("setex"))},
		[2]string{"PSETEX k -1 v", reply(command.InvalidExpire("psetex"))},
		[2]string{"SETEX k x v", notInt},
		[2]string{"PSETEX k 9223372036854775807 v", reply(command.InvalidExpire("psetex"))},
		[2]string{"SETEX k 9223372036854775807 v", reply(command.InvalidExpire("setex"))},
		[2]string{"GET k", "$-1"},
	)
}

// TestExpiryAfter checks the expiry each way to write a key leaves, as
// milliseconds from now, on a key that had one of 50 seconds and on a new one.
func TestExpiryAfter(t *testing.T) {
	const none = -1
	h := commandtest.New(t, 1, Commands)
	exat := strconv.Itoa(commandtest.Start/1000 + 7)
	pxat := strconv.Itoa(commandtest.Start + 77)
	for _, c := range []struct {
		request   string
		old, anew int64
	}{
		{"SET k 1", none, none},
		{"SET k 1 KEEPTTL", 50_000, none},
		{"SET k 1 KEEPTTL GET", 50_000, none},
		{"SET k 1 EX 3", 3000, 3000},
		{"SET k 1 EX 3 EX 4", 4000, 4000},
		{"SET k 1 PX 3", 3, 3},
		{"SET k 1 EXAT " + exat, 7000, 7000},
		{"SET k 1 PXAT " + pxat, 77, 77},
		{"SETEX k 3 1", 3000, 3000},
		{"PSETEX k 3 1", 3, 3},
		{"GETSET k 1", none, none},
		{"MSET k 1", none, none},
		{"APPEND k 1", 50_000, none},
		{"SETRANGE k 5 1", 50_000, none},
		{"SETRANGE k 100 1", 50_000, none},
		{"INCR k", 50_000, none},
		{"INCRBYFLOAT k 1.5", 50_000, none},
		{"SETNX k 1", 50_000, none},
	} {
		h.Clear()
		h.Do("SET", "k", "10", "EX", "50")
		h.Dof("%s", c.request)
		if got := expiryIn(h, "k"); got != c.old {
			t.Errorf("%s: an old key ends in %d ms, want %d", c.request, got, c.old)
		}
		h.Do("GETDEL", "k")
		h.Dof("%s", c.request)
		if got := expiryIn(h, "k"); got != c.anew {
			t.Errorf("%s: a new key ends in %d ms, want %d", c.request, got, c.anew)
		}
	}
}

// expiryIn returns in how many milliseconds the key called name ends, -1 for never.
func expiryIn(h *commandtest.Harness, name string) int64 {
	at := h.Key(name).Glance().Expiry()
	if at == keyspace.NoExpire {
		return -1
	}
	return at - h.Now()
}

func TestExpires(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Do("SET", "k", "v", "PX", "10")
	h.Advance(9)
	h.Expect([2]string{"GET k", "$1|v"})
	h.Advance(1)
	h.Expect(
		[2]string{"GET k", "$-1"},
		[2]string{"SET k v EXAT 1", "+OK"},
		[2]string{"GET k", "$-1"},
		[2]string{"SET k v", "+OK"},
		[2]string{"SET k w GET PXAT 1", "$1|v"},
		[2]string{"APPEND k x", ":1"},
	)
	if got := h.Spaces[0].Stats.Expired; got != 3 {
		t.Errorf("%d keys expired, want 3", got)
	}
}

func TestGetex(t *testing.T) {
	syntax := reply(command.ErrSyntax)
	conversation(t,
		[2]string{"GETEX k", "$-1"},
		[2]string{"GETEX k EX x", "$-1"},
		[2]string{"GETEX k EX 0", "$-1"},
		[2]string{"GETEX k FOO", syntax},
		[2]string{"SET k 5", "+OK"},
		[2]string{"GETEX k EX 0", reply(command.InvalidExpire("getex"))},
		[2]string{"GETEX k PX x", reply(command.ErrNotInteger)},
		[2]string{"GETEX k EX", syntax},
		[2]string{"GETEX k KEEPTTL", syntax},
		[2]string{"GETEX k NX", syntax},
		[2]string{"GETEX k GET", syntax},
		[2]string{"GETEX k PERSIST EX 1", syntax},
		[2]string{"GETEX k EX 1 PERSIST", syntax},
		[2]string{"GETEX k PERSIST PERSIST", "$1|5"},
		[2]string{"GETEX k", "$1|5"},
		[2]string{"GETEX k EXAT 1", "$1|5"},
		[2]string{"GET k", "$-1"},
	)
	h := commandtest.New(t, 1, Commands)
	h.Do("SET", "k", "v", "EX", "50")
	for _, c := range []struct {
		request string
		want    int64
	}{
		{"GETEX k", 50_000},
		{"GETEX k EX 3", 3000},
		{"GETEX k PX 3", 3},
		{"GETEX k PERSIST", -1},
		{"GETEX k PERSIST", -1},
		{"GETEX k PXAT " + strconv.Itoa(commandtest.Start+9), 9},
		{"GETEX k EXAT " + strconv.Itoa(commandtest.Start/1000+9), 9000},
	} {
		if got := h.Dof("%s", c.request); got != "$1\r\nv\r\n" {
			t.Fatalf("%s: %q", c.request, got)
		}
		if got := expiryIn(h, "k"); got != c.want {
			t.Errorf("%s: ends in %d ms, want %d", c.request, got, c.want)
		}
	}
	h.Do("GETEX", "k", "EXAT", "1")
	if n, expired := h.Key("k").DB.Len(), h.Spaces[0].Stats.Expired; n != 0 || expired != 0 {
		t.Errorf("a time that has passed: %d keys left and %d expired, want the key deleted", n, expired)
	}
}

func TestMulti(t *testing.T) {
	conversation(t,
		[2]string{"MSET a 1 b 2 a 3", "+OK"},
		[2]string{"MGET a b none a", "*4|$1|3|$1|2|$-1|$1|3"},
		[2]string{"MSET a 1 b", reply(command.WrongArity("mset"))},
		[2]string{"MSETNX c 1 b", reply(command.WrongArity("msetnx"))},
		[2]string{"MSETNX c 1 b 9", ":0"},
		[2]string{"GET c", "$-1"},
		[2]string{"MSETNX c 1 d x c 2", ":1"},
		[2]string{"MGET c d", "*2|$1|2|$1|x"},
	)
}

// TestOverwrite checks that no byte of a longer or shorter value shows through.
func TestOverwrite(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	sizes := []int{0, 1, 8, 20, 44, 45, 100, 5000, 40_000, 100, 70_000, 44, 3, 0, 200_000, 200_001, 7}
	for i, n := range sizes {
		value := strings.Repeat(string(rune('a'+i)), n)
		h.Do("SET", "k", value)
		if got, want := h.Do("GET", "k"), "$"+strconv.Itoa(n)+"\r\n"+value+"\r\n"; got != want {
			t.Fatalf("size %d: got %d bytes, %.60q", n, len(got), got)
		}
	}
}
