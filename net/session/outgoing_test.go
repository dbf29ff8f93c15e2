package session

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
)

// lentReplies returns replies of two batches, to which something is lent at the beginning,
// in the middle and twice in the same place, and all of them in one piece.
func lentReplies() (*outgoing, string) {
	var one, two resp.Writer
	var a, b []resp.Lent
	a = one.BulkLent(a, []byte("first"))
	one.OK()
	a = one.BulkLent(a, []byte("second"))
	two.Int(7)
	b = two.BulkLent(b, []byte(strings.Repeat("third", 9)))
	b = append(b, resp.Lent{At: len(two.Buf), Bytes: []byte("+fourth\r\n")})
	o := new(outgoing)
	o.take(&one, &a)
	from := len(":7\r\n")
	o.take(&resp.Writer{Buf: two.Buf[:from]}, new([]resp.Lent))
	o.append(two.Buf[from:], b, from)
	return o, "$5\r\nfirst\r\n+OK\r\n$6\r\nsecond\r\n:7\r\n$45\r\n" + strings.Repeat("third", 9) + "\r\n+fourth\r\n"
}

// TestOutgoing writes replies in pieces of every size.
func TestOutgoing(t *testing.T) {
	_, want := lentReplies()
	for most := 1; most <= len(want); most++ {
		o, _ := lentReplies()
		if got := o.size(); got != int64(len(want)) {
			t.Fatalf("%d bytes in all, want %d", got, len(want))
		}
		var got strings.Builder
		o.begin()
		for o.left() > 0 {
			if got.Len()+int(o.left()) != len(want) {
				t.Fatalf("pieces of %d: %d bytes are left behind %d", most, o.left(), got.Len())
			}
			n := min(most, len(o.unsent))
			got.Write(o.unsent[:n])
			o.sent(n)
		}
		if got.String() != want {
			t.Fatalf("pieces of %d: %q, want %q", most, got.String(), want)
		}
		o.reset()
		if o.size() != 0 || len(o.unsent) != 0 || len(o.further) != 0 {
			t.Fatal("something is left")
		}
	}
}

// TestFlatten puts replies together.
func TestFlatten(t *testing.T) {
	o, want := lentReplies()
	o.flatten()
	if string(o.bytes) != want || len(o.lent) != 0 {
		t.Errorf("%q with %d loans, want %q", o.bytes, len(o.lent), want)
	}
	o.flatten()
	if string(o.bytes) != want {
		t.Errorf("once more: %q", o.bytes)
	}
}
