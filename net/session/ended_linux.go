package session

import "golang.org/x/sys/unix"

// endEvents are the events that tell that a peer has gone.
const endEvents = unix.POLLRDHUP
