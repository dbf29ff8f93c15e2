package floor

import "testing"

// TestFeed cuts a conversation at every place: the replies are the same.
func TestFeed(t *testing.T) {
	in := Line("$1\r\nx\r\n", ":1\r\n") + "PING\r\n*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$2\r\n*\n\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n$1\r\nb\r\n"
	want := "+OK\r\n+PONG\r\n+PONG\r\n$1\r\nx\r\n:1\r\n"
	for cut := range len(in) {
		s, r := &stream{}, &replies{}
		if !s.feed([]byte(in[:cut]), r) || !s.feed([]byte(in[cut:]), r) {
			t.Fatalf("cut at %d: refused", cut)
		}
		if string(s.out) != want {
			t.Fatalf("cut at %d: got %q, want %q", cut, s.out, want)
		}
	}
}

func TestFeedRefuses(t *testing.T) {
	for _, in := range []string{"*0\r\n", "*x\r\n", "$1\r\n", "*1\r\n$-1\r\n", "*1\r\n$9999999999\r\n", "FLOOR a b\r\n", "\n", string(make([]byte, longestLine+1))} {
		if (&stream{}).feed([]byte(in), &replies{}) {
			t.Errorf("%.20q was taken for requests", in)
		}
	}
}

func TestServeFails(t *testing.T) {
	if err := Serve("port"); err == nil {
		t.Error("a port without a number")
	}
}
