package floor

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	readSize = 256 << 10 // bytes of one read at most
	events   = 1024      // sockets of one epoll_wait at most
	backlog  = 4096      // connections that wait to be accepted
)

// server is the loop's state. One goroutine owns it.
type server struct {
	poll, listener int
	buf            []byte
	replies        replies
	conns          map[int32]*stream
}

// Serve listens on the port of 127.0.0.1 and answers until something fails.
func Serve(port string) error {
	// The loop makes no garbage worth collecting, and a collection would be a cost
	// that the floor is to be free of.
	debug.SetGCPercent(-1)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return fmt.Errorf("port %q: %w", port, err)
	}
	s := &server{
		buf: make([]byte, readSize), conns: map[int32]*stream{},
		replies: replies{two: []byte("+OK\r\n"), other: []byte("+OK\r\n")},
	}
	if err := s.listen(int(number)); err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	return s.loop()
}

func (s *server) listen(port int) error {
	var err error
	if s.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return err
	}
	if err = unix.SetsockoptInt(s.listener, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return err
	}
	if err = unix.Bind(s.listener, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err = unix.Listen(s.listener, backlog); err != nil {
		return err
	}
	if s.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return err
	}
	return s.watch(unix.EPOLL_CTL_ADD, s.listener, unix.EPOLLIN)
}

func (s *server) watch(op, fd int, what uint32) error {
	return unix.EpollCtl(s.poll, op, fd, &unix.EpollEvent{Events: what, Fd: int32(fd)})
}

func (s *server) loop() error {
	ready := make([]unix.EpollEvent, events)
	for {
		n, err := unix.EpollWait(s.poll, ready, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		for i := range max(n, 0) {
			if fd := ready[i].Fd; int(fd) == s.listener {
				s.accept()
			} else if c := s.conns[fd]; c != nil && !s.serve(int(fd), c, ready[i].Events) {
				delete(s.conns, fd)
				_ = unix.Close(int(fd))
			}
		}
	}
}

func (s *server) accept() {
	for {
		fd, _, err := unix.Accept4(s.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			return
		}
		// Without it replies are held back, and the floor would lie too high.
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		if s.watch(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN) != nil {
			_ = unix.Close(fd)
			continue
		}
		s.conns[int32(fd)] = &stream{}
	}
}

// serve handles one socket that is ready. It reports false when the connection is
// over.
func (s *server) serve(fd int, c *stream, what uint32) bool {
	late := len(c.out) > 0 // replies have waited for the socket
	if what&unix.EPOLLOUT == 0 {
		n, err := unix.Read(fd, s.buf)
		if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
			return true
		}
		if err != nil || n == 0 || !c.feed(s.buf[:n], &s.replies) {
			return false
		}
	}
	for c.sent < len(c.out) {
		n, err := unix.Write(fd, c.out[c.sent:])
		if err != nil {
			if err != unix.EAGAIN {
				return false
			}
			// Whoever does not read is not read from.
			return late || s.watch(unix.EPOLL_CTL_MOD, fd, unix.EPOLLOUT) == nil
		}
		c.sent += n
	}
	c.out, c.sent = c.out[:0], 0
	return !late || s.watch(unix.EPOLL_CTL_MOD, fd, unix.EPOLLIN) == nil
}
