//go:build !linux

package admin

// residentBytes returns 0: only Linux is asked.
func residentBytes() int64 { return 0 }

// machineBytes returns 0: only Linux is asked.
func machineBytes() int64 { return 0 }
