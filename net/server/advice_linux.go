package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/net/config"
)

// advise returns what the operator may want to change about the machine. root
// is where its file system begins.
func advise(root string, v *config.Values) []string {
	var advice []string
	if setting(root, "proc/sys/vm/overcommit_memory") == "2" {
		advice = append(advice, "the kernel does not overcommit memory (vm.overcommit_memory is 2): address space that is "+
			"reserved for data may be refused although memory is free; set it to 0 or 1")
	}
	if strings.Contains(setting(root, "sys/kernel/mm/transparent_hugepage/enabled"), "[never]") {
		advice = append(advice, "huge pages are switched off: look-ups in large data sets are slower than they could be; "+
			"write madvise to /sys/kernel/mm/transparent_hugepage/enabled")
	}
	if most, err := strconv.Atoi(setting(root, "proc/sys/net/core/somaxconn")); err == nil && most < v.TCPBacklog && v.Port != 0 {
		advice = append(advice, fmt.Sprintf(
			"tcp-backlog is %d, but the kernel cuts it off at %d (net.core.somaxconn)", v.TCPBacklog, most))
	}
	if total := memoryTotal(setting(root, "proc/meminfo")); total > 0 && v.Data.MaxMemory > total {
		advice = append(advice, fmt.Sprintf(
			"maxmemory is %d bytes, more than the %d bytes this machine has", v.Data.MaxMemory, total))
	}
	return advice
}

// setting returns what a file of the kernel says, "" when it is not there.
func setting(root, path string) string {
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// memoryTotal returns the machine's memory in bytes from /proc/meminfo, 0 when
// it does not say.
func memoryTotal(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == "MemTotal:" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err == nil && kilobytes < 1<<50 {
				return kilobytes << 10
			}
		}
	}
	return 0
}
