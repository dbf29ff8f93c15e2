package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startTries   = 5 // a port that was free may be taken before the server binds it
	startTimeout = 20 * time.Second
	stopTimeout  = 20 * time.Second
	graceTimeout = 100 * time.Millisecond
	pollInterval = 5 * time.Millisecond
	logTail      = 2 << 10 // bytes of a server's log that go into an error
)

// instance is a server process that answers.
type instance struct {
	program Program
	floor   bool   // it answers and does nothing
	dir     string // it runs there
	addr    string // host:port
	port    string
	pid     int

	starting time.Duration // from the start of the process to its first answer

	process *os.Process
	exited  chan struct{} // closed when the process is gone
	logPath string
}

// with returns p with further arguments.
func (p Program) with(more ...string) Program {
	p.Args = slices.Concat(p.Args, more)
	return p
}

// settings are what every server runs with: loopback only, and room for the
// connections of the idle row; nothing on disk unless a row says otherwise behind
// them, since the last of two directives counts.
func settings(port, dir string) []string {
	return []string{
		"--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "no",
		"--daemonize", "no", "--maxclients", strconv.Itoa(maxClients),
	}
}

// maxClients leaves room beside the idle connections for those that measure.
const maxClients = 12_000

// arguments returns the command line of p without its name.
func (p Program) arguments(port, dir string) []string {
	fill := strings.NewReplacer("{port}", port, "{dir}", dir)
	own := make([]string, len(p.Args))
	for i, a := range p.Args {
		own[i] = fill.Replace(a)
	}
	if slices.ContainsFunc(p.Args, func(a string) bool { return strings.Contains(a, "{port}") }) {
		return own
	}
	return append(settings(port, dir), own...)
}

// start starts p in a directory of its own and returns when it answers.
func (b *bench) start(ctx context.Context, p Program) (*instance, error) {
	return b.startIn(ctx, p, "", startTimeout)
}

// startIn is start with the directory of a server that has ended, whose files the
// new one loads within the given time. An empty name stands for a new directory.
func (b *bench) startIn(ctx context.Context, p Program, dir string, patience time.Duration) (*instance, error) {
	var err error
	for range startTries {
		var s *instance
		if s, err = b.tryStart(ctx, p, dir, patience); err == nil {
			b.versions[p.Name] = s.version()
			return s, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("cannot start %s: %w", p.Name, err)
}

func (b *bench) tryStart(ctx context.Context, p Program, dir string, patience time.Duration) (*instance, error) {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp(b.dir, "server-"); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &instance{
		program: p, dir: dir, port: port, addr: net.JoinHostPort("127.0.0.1", port),
		exited: make(chan struct{}), logPath: filepath.Join(dir, "log"),
	}
	log, err := os.Create(s.logPath)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(p.Path, p.arguments(port, dir)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, log, log
	cmd.SysProcAttr = dieWithParent()
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s.process, s.pid = cmd.Process, cmd.Process.Pid
	go func() {
		// How the process ended shows in its log.
		_ = cmd.Wait()
		close(s.exited)
	}()
	if err := s.await(ctx, patience); err != nil {
		s.stop()
		return nil, fmt.Errorf("%w\n%s", err, s.log())
	}
	s.starting = time.Since(began)
	return s, nil
}

// await returns when the process answers on its port.
func (s *instance) await(ctx context.Context, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if s.gone() {
			return errors.New("it ended before it answered")
		}
		if s.answers() {
			return nil
		}
		if err := pause(ctx, pollInterval); err != nil {
			return err
		}
	}
	return errors.New("it does not answer")
}

// answers tells whether the port answers, and no other process does so: that of
// INFO, where there is one, must be ours.
func (s *instance) answers() bool {
	if s.program.memcached {
		pid, err := s.stat("pid")
		return err == nil && pid == strconv.Itoa(s.pid)
	}
	c, err := dial(s.addr)
	if err != nil {
		return false
	}
	defer c.close()
	pong, err := c.do("PING")
	if err != nil || pong.Str != "PONG" {
		return false
	}
	info, err := c.do("INFO", "server")
	if err != nil {
		return false
	}
	pid := infoField(info.Str, "process_id")
	return pid == "" || pid == strconv.Itoa(s.pid)
}

func (s *instance) gone() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// version returns what the server says about itself.
func (s *instance) version() string {
	if s.program.memcached {
		v, err := s.stat("version")
		if err != nil || v == "" {
			return "unknown"
		}
		return v
	}
	info, err := s.info("server")
	if err != nil {
		return "unknown"
	}
	for _, name := range []string{"troupe_version", "valkey_version", "redis_version"} {
		if v := infoField(info, name); v != "" {
			return v
		}
	}
	return "unknown"
}

// info returns a section of INFO.
func (s *instance) info(section string) (string, error) {
	c, err := dial(s.addr)
	if err != nil {
		return "", err
	}
	defer c.close()
	v, err := c.ask("INFO", section)
	return v.Str, err
}

// command sends one command and waits for its reply, which must be no error.
func (s *instance) command(args ...string) error {
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	_, err = c.ask(args...)
	return err
}

// stop ends the process and waits until it is gone.
func (s *instance) stop() {
	if s.gone() {
		return
	}
	_ = s.process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(stopTimeout):
		_ = s.process.Kill()
		<-s.exited
	}
}

// explain adds what the server has said last to an error when the server has
// ended, which nobody asked it to.
func (s *instance) explain(err error) error {
	// A connection breaks before the process is gone for good.
	select {
	case <-s.exited:
		return fmt.Errorf("%w\n%s has ended, and said last:\n%s", err, s.program.Name, s.log())
	case <-time.After(graceTimeout):
		return err
	}
}

// log returns the last of what the server has said.
func (s *instance) log() string {
	text, err := os.ReadFile(s.logPath)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-logTail):])
}

// freePort returns a port of loopback that nobody listens on at the moment.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("no free port: %w", err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// infoField returns the value of a line of INFO, empty when it has none.
func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
