//go:build unix && !linux

package session

import "syscall"

// readFD and writeFD are read(2) and write(2) on a descriptor that does not
// block.
func readFD(fd uintptr, b []byte) (int, syscall.Errno) {
	n, err := syscall.Read(int(fd), b)
	return n, errnoOf(err)
}

func writeFD(fd uintptr, b []byte) (int, syscall.Errno) {
	n, err := syscall.Write(int(fd), b)
	return n, errnoOf(err)
}

// writeFDs writes some of several pieces, of which the first may be empty.
func writeFDs(fd uintptr, first []byte, further [][]byte) (int, syscall.Errno) {
	for len(first) == 0 && len(further) > 0 {
		first, further = further[0], further[1:]
	}
	if len(first) == 0 {
		return 0, 0
	}
	return writeFD(fd, first)
}

func errnoOf(err error) syscall.Errno {
	errno, _ := err.(syscall.Errno)
	return errno
}
