package generic

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

func TestFlush(t *testing.T) {
	fill := func(h *commandtest.Harness) {
		for n := range 3 {
			h.Select(n)
			for i := range 100 {
				h.Dof("PUT %d @v", i)
			}
		}
		h.Select(1)
	}
	sizes := func(h *commandtest.Harness, want ...string) {
		t.Helper()
		for n, size := range want {
			h.Select(n)
			h.Expect([2]string{"DBSIZE", size})
		}
	}
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for _, request := range []string{"FLUSHDB", "FLUSHDB SYNC", "flushdb async"} {
			fill(h)
			h.Expect([2]string{request, "+OK"})
			sizes(h, ":100", ":0", ":100")
		}
		for _, request := range []string{"FLUSHALL", "flushall sync", "FLUSHALL ASYNC"} {
			fill(h)
			h.Expect([2]string{request, "+OK"})
			sizes(h, ":0", ":0", ":0")
			checkAccounts(t, h)
		}
		fill(h)
		for _, request := range []string{"FLUSHALL FOO", "FLUSHALL SYNC ASYNC", "FLUSHDB ASYNC FOO", "FLUSHDB 0"} {
			h.Expect([2]string{request, "-ERR syntax error"})
		}
		sizes(h, ":100", ":100", ":100")
	})
}

func TestFlushAsyncLeavesTheWorkForLater(t *testing.T) {
	h := newHarness(t, 1)
	for _, c := range []struct {
		request []string
		later   int
	}{{[]string{"FLUSHALL", "ASYNC"}, 2}, {[]string{"FLUSHALL", "SYNC"}, 0}, {[]string{"FLUSHALL"}, 0}, {[]string{"FLUSHDB", "ASYNC"}, 1}} {
		for n := range 2 {
			h.Select(n)
			h.Do("PUT", "k", "v")
		}
		var args [][]byte
		for _, word := range c.request {
			args = append(args, []byte(word))
		}
		h.Ctx.Request(args, 0, 0)
		h.Row(c.request...).Run(&h.Ctx)
		work := h.Ctx.TakeLater()
		if len(work) != c.later {
			t.Errorf("%v leaves %d pieces of work, want %d", c.request, len(work), c.later)
		}
		for _, fn := range work {
			fn()
		}
		if h.Ctx.TakeLater() != nil {
			t.Error("work is taken twice")
		}
	}
}
