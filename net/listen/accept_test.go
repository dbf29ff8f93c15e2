package listen_test

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/listen"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

const patience = 20 * time.Second

// TestMaxClients fills the server up. One more is told so; when one has gone
// there is room again.
func TestMaxClients(t *testing.T) {
	s := inprocess.Start(t, "--shards", "1", "--maxclients", "5")
	conns := make([]*inprocess.Conn, 5)
	for i := range conns {
		conns[i] = s.Dial(t)
		if got := conns[i].Say(t, "PING"); got != "+PONG" {
			t.Fatal(got)
		}
	}
	for range 20 {
		c := s.Dial(t)
		if got := c.Hear(t); got != `-"ERR max number of clients reached"` {
			t.Fatal(got)
		}
		if !c.Ended(patience) {
			t.Fatal("the connection stays open")
		}
	}
	for range 50 { // one goes, one comes
		_ = conns[0].Close()
		copy(conns, conns[1:])
		conns[4] = comeIn(t, s)
	}
	if got := conns[0].Say(t, "CONFIG", "SET", "maxclients", "6"); got != "+OK" {
		t.Fatal(got)
	}
	comeIn(t, s)
	v, err := conns[0].Do("INFO", "stats")
	if err != nil || !strings.Contains(v.Str, "rejected_connections:") || strings.Contains(v.Str, "rejected_connections:0\r") {
		t.Errorf("%v, %v", v, err)
	}
}

// comeIn connects as soon as there is room.
func comeIn(t *testing.T, s *inprocess.Server) *inprocess.Conn {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		c := s.Dial(t)
		if v, err := c.Do("PING"); err == nil && v.Str == "PONG" {
			return c
		}
		_ = c.Close()
	}
	t.Fatal("there is no room")
	return nil
}

// faraway is a listener whose connections come from another machine, as far as
// their addresses tell.
type faraway struct {
	net.Listener
	from net.Addr
}

func (l faraway) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return farConn{conn.(*net.UnixConn), l.from}, nil
}

type farConn struct {
	*net.UnixConn
	from net.Addr
}

func (c farConn) RemoteAddr() net.Addr { return c.from }

func TestProtectedMode(t *testing.T) {
	for _, c := range []struct {
		from, option, value string
		served              bool
	}{
		{"192.0.2.1", "protected-mode", "yes", false},
		{"2001:db8::1", "protected-mode", "yes", false},
		{"::ffff:192.0.2.1", "protected-mode", "yes", false},
		{"127.0.0.1", "protected-mode", "yes", true},
		{"127.1.2.3", "protected-mode", "yes", true},
		{"::1", "protected-mode", "yes", true},
		{"::ffff:127.0.0.1", "protected-mode", "yes", true},
		{"192.0.2.1", "protected-mode", "no", true},
		{"192.0.2.1", "requirepass", "secret", true},
	} {
		t.Run(strings.ReplaceAll(c.from, ":", "_")+"="+c.value, func(t *testing.T) {
			r := newRig(t)
			s := *r.env.Settings.Load()
			s.ProtectedMode = c.value != "no"
			if c.option == "requirepass" {
				s.RequirePass = c.value
			}
			r.env.Settings.Store(&s)
			conn := r.dialFrom(t, &net.TCPAddr{IP: net.ParseIP(c.from), Port: 4711})
			_ = conn.Send("AUTH", "x", "y", "z") // a syntax error; whoever is denied may be gone already
			got, err := conn.Reply()
			switch denied := err == nil && strings.HasPrefix(got.Str, "DENIED "); {
			case err != nil:
				t.Fatal(err)
			case denied == c.served:
				t.Errorf("reply %v", got)
			case denied && !conn.Ended(patience):
				t.Error("the connection stays open")
			}
		})
	}
}

// broken is a listener that fails now and then.
type broken struct {
	net.Listener
	mu    sync.Mutex
	turns int
}

func (l *broken) Accept() (net.Conn, error) {
	l.mu.Lock()
	l.turns++
	fails := l.turns%2 == 1
	l.mu.Unlock()
	if fails {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.ECONNABORTED)}
	}
	return l.Listener.Accept()
}

func TestAcceptGoesOnAfterErrors(t *testing.T) {
	r := newRig(t)
	path := r.serve(t, func(l net.Listener) net.Listener { return &broken{Listener: l} })
	for range 10 {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := inprocess.Wrap(conn).Do("PING"); err != nil || v.Str != "PONG" {
			t.Fatal(v, err)
		}
		_ = conn.Close()
	}
}

const childOf = "TROUPE_TEST_FEW_FILES"

// TestFewFiles lets a server of its own process run out of descriptors. Those
// who are served already go on, those who came later are served when some have
// gone.
func TestFewFiles(t *testing.T) {
	if os.Getenv(childOf) != "" {
		serveWithFewFiles(t)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestFewFiles$", "-test.v")
	child.Env = append(os.Environ(), childOf+"=1")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	child.Stderr = &log
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	path := ""
	for path == "" && lines.Scan() {
		if said, ok := strings.CutPrefix(lines.Text(), "socket "); ok {
			path = said
		}
	}
	conns := make([]*inprocess.Conn, 100)
	for i := range conns {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conns[i] = inprocess.Wrap(conn)
		if err := conns[i].Send("PING"); err != nil {
			t.Fatal(err)
		}
	}
	served := 0
	for served < len(conns) && !conns[served].Silent(300*time.Millisecond) {
		if got := conns[served].Hear(t); got != "+PONG" {
			t.Fatal(got)
		}
		served++
	}
	if served < 10 || served > 64 {
		t.Errorf("%d are served with 64 descriptors", served)
	}
	for i := range conns[served:] {
		if got := conns[i%served].Say(t, "PING"); got != "+PONG" { // those who are in go on
			t.Fatal(got)
		}
	}
	for done, next := 0, served; next < len(conns); done++ { // one goes, one comes
		_ = conns[done].Close()
		for ; next < len(conns) && next <= served+done; next++ {
			if got := conns[next].Hear(t); got != "+PONG" {
				t.Fatal(got)
			}
		}
	}
	_ = in.Close()
	for lines.Scan() {
	}
	if err := child.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	if !strings.Contains(log.String(), "too many open files") {
		t.Errorf("the log does not say what is wrong:\n%s", log.String())
	}
}

// serveWithFewFiles serves until its standard input ends.
func serveWithFewFiles(t *testing.T) {
	s := inprocess.StartLogging(t, slog.New(slog.NewTextHandler(os.Stderr, nil)), "--shards", "1")
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 64, Max: 64}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stdout.WriteString("socket " + s.Path + "\n"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestDrain(t *testing.T) {
	r := newRig(t)
	l, path := r.listen(t)
	r.acceptor.Accept([]net.Listener{l})
	var conns []*inprocess.Conn
	for range 10 {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, inprocess.Wrap(conn))
		if got := conns[len(conns)-1].Say(t, "PING"); got != "+PONG" {
			t.Fatal(got)
		}
	}
	listen.Close([]net.Listener{l})
	r.acceptor.Drain()
	if n := r.env.Clients.Count(); n != 0 {
		t.Errorf("%d clients are left", n)
	}
	for _, c := range conns {
		if !c.Ended(patience) {
			t.Error("a connection stays open")
		}
	}
}
