//go:build !linux

package servertest

import "syscall"

// dieWithParent is Linux's to offer: elsewhere a server outlives a test that
// was killed.
func dieWithParent() *syscall.SysProcAttr { return nil }
