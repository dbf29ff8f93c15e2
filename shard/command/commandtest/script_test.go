package commandtest

import "testing"

func TestReplies(t *testing.T) {
	for reply, want := range map[string]bool{
		"+OK": true, "$-1": true, "$0|": true, "$3|a|b": false, "$1|a": true, "*-1": true, "*0": true,
		"*2|:1|$1|x": true, "*2|:1": false, "%1|+a|:1": true, "%1|+a": false, "_": true, ":1|:2": false,
		"": false, "$5|abc": false, "=7|txt:abc": true, "*1|*1|*0": true, "$x": false, "?": false,
	} {
		n, whole := Replies([]byte(Wire(reply)))
		if got := n == 1 && whole; got != want {
			t.Errorf("%q: %v, want %v", reply, got, want)
		}
	}
	for _, torn := range []string{"+OK", "$1\r\nab", "*1\r\n"} {
		if _, whole := Replies([]byte(torn)); whole {
			t.Errorf("%q passes for whole", torn)
		}
	}
}
