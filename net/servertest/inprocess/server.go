package inprocess

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
)

// stopMost is how long Stop may take.
const stopMost = 30 * time.Second

// Server is a running server.
type Server struct {
	*server.Server
	Path string // of the unix socket
}

// Start starts a server with redis.conf directives as arguments. What it logs
// as an error goes to the standard error.
func Start(tb testing.TB, args ...string) *Server {
	tb.Helper()
	return StartLogging(tb, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), args...)
}

// StartLogging is Start with a log of the caller's.
func StartLogging(tb testing.TB, log *slog.Logger, args ...string) *Server {
	tb.Helper()
	dir, err := os.MkdirTemp("", "troupe") //nolint:usetesting // short, as the path of a socket must be
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{Path: filepath.Join(dir, "s")}
	base := []string{"--port", "0", "--unixsocket", s.Path, "--dir", dir, "--save", "", "--enable-debug-command", "yes"}
	store, _, err := config.Load(append(base, args...), strings.NewReader(""))
	if err != nil {
		tb.Fatal(err)
	}
	if s.Server, err = server.Start(store, log); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.StopInTime(tb) })
	if err := <-s.Loaded(); err != nil {
		tb.Fatal(err)
	}
	return s
}

// StopInTime stops the server, and fails the test when that takes too long.
func (s *Server) StopInTime(tb testing.TB) {
	tb.Helper()
	stopped := make(chan struct{})
	var stopping sync.WaitGroup
	stopping.Go(func() {
		s.Stop()
		close(stopped)
	})
	select {
	case <-stopped:
	case <-time.After(stopMost):
		_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 2)
		tb.Error("the server does not stop")
	}
}

// Port returns the directives for a loopback port that was free a moment ago.
func Port(tb testing.TB) []string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return []string{"--bind", "127.0.0.1", "--port", strconv.Itoa(l.Addr().(*net.TCPAddr).Port)}
}

// TCP returns the loopback address the server listens on.
func (s *Server) TCP(tb testing.TB) string {
	tb.Helper()
	for _, addr := range s.Addrs() {
		if addr.Network() == "tcp" {
			return addr.String()
		}
	}
	tb.Fatal("the server has no port")
	return ""
}
