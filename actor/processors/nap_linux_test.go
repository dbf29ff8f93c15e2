package processors

import (
	"testing"
	"time"
)

func TestNap(t *testing.T) {
	defer apply(setting{width: 1 << 10}, 1<<10)
	if NapDue() {
		t.Error("a nap is due before naps are found to be good")
	}
	naps.on.Store(true)
	naps.last.Store(since() - int64(napGap))
	if !NapDue() {
		t.Fatal("no nap is due")
	}
	start := time.Now()
	Nap()
	if took := time.Since(start); took < napFor {
		t.Errorf("a nap of %v", took)
	}
	if ended := naps.last.Load(); time.Duration(since()-ended) < napGap && NapDue() {
		t.Error("a nap is due right after one")
	}
	apply(setting{width: 1 << 10}, 1<<10)
	if naps.on.Load() {
		t.Error("naps go on although all processors are in use")
	}
}
