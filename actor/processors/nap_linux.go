package processors

import (
	"syscall"
	"time"
	"unsafe"
)

// sleep sleeps, and does not tell the runtime, which would have another thread run what
// is to wait.
func sleep(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	_, _, _ = syscall.RawSyscall(syscall.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}
