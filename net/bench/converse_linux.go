package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// patience is for how many milliseconds a loop waits before it looks at its context.
const patience = 50

// loop sends pieces over sockets that one thread waits for, as redis-benchmark
// does: the machine is shared, and what the driver takes the servers do not get.
//
//	epoll_wait ─► read(2) ─► compare ─► draw a tag ─► write(2)
type loop struct {
	poll  int
	fds   []int // by speaker
	open  []speaker
	piece *piece
	tags  int
	took  []time.Duration // by the pieces that are answered
}

// readSize is how many bytes are read at once: they are compared while they are in the cache.
const readSize = 64 << 10

// converse has the speakers send their pieces with the given number of tags, and
// returns how long each piece took.
func converse(ctx context.Context, port string, open []speaker, p *piece, tags int) ([]time.Duration, error) {
	runtime.LockOSThread() // a loop that moves between threads wakes one for each turn
	defer runtime.UnlockOSThread()
	l := &loop{open: open, piece: p, tags: tags}
	pieces := 0
	for i := range open {
		pieces += open[i].left
	}
	l.took = make([]time.Duration, 0, pieces)
	var err error
	if l.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	defer l.close()
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", port, err)
	}
	for i := range open {
		if err := l.connect(i, number); err != nil {
			return nil, err
		}
	}
	for i := range open {
		if err := l.send(i); err != nil {
			return nil, err
		}
	}
	err = l.run(ctx)
	return l.took, err
}

// close closes the sockets.
func (l *loop) close() {
	for _, fd := range l.fds {
		_ = unix.Close(fd)
	}
	_ = unix.Close(l.poll)
}

// connect opens the socket of speaker i.
func (l *loop) connect(i, port int) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	l.fds = append(l.fds, fd)
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	return unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)})
}

// run reads what the sockets bring until all pieces are answered.
func (l *loop) run(ctx context.Context) error {
	ready, buf := make([]unix.EpollEvent, len(l.open)), make([]byte, min(len(l.piece.hear)+1, readSize))
	for len(l.took) < cap(l.took) {
		n, err := wait(l.poll, ready, patience)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if n == 0 && lapsed(ctx) {
			return context.Cause(ctx)
		}
		for _, event := range ready[:n] {
			if err := l.receive(int(event.Fd), buf); err != nil {
				return err
			}
		}
	}
	return nil
}

// lapsed tells whether the context has ended. It looks at the clock itself: nobody else
// may have had the processor for it.
func lapsed(ctx context.Context) bool {
	if at, ok := ctx.Deadline(); ok && time.Now().After(at) {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

// receive reads what speaker i is sent, and sends its next piece when that is all.
func (l *loop) receive(i int, buf []byte) error {
	n, err := call(unix.SYS_READ, l.fds[i], buf)
	switch {
	case err != nil:
		return err
	case n == 0:
		return io.ErrUnexpectedEOF
	}
	t := &l.open[i]
	done, err := t.hear(buf[:n])
	if err != nil || !done {
		return err
	}
	l.took = append(l.took, time.Since(t.started))
	return l.send(i)
}

// send sends the next piece of speaker i, if there is one. A socket whose peer has
// read everything takes it whole.
func (l *loop) send(i int) error {
	t := &l.open[i]
	if t.left == 0 {
		return nil
	}
	t.left--
	l.piece.tag(t.next(l.tags))
	t.started, t.wait = time.Now(), l.piece.hear
	if l.piece.numbers {
		t.numbers = l.piece.requests
	}
	n, err := call(unix.SYS_WRITE, l.fds[i], l.piece.ask)
	if err == nil && n < len(l.piece.ask) {
		err = io.ErrShortWrite
	}
	return err
}
