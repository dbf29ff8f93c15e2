package bitmap

import (
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/str"
)

// TestWordsAndBytes holds what takes 64 bits at a time against what takes one, at
// every distance from the ends of words.
func TestWordsAndBytes(t *testing.T) {
	const seed = 7
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for _, fill := range []byte{0x00, 0xff} {
		for n := 1; n < 80; n++ {
			b := make([]byte, n)
			for i := range b {
				b[i] = fill
			}
			at := rnd.Int64N(int64(n) * 8)
			setBit(b, at, 1-int64(fill&1))
			lo := rnd.Int64N(int64(n) * 8)
			hi := lo + rnd.Int64N(int64(n)*8-lo)
			want, ones := int64(-1), int64(0)
			for i := lo; i <= hi; i++ {
				ones += bitAt(b, i)
				if want < 0 && bitAt(b, i) != int64(fill&1) {
					want = i
				}
			}
			if got := find(b, lo, hi, 1-int64(fill&1)); got != want {
				t.Errorf("%x from %d to %d: found at %d, want %d", b, lo, hi, got, want)
			}
			if got := countBits(b, lo, hi); got != ones {
				t.Errorf("%x from %d to %d: %d bits, want %d", b, lo, hi, got, ones)
			}
		}
	}
	if n := count([]byte(strings.Repeat("\x81", 67))); n != 2*67 {
		t.Errorf("%d bits", n)
	}
}

// TestCombineInPieces holds BITOP on strings longer than a piece, in place and
// not, against a byte at a time.
func TestCombineInPieces(t *testing.T) {
	const seed = 11
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		return string(b)
	}
	h := commandtest.New(t, 2, Commands, str.Commands)
	for range 10 {
		h.Clear()
		a, b := random(rnd.IntN(20_000)+1), random(rnd.IntN(20_000)+1)
		want := make([]byte, max(len(a), len(b)))
		set := 0
		for i := range want {
			x, y := byte(0), byte(0)
			if i < len(a) {
				x = a[i]
			}
			if i < len(b) {
				y = b[i]
			}
			want[i] = x ^ y
			set += bits.OnesCount8(want[i])
		}
		h.Do("SET", "a", a)
		h.Do("SET", "b", b)
		for _, dst := range []string{"c", "a"} {
			h.Do("BITOP", "XOR", dst, "a", "b")
			if got := h.Key(dst).Read().Bytes(); string(got) != string(want) {
				t.Errorf("%d and %d bytes into %s differ", len(a), len(b), dst)
			}
		}
		if got, reply := h.Dof("BITCOUNT c"), ":"+h.Dof("BITCOUNT a")[1:]; got != reply || got != integer(set) {
			t.Errorf("counted %q, want %d", got, set)
		}
	}
}

// TestWrongTypeChangesNothing checks that BITOP looks at all sources first.
func TestWrongTypeChangesNothing(t *testing.T) {
	h := commandtest.New(t, 1, Commands, str.Commands)
	k := h.Key("list")
	k.Put(k.Write(), keyspace.List, keyspace.Listpack, 8, keyspace.NoExpire)
	h.Expect([][2]string{
		{"SET d abc", "+OK"},
		{"BITOP OR d d list", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
		{"BITFIELD list SET u8 0 1", "-WRONGTYPE Operation against a key holding the wrong kind of value"},
		{"BITFIELD d SET u8 0 1 SET u8 0 x", "-ERR value is not an integer or out of range"},
		{"SETBIT d 4294967296 1", "-ERR bit offset is not an integer or out of range"},
		{"BITFIELD d SET u63 #9223372036854775807 1", "-ERR bit offset is not an integer or out of range"},
		{"BITFIELD d GET u8 #536870912", "-ERR bit offset is not an integer or out of range"},
		{"GET d", "$3|abc"},
	}...)
}

// TestAllocations checks that commands on what is there allocate nothing.
func TestAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands, str.Commands)
	for _, words := range []string{
		"SETBIT k 100 1", "GETBIT k 5", "GETBIT n 5", "BITCOUNT k", "BITCOUNT n 0 3 BIT", "BITPOS k 1 3",
		"BITFIELD k INCRBY u5 40 1 OVERFLOW FAIL SET i8 #1 200 GET i64 3", "BITFIELD_RO n GET u8 0",
		"BITOP XOR d k other", "BITOP NOT k k",
	} {
		h.Clear()
		h.Dof("SET k %s", strings.Repeat("x", 40))
		h.Dof("SET other %s", strings.Repeat("y", 50))
		h.Dof("SET n 12345")
		fields := strings.Fields(words)
		row, args := h.Row(fields...), make([][]byte, len(fields))
		for i, w := range fields {
			args[i] = []byte(w)
		}
		if got := testing.AllocsPerRun(100, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(row, args)
		}); got != 0 {
			t.Errorf("%s: %v allocations", words, got)
		}
	}
}

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"SETBIT k 9 1\nGETBIT k 9\nBITCOUNT k 0 -1 BIT\nBITPOS k 1 0 5 BYTE\nBITPOS k 0",
		"SET k abc\nBITOP NOT k k\nBITOP XOR d k k x\nBITOP AND d\nSET k 12\nSETBIT k 0 0",
		"BITFIELD k SET i64 #3 -1 OVERFLOW SAT INCRBY u63 1 99 GET u1 0\nBITFIELD_RO k GET i9 3 SET u1 0 1",
		"BITFIELD k OVERFLOW FAIL SET u8 #65535 256 INCRBY i5 9223372036854775807 1",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{
		commandtest.New(f, 1, Commands, str.Commands), commandtest.New(f, 4, Commands, str.Commands),
	}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}
