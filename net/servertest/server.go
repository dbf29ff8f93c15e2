package servertest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	redisPath    = "/usr/bin/redis-server"
	startTimeout = 20 * time.Second // from exec to the first PONG
	stopTimeout  = 10 * time.Second // from SIGTERM to exit
	startTries   = 5                // a free port may be taken before the server binds it
)

// Server is a running server under test. It ends with the test that started
// it.
type Server struct {
	Name string // "redis" or "troupe"
	Addr string // host:port
	PID  int    // of the process that serves Addr

	logPath string
	exited  chan struct{} // closed when the process has ended
	status  error         // how it ended; set before exited is closed
	process *os.Process
	killed  bool // by Kill
}

// Starter starts a server with redis.conf directives as arguments, in the form
// redis-server takes them ("--maxmemory", "1mb"). It ends the test when there
// is no server to be had.
type Starter func(t testing.TB, args ...string) *Server

// Redis starts the oracle. A missing binary fails the test: without the oracle
// nothing is proven.
func Redis(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := os.Stat(redisPath); err != nil {
		t.Fatalf("the oracle is missing: %v", err)
	}
	base := []string{"--save", "", "--appendonly", "no", "--daemonize", "no", "--enable-debug-command", "yes"}
	return start(t, "redis", redisPath, append(base, args...))
}

// Log returns what the server has written to its standard output and error so
// far, at most the last 2 KiB.
func (s *Server) Log() string {
	text, err := os.ReadFile(s.logPath)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-2<<10):])
}

// start runs the binary at path until the test ends.
func start(t testing.TB, name, path string, args []string) *Server {
	t.Helper()
	var err error
	for range startTries {
		var s *Server
		s, err = try(t, name, path, args)
		if err == nil {
			return s
		}
	}
	t.Fatalf("start %s: %v", name, err)
	return nil
}

// try starts the binary once, on a port that was free a moment ago.
func try(t testing.TB, name, path string, args []string) (*Server, error) {
	dir := t.TempDir()
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Name:    name,
		Addr:    net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		logPath: filepath.Join(dir, "log"),
		exited:  make(chan struct{}),
	}
	log, err := os.Create(s.logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	where := []string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir}
	cmd := exec.Command(path, append(where, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.PID, s.process = cmd.Process.Pid, cmd.Process
	go func() {
		s.status = cmd.Wait()
		close(s.exited)
	}()
	if err := s.await(); err != nil {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("%w\n%s", err, s.Log())
	}
	t.Cleanup(func() { s.stop(t, cmd.Process) })
	return s, nil
}

// await returns when the process answers on its port, it is this process that
// answers, and it has loaded its data.
func (s *Server) await() error {
	deadline := time.Now().Add(startTimeout)
	for time.Now().Before(deadline) {
		select {
		case <-s.exited:
			return fmt.Errorf("ended before it answered: %v", s.status)
		case <-time.After(2 * time.Millisecond):
		}
		if s.answers() {
			return nil
		}
	}
	return errors.New("does not answer")
}

func (s *Server) answers() bool {
	c, err := Dial(s.Addr)
	if err != nil {
		return false
	}
	defer c.Close()
	r, err := c.Do("INFO", "server", "persistence")
	return err == nil && strings.Contains(r.Str, fmt.Sprintf("process_id:%d\r\n", s.PID)) &&
		strings.Contains(r.Str, "\r\nloading:0\r\n")
}

// Exit waits for the process to end by itself and returns how it did.
func (s *Server) Exit() error {
	select {
	case <-s.exited:
		return s.status
	case <-time.After(stopTimeout):
		return errors.New("does not end")
	}
}

// Kill ends the process at once, as a crash does, and returns when it has ended.
func (s *Server) Kill() {
	s.killed = true
	_ = s.process.Kill()
	<-s.exited
}

// stop asks the process to end, if it has not. One that does not, or that ends
// badly (a panic, a data race the race detector saw), fails the test.
func (s *Server) stop(t testing.TB, p *os.Process) {
	select {
	case <-s.exited:
	default:
		_ = p.Signal(syscall.SIGTERM)
	}
	if err := s.Exit(); err != nil && !s.killed {
		_ = p.Kill()
		<-s.exited
		t.Errorf("%s: end: %v\n%s", s.Name, err, s.Log())
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
