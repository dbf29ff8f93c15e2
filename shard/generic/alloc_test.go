package generic

import (
	"strings"
	"testing"
)

func TestHotCommandsAllocateNothing(t *testing.T) {
	h := newHarness(t, 1)
	for _, request := range []string{
		"EXISTS k", "EXISTS k k x", "TOUCH k", "TYPE k", "TTL k", "PTTL k", "EXPIRETIME k", "EXPIRE k 100", "PEXPIRE k 5000 XX GT",
		"EXPIRE k 100 NX", "PERSIST k", "DEL x", "UNLINK x y", "OBJECT ENCODING k", "OBJECT IDLETIME k", "DBSIZE", "RANDOMKEY",
		"RENAME k k", "RENAME k l", "COPY k l REPLACE", "MEMORY USAGE k", "SCAN 0",
	} {
		var args [][]byte
		for _, word := range strings.Fields(request) {
			args = append(args, []byte(word))
		}
		row := h.Row(strings.Fields(request)...)
		h.Do("PUT", "k", "value")
		run := func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(row, args)
		}
		for range 10 {
			run() // sizes settle
		}
		allowed := 0.0
		switch row.Name {
		case "randomkey", "scan", "memory":
			allowed = 3 // closures that visit shards and keys
		}
		if n := testing.AllocsPerRun(200, run); n > allowed {
			t.Errorf("%s: %.1f allocations", request, n)
		}
	}
}
