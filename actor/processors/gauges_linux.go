package processors

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
)

// tick is the unit of /proc/stat, USER_HZ, which is 100 a second on every architecture
// that Go knows.
const tick = 10 * time.Millisecond

// idle returns for how long the machine's processors had nothing to do, all together
// and since it started; false where it does not say so.
func idle() (time.Duration, bool) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	line, _, _ := bytes.Cut(stat, []byte("\n"))
	return parseIdle(line)
}

// parseIdle reads the line "cpu user nice system idle iowait …".
func parseIdle(line []byte) (time.Duration, bool) {
	words := bytes.Fields(line)
	if len(words) < 6 || string(words[0]) != "cpu" {
		return 0, false
	}
	var sum int64
	for _, word := range words[4:6] {
		n, err := strconv.ParseInt(string(word), 10, 64)
		if err != nil {
			return 0, false
		}
		sum += n
	}
	return time.Duration(sum) * tick, true
}

// own returns the processor time this process has used.
func own() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
