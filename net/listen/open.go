package listen

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Options says where to listen.
type Options struct {
	Bind     []string // addresses as in the bind directive
	Port     int      // 0 for no TCP
	Backlog  int      // connections the kernel keeps until they are accepted
	Unix     string   // path of a unix socket, "" for none
	UnixPerm int      // its mode bits, 0 for the process's default
}

// Open opens all sockets, or none. An optional address ("-::1") that this machine
// does not have is left out.
func Open(o Options) (listeners []net.Listener, err error) {
	defer func() {
		if err != nil {
			Close(listeners)
			listeners = nil
		}
	}()
	if o.Port != 0 {
		if listeners, err = openTCP(o); err != nil {
			return listeners, err
		}
	}
	if o.Unix != "" {
		l, err := openUnix(o)
		if err != nil {
			return listeners, err
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

// Close closes listeners; what was accepted from them stays open.
func Close(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close()
	}
}

func openTCP(o Options) (listeners []net.Listener, err error) {
	for _, address := range o.Bind {
		host, optional := strings.CutPrefix(address, "-")
		l, err := listenTCP(host, o)
		switch {
		case err == nil:
			listeners = append(listeners, l)
		case optional && absent(err):
		default:
			return listeners, fmt.Errorf("could not listen on %s port %d: %w", host, o.Port, err)
		}
	}
	if len(listeners) == 0 {
		return nil, fmt.Errorf("could not listen on port %d: none of the bind addresses is there", o.Port)
	}
	return listeners, nil
}

// listenTCP listens on one address. "*" is all of IPv4 and "::*" all of IPv6.
func listenTCP(host string, o Options) (net.Listener, error) {
	network := "tcp4"
	switch {
	case host == "*":
		host = "0.0.0.0"
	case host == "::*":
		host, network = "::", "tcp6"
	case strings.Contains(host, ":"):
		network = "tcp6"
	case net.ParseIP(host) == nil:
		network = "tcp"
	}
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(context.Background(), network, net.JoinHostPort(host, strconv.Itoa(o.Port)))
	if err != nil {
		return nil, err
	}
	setBacklog(l, o.Backlog)
	return l, nil
}

// absent tells whether an address is not one of this machine's.
func absent(err error) bool {
	for _, errno := range []syscall.Errno{
		syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT,
		syscall.ENOPROTOOPT, syscall.EPFNOSUPPORT, syscall.ESOCKTNOSUPPORT,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// setBacklog calls listen(2) once more: package net asks for the system's
// maximum and offers no other value.
func setBacklog(l net.Listener, backlog int) {
	sc, ok := l.(syscall.Conn)
	if !ok || backlog <= 0 {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = unix.Listen(int(fd), backlog) })
}

// openUnix listens on a unix socket. A socket left over by an earlier process is
// replaced. It is born without permissions for others, so that nobody connects
// before its mode is set.
func openUnix(o Options) (net.Listener, error) {
	if info, err := os.Lstat(o.Unix); err == nil && info.Mode()&fs.ModeSocket != 0 {
		_ = os.Remove(o.Unix)
	}
	restore := func() {}
	if o.UnixPerm != 0 {
		mask := unix.Umask(0o177)
		restore = func() { unix.Umask(mask) }
	}
	l, err := net.Listen("unix", o.Unix)
	restore()
	if err != nil {
		return nil, fmt.Errorf("could not listen on unix socket %s: %w", o.Unix, err)
	}
	if o.UnixPerm != 0 {
		if err := os.Chmod(o.Unix, fs.FileMode(o.UnixPerm)); err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("could not set unixsocketperm: %w", err)
		}
	}
	setBacklog(l, o.Backlog)
	return l, nil
}
