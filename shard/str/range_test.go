package str

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
)

func TestGetrange(t *testing.T) {
	notInt := reply(command.ErrNotInteger)
	conversation(t,
		[2]string{"GETRANGE none 0 -1", "$0|"},
		[2]string{"SET k abcdef", "+OK"},
		[2]string{"GETRANGE k 0 2", "$3|abc"},
		[2]string{"GETRANGE k 0 -1", "$6|abcdef"},
		[2]string{"GETRANGE k -3 -2", "$2|de"},
		[2]string{"GETRANGE k -2 -3", "$0|"},
		[2]string{"GETRANGE k 4 2", "$0|"},
		[2]string{"GETRANGE k 5 99", "$1|f"},
		[2]string{"GETRANGE k 6 99", "$0|"},
		[2]string{"GETRANGE k -99 0", "$1|a"},
		[2]string{"GETRANGE k -99 -98", "$1|a"},
		[2]string{"GETRANGE k -98 -99", "$0|"},
		[2]string{"GETRANGE k 0 -99", "$1|a"},
		[2]string{"GETRANGE k 1 -99", "$0|"},
		[2]string{"GETRANGE k -9223372036854775808 9223372036854775807", "$6|abcdef"},
		[2]string{"SUBSTR k 1 2", "$2|bc"},
		[2]string{"SET k -1234", "+OK"},
		[2]string{"GETRANGE k 0 1", "$2|-1"},
		[2]string{"GETRANGE k -1 -1", "$1|4"},
		[2]string{"GETRANGE list x 0", notInt},
		[2]string{"GETRANGE k 0 x", notInt},
		[2]string{"SUBSTR k 0 9223372036854775808", notInt},
	)
}

func TestSetrange(t *testing.T) {
	tooLong, offset := reply(command.ErrStringTooLong), reply(command.ErrOffsetOutOfRange)
	conversation(t,
		[2]string{"SETRANGE k -1 x", offset},
		[2]string{"SETRANGE list -1 x", offset},
		[2]string{"SETRANGE k x x", reply(command.ErrNotInteger)},
		[2]string{"SETRANGE k 536870912 x", tooLong},
		[2]string{"SETRANGE k 9223372036854775807 x", tooLong},
		[2]string{"GET k", "$-1"},
		[2]string{"SETRANGE k 2 ab", ":4"},
		[2]string{"GET k", "$4|\x00\x00ab"},
		[2]string{"SETRANGE k 0 x", ":4"},
		[2]string{"SETRANGE k 4 cd", ":6"},
		[2]string{"SETRANGE k 8 e", ":9"},
		[2]string{"GET k", "$9|x\x00abcd\x00\x00e"},
		[2]string{"SET n -12", "+OK"},
		[2]string{"SETRANGE n 5 9", ":6"},
		[2]string{"GET n", "$6|-12\x00\x009"},
	)
	h := commandtest.New(t, 1, Commands)
	for _, c := range [][4]string{
		{"none", "5", "", ":0\r\n"},
		{"none", "9223372036854775807", "", ":0\r\n"},
	} {
		if got := h.Do("SETRANGE", c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%q: %q", c, got)
		}
	}
	if h.Key("none").Glance().Exists() {
		t.Error("an empty value created the key")
	}
}

// TestStringLimit checks the longest string that APPEND and SETRANGE may make.
func TestStringLimit(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	s := *h.Settings
	s.ProtoMaxBulkLen = 1 << 20
	h.Set(&s)
	h.Expect(
		[2]string{"SETRANGE k 1048576 x", reply(command.ErrStringTooLong)},
		[2]string{"SETRANGE k 1048574 x", ":1048575"},
		[2]string{"APPEND k y", ":1048576"},
		[2]string{"APPEND k z", reply(command.ErrStringTooLong)},
		[2]string{"SETRANGE k 1048576 z", reply(command.ErrStringTooLong)},
		[2]string{"SETRANGE k 1048575 z", ":1048576"},
		[2]string{"STRLEN k", ":1048576"},
		[2]string{"GETRANGE k -3 -1", "$3|\x00xz"},
	)
	if got := h.Do("APPEND", "k", ""); got != ":1048576\r\n" {
		t.Errorf("appending nothing: %q", got)
	}
}

// TestZeroGap checks that SETRANGE shows zeros where longer values have been.
func TestZeroGap(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	for _, n := range []int{10, 60, 3000, 50_000, 100_000} {
		h.Do("SET", "k", strings.Repeat("x", n))
		h.Do("SET", "k", "ab")
		h.Dof("SETRANGE k %d z", n-1)
		want := "ab" + strings.Repeat("\x00", n-3) + "z"
		if got := h.Do("GET", "k"); !strings.HasSuffix(got, "\n"+want+"\r\n") {
			t.Errorf("size %d: stale bytes in %.80q", n, got)
		}
	}
}

// TestAppendGrows appends byte by byte across every size class and out of the
// arena.
func TestAppendGrows(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	var want []byte
	for i := range 40_000 {
		c := byte('a' + i%26)
		want = append(want, c)
		h.Do("APPEND", "k", string(c))
	}
	if got := h.Do("GET", "k"); !strings.HasSuffix(got, "\n"+string(want)+"\r\n") {
		t.Errorf("%d bytes, %.60q", len(got), got)
	}
}
