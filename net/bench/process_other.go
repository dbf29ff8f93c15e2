//go:build !linux

package bench

import (
	"syscall"
	"time"
)

// There is no /proc here, so Run fails before any of these matter.

func dieWithParent() *syscall.SysProcAttr { return nil }

func threadTime() time.Duration { return 0 }

func openFiles() int { return 0 }

func sleepThread(d time.Duration) { <-time.After(d) }
