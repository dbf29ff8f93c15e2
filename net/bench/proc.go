package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor times in /proc: Linux has shown hundredths of a
// second there on every architecture since 2.6.
const tick = 10 * time.Millisecond

// The fields of /proc/pid/stat behind the process's name: user and system time.
const (
	statUser   = 11
	statSystem = 12
)

// cpuTime returns the user and system time the process has used so far.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(procPath(pid, "stat"))
	if err != nil {
		return 0, fmt.Errorf("cannot read processor time: %w", err)
	}
	return parseStat(text)
}

func parseStat(text []byte) (time.Duration, error) {
	// The name may hold anything, parentheses and spaces included.
	_, rest, _ := bytes.Cut(text[max(bytes.LastIndexByte(text, ')'), 0):], []byte(")"))
	fields := strings.Fields(string(rest))
	if len(fields) <= statSystem {
		return 0, fmt.Errorf("cannot read processor time: %d fields", len(fields))
	}
	var sum int64
	for _, i := range []int{statUser, statSystem} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("cannot read processor time: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// resident returns the resident memory of the process in bytes. smaps_rollup
// walks the pages, so unlike statm it is exact.
func resident(pid int) (int64, error) {
	text, err := os.ReadFile(procPath(pid, "smaps_rollup"))
	if err != nil {
		return 0, fmt.Errorf("cannot read resident memory: %w", err)
	}
	return parseRollup(string(text), "Rss")
}

// footprint returns the memory that the process and its children take together, in
// bytes: pages that they share count once (Pss).
func footprint(pid int) (int64, error) {
	pids := []string{strconv.Itoa(pid)}
	if children, err := os.ReadFile(procPath(pid, filepath.Join("task", pids[0], "children"))); err == nil {
		pids = append(pids, strings.Fields(string(children))...)
	}
	var sum int64
	for i, p := range pids {
		text, err := os.ReadFile(filepath.Join("/proc", p, "smaps_rollup"))
		if err != nil && i > 0 {
			continue // a child may have ended meanwhile
		}
		if err != nil {
			return 0, fmt.Errorf("cannot read memory: %w", err)
		}
		n, err := parseRollup(string(text), "Pss")
		if err != nil && i == 0 {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func parseRollup(text, name string) (int64, error) {
	fields := strings.Fields(infoField(text, name))
	if len(fields) != 2 || fields[1] != "kB" {
		return 0, fmt.Errorf("cannot read resident memory: no %s in kB", name)
	}
	kb, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cannot read resident memory: %w", err)
	}
	return kb << 10, nil
}

func procPath(pid int, name string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), name)
}

// steadyShare is by how much two readings of resident memory may differ when it
// is called steady.
const steadyShare = 500

// steady returns the resident memory once it stops changing: a server may still
// move a table, or give back what a load has used.
func (b *bench) steady(ctx context.Context, s *instance) (int64, error) {
	if err := pause(ctx, b.scale.settle); err != nil {
		return 0, err
	}
	last, err := resident(s.pid)
	if err != nil {
		return 0, err
	}
	for end := time.Now().Add(b.scale.patience); time.Now().Before(end); {
		if err := pause(ctx, b.scale.settle); err != nil {
			return 0, err
		}
		now, err := resident(s.pid)
		if err != nil {
			return 0, err
		}
		if abs(now-last) <= now/steadyShare {
			return now, nil
		}
		last = now
	}
	return last, nil
}

func abs(n int64) int64 { return max(n, -n) }
