//go:build unix && !linux

package session

import "golang.org/x/sys/unix"

// endEvents are the events that tell that a peer has gone, or that there is
// something to read, which does no harm.
const endEvents = unix.POLLIN
