package session

import (
	"time"

	"golang.org/x/sys/unix"
)

// unsureFor is how long a client must have been idle before CheckEnded looks
// after it: a busy one finds its end by itself.
const unsureFor = 200 * time.Millisecond

// CheckEnded finds the clients whose peer has gone without their noticing. A
// client does not read again after a read that emptied the socket (readReady), so
// an end that arrived with the last bytes has told it nothing. One poll(2) over
// those that are in doubt finds it; whatever arrives after that, the poller tells.
// It is called several times a second, which
// also is how exactly a client knows when it was last active.
func (r *Registry) CheckEnded(now time.Time) {
	r.now.Store(now.UnixMilli())
	var clients []*Client
	var fds []unix.PollFd
	for _, c := range r.unordered() {
		if c.unsure.Load() && now.UnixMilli()-c.active.Load() >= unsureFor.Milliseconds() {
			c.unsure.Store(false)
			clients = append(clients, c)
			fds = append(fds, unix.PollFd{Fd: int32(c.fd), Events: endEvents})
		}
	}
	if len(fds) == 0 {
		return
	}
	if n, err := unix.Poll(fds, 0); err != nil || n == 0 {
		return
	}
	for i, c := range clients {
		if fds[i].Revents != 0 {
			c.wake()
		}
	}
}
