package bench

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// call is read(2) or write(2), by number, on a descriptor that does not block. It does
// not tell the scheduler, which for a call that returns at once would cost much of
// what the call does.
//
// b must not be empty.
func call(number uintptr, fd int, b []byte) (int, error) {
	n, _, errno := unix.RawSyscall(number, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	return result(n, errno)
}

// wait is epoll_wait(2) for at most so many milliseconds, likewise: the thread is the
// caller's own, and to hand its processor to others and get it back each time takes
// longer than it waits. Others get it when the scheduler interrupts the call, and then
// the error is EINTR.
func wait(poll int, ready []unix.EpollEvent, most int) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(poll), uintptr(unsafe.Pointer(&ready[0])),
		uintptr(len(ready)), uintptr(most), 0, 0)
	return result(n, errno)
}

func result(n uintptr, errno unix.Errno) (int, error) {
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
