//go:build unix

package admin_test

import (
	"strconv"
	"syscall"
	"testing"
)

// used is the processor time of this process in seconds, outside the kernel
// and inside it.
func used(t *testing.T) (user, system float64) {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	const perSecond = 1e9
	return float64(r.Utime.Nano()) / perSecond, float64(r.Stime.Nano()) / perSecond
}

// TestInfoProcessorTime has the server's figures between what the kernel says
// of this process before and after. Neither need be more than none: a kernel
// that counts ticks says of a young process that it was all on one side.
func TestInfoProcessorTime(t *testing.T) {
	r := start(t)
	user, system := used(t)
	info := fields(r.say("INFO cpu").Str)["CPU"]
	userAfter, systemAfter := used(t)
	for _, c := range []struct {
		field         string
		before, after float64
	}{{"used_cpu_user", user, userAfter}, {"used_cpu_sys", system, systemAfter}} {
		got, err := strconv.ParseFloat(info[c.field], 64)
		if err != nil || got < c.before-1e-6 || got > c.after+1e-6 { // INFO has six digits
			t.Errorf("%s is %q, and the kernel says %f to %f", c.field, info[c.field], c.before, c.after)
		}
	}
	if user+system <= 0 {
		t.Error("the kernel says of no time at all")
	}
}
