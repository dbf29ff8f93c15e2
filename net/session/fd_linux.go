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

// piecesMost is how many pieces one call of writeFDs writes at most.
const piecesMost = 64

// writeFDs is writev(2), likewise, of a first piece, which may be empty, and as many of
// those behind it as one call takes.
func writeFDs(fd uintptr, first []byte, further [][]byte) (int, syscall.Errno) {
	var vector [piecesMost]syscall.Iovec
	n := 0
	add := func(piece []byte) {
		if len(piece) > 0 {
			vector[n].Base = &piece[0]
			vector[n].SetLen(len(piece))
			n++
		}
	}
	add(first)
	for _, piece := range further[:min(len(further), piecesMost-1)] {
		add(piece)
	}
	written, _, errno := syscall.RawSyscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&vector[0])), uintptr(n))
	return int(written), errno
}
