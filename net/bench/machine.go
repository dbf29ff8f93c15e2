package bench

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Machine is where the figures come from.
type Machine struct {
	CPU       string `json:"cpu"`
	Cores     int    `json:"cores"`
	MemoryMB  int64  `json:"memory_mb"`
	Kernel    string `json:"kernel"`
	HugePages string `json:"huge_pages"`
	// Congestion is how TCP decides when to send. One that paces (bbr) slows down long
	// replies even over loopback.
	Congestion string `json:"congestion_control"`
	Go         string `json:"go"` // that built this program
	Platform   string `json:"platform"`
}

// Tested is a server as it was measured.
type Tested struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	Binary  string   `json:"binary"` // without its directory
	Args    []string `json:"arguments"`
	Build   string   `json:"build,omitempty"` // of a Go binary: version and settings
}

func describeMachine() (Machine, error) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return Machine{}, fmt.Errorf("cannot describe the machine, Linux is needed: %w", err)
	}
	return Machine{
		CPU: cpuModel(string(info)), Cores: runtime.NumCPU(), MemoryMB: totalMemory(),
		Kernel: firstLine("/proc/sys/kernel/osrelease"), HugePages: firstLine("/sys/kernel/mm/transparent_hugepage/enabled"),
		Congestion: firstLine("/proc/sys/net/ipv4/tcp_congestion_control"),
		Go:         runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}, nil
}

// cpuModel finds the name of the first processor in /proc/cpuinfo. Not every
// architecture has one.
func cpuModel(info string) string {
	for line := range strings.Lines(info) {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unnamed"
}

func totalMemory() int64 { return memoryField("MemTotal") >> 20 }

// availableMemory returns the bytes that programs can still have without swapping.
func availableMemory() int64 { return memoryField("MemAvailable") }

// memoryField returns a line of /proc/meminfo in bytes, 0 when there is none.
func memoryField(name string) int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	fields := strings.Fields(infoField(string(text), name))
	if len(fields) == 0 {
		return 0
	}
	kb, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0
	}
	return kb << 10
}

func firstLine(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

func describeProgram(p Program, version string) Tested {
	return Tested{
		Name: p.Name, Version: version, Binary: filepath.Base(p.Path),
		Args: p.arguments("PORT", "DIR"), Build: buildOf(p.Path),
	}
}

// buildOf returns how a Go binary was built, empty for any other.
func buildOf(path string) string {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return ""
	}
	words := []string{info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOAMD64", "GOARM64", "GOEXPERIMENT", "-gcflags", "-race", "vcs.modified":
			words = append(words, s.Key+"="+s.Value)
		case "-pgo":
			words = append(words, s.Key+"="+filepath.Base(s.Value))
		case "vcs.revision":
			words = append(words, s.Key+"="+s.Value[:min(len(s.Value), 12)])
		}
	}
	return strings.Join(words, " ")
}
