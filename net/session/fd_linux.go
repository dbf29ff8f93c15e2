package session

import (
	"syscall"
	"unsafe"
)

// readFD and writeFD are read(2) and write(2) on a descriptor that does not
// block. They do not tell the scheduler, which for a call that returns at once
// would cost more than the call.
//
// b must not be empty.
func readFD(fd uintptr, b []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	return int(n), errno
}

func writeFD(fd uintptr, b []byte) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	return int(n), errno
}
