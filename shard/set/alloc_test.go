package set

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// call is a request that is ready to run.
type call struct {
	row  *command.Command
	args [][]byte
}

func calls(h *commandtest.Harness, requests []string) []call {
	var ready []call
	for _, request := range requests {
		words := strings.Fields(request)
		c := call{row: h.Row(words...)}
		for _, w := range words {
			c.args = append(c.args, []byte(w))
		}
		ready = append(ready, c)
	}
	return ready
}

func run(h *commandtest.Harness, ready []call) {
	for i := range ready {
		h.Ctx.Buf = h.Ctx.Buf[:0]
		h.Run(ready[i].row, ready[i].args)
	}
}

// TestNoAllocations runs requests that leave the sets as large as they were.
func TestNoAllocations(t *testing.T) {
	for enc, fill := range map[string]string{
		"intset":    "SADD s " + numbers(0, 50),
		"listpack":  "SADD s element " + numbers(0, 50),
		"hashtable": "SADD s element " + numbers(0, 5000),
	} {
		h := commandtest.New(t, 1, Commands)
		h.Dof("%s", fill)
		if got := encoding(h, "s"); got != enc {
			t.Fatalf("%s, want %s", got, enc)
		}
		for _, requests := range [][]string{
			{"SADD s 7"},
			{"SADD s 7 8 9 10"},
			{"SISMEMBER s 7"},
			{"SISMEMBER s element"},
			{"SMISMEMBER s 7 element 77777"},
			{"SCARD s"},
			{"SREM s nothing"},
			{"SRANDMEMBER s"},
			{"SRANDMEMBER s -5"},
			{"SMEMBERS s"},
			{"SMOVE s s 7"},
			{"SADD s 77777", "SREM s 77777"},
		} {
			ready := calls(h, requests)
			run(h, ready)
			if got := testing.AllocsPerRun(1000, func() { run(h, ready) }); got > 0 {
				t.Errorf("%s %q: %v allocations", enc, requests, got)
			}
		}
	}
}

// TestPopAllocations pops a member and adds others, so that the set keeps its size.
func TestPopAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands)
	h.Dof("SADD s element %s", numbers(0, 5000))
	pop, add := calls(h, []string{"SPOP s"}), calls(h, []string{"SADD s 100000"})
	n := 100_000
	if got := testing.AllocsPerRun(5000, func() {
		run(h, pop)
		n++
		add[0].args[2] = strconv.AppendInt(add[0].args[2][:0], int64(n), 10)
		run(h, add)
	}); got > 0.5 {
		t.Errorf("%v allocations for a member that goes and one that comes", got)
	}
}

func BenchmarkCommands(b *testing.B) {
	for _, n := range []int{10, 100, 1_000_000} {
		h := commandtest.New(b, 1, Commands)
		for from := 0; from < n; from += 1000 {
			h.Dof("SADD s element %s", numbers(from, min(from+1000, n)))
		}
		for _, request := range []string{"SADD s element", "SADD s 7", "SISMEMBER s 9", "SISMEMBER s nothing", "SRANDMEMBER s"} {
			ready := calls(h, []string{request})
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(request, " ", "_"), n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run(h, ready)
				}
			})
		}
	}
}

// BenchmarkCreate adds ten integers to a set that is not there, and drops it.
func BenchmarkCreate(b *testing.B) {
	h := commandtest.New(b, 1, Commands)
	ready := calls(h, []string{"SADD s 11 12 13 14 15 16 17 18 19 20", "SPOP s 10"})
	b.ReportAllocs()
	for b.Loop() {
		run(h, ready)
	}
}
