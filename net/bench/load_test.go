package bench

import (
	"strconv"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
)

func TestGenerator(t *testing.T) {
	g := newGenerator(dataset{prefix: "key:", value: 16})
	for i, want := range map[int]string{0: "key:000000000000", 1234567: "key:000001234567", 999999999999: "key:999999999999"} {
		if got := string(g.keyOf(i)); got != want || len(got) != 16 {
			t.Errorf("key %d is %q, want %q", i, got, want)
		}
	}
	seen := map[string]int{}
	for i := range 10_000 {
		v := string(g.valueOf(i))
		if len(v) != 16 {
			t.Fatalf("value %d has %d bytes", i, len(v))
		}
		if _, err := strconv.ParseInt(v, 10, 64); err == nil {
			t.Fatalf("value %d is the number %s", i, v)
		}
		if other, ok := seen[v]; ok {
			t.Fatalf("values %d and %d are both %q", i, other, v)
		}
		seen[v] = i
	}
	if a, b := string(g.valueOf(77)), string(newGenerator(g.dataset).valueOf(77)); a != b {
		t.Errorf("value 77 is %q here and %q there", a, b)
	}
	if v := newGenerator(dataset{}).valueOf(5); string(v) != "0" {
		t.Errorf("a value without a size is %q, want 0", v)
	}
}

func TestSetCommand(t *testing.T) {
	for _, expiry := range []bool{false, true} {
		g := newGenerator(dataset{prefix: "key:", value: 64, expiry: expiry})
		var w resp.Writer
		g.set(&w, 42)
		var p resp.Parser
		args, n, done, err := p.Parse(w.Buf)
		if err != nil || !done || n != len(w.Buf) {
			t.Fatalf("%q: %d bytes, done %v, %v", w.Buf, n, done, err)
		}
		want := 3
		if expiry {
			want = 5
		}
		if len(args) != want || string(args[0]) != "SET" || string(args[1]) != "key:000000000042" || len(args[2]) != 64 {
			t.Fatalf("got %q", args)
		}
		if expiry {
			if s, err := strconv.Atoi(string(args[4])); err != nil || string(args[3]) != "EX" || s < expiryBase {
				t.Errorf("expiry %q %q", args[3], args[4])
			}
		}
	}
}
