//go:build unix

package admin

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// system returns the operating system, its release and the machine, as uname
// prints them.
func system() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:]) + " " +
		unix.ByteSliceToString(u.Machine[:])
}

// processorTimes returns what this process and the children it has waited for
// have used.
func processorTimes() (own, children times) {
	return usage(syscall.RUSAGE_SELF), usage(syscall.RUSAGE_CHILDREN)
}

func usage(who int) times {
	var r syscall.Rusage
	if err := syscall.Getrusage(who, &r); err != nil {
		return times{}
	}
	return times{
		user:   time.Duration(r.Utime.Nano()).Seconds(),
		system: time.Duration(r.Stime.Nano()).Seconds(),
	}
}
