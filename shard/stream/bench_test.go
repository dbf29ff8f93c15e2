package stream

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// BenchmarkXadd adds small entries, as handler and store see it.
func BenchmarkXadd(b *testing.B) {
	for name, words := range map[string][]string{
		"text":    {"XADD", "s", "*", "field", "value"},
		"numbers": {"XADD", "s", "*", "sensor", "1234", "temperature", "19.8"},
		"maxlen":  {"XADD", "s", "MAXLEN", "1000", "*", "field", "value"},
	} {
		b.Run(name, func(b *testing.B) {
			h := commandtest.New(b, 1, Commands)
			row, args := h.Row(words...), byteSlices(words)
			b.ReportAllocs()
			for b.Loop() {
				h.Ctx.Buf = h.Ctx.Buf[:0]
				h.Run(row, args)
			}
		})
	}
}
