package listen

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/net/session"
)

const (
	errMaxClients = "-ERR max number of clients reached\r\n"
	errProtected  = "-DENIED Troupe is running in protected mode because no password is set. " +
		"In this mode connections are only accepted from the loopback interface. " +
		"To connect from other machines, set a password with the requirepass directive, " +
		"or, if the network is trusted, switch protected-mode off in the configuration file " +
		"or with CONFIG SET protected-mode no from this machine.\r\n"
)

// The pauses of an accept loop while the machine has no descriptors left.
const (
	pauseMin = 5 * time.Millisecond
	pauseMax = time.Second
)

// Acceptor turns connections into sessions.
type Acceptor struct {
	Env  *session.Env
	Pool *actor.Pool // runs the sessions; its size is maxclients
	Log  *slog.Logger

	loops    sync.WaitGroup
	sessions sync.WaitGroup
}

// Accept serves the connections of listeners until they are closed.
func (a *Acceptor) Accept(listeners []net.Listener) {
	for _, l := range listeners {
		a.loops.Go(func() { a.loop(l) })
	}
}

// Wait returns when all listeners are closed and their loops have ended.
func (a *Acceptor) Wait() { a.loops.Wait() }

// Drain closes all connections, each when the command at hand is finished, and
// returns when they have ended. The listeners must be closed.
func (a *Acceptor) Drain() {
	a.Wait()
	for _, c := range a.Env.Clients.All() {
		c.Close()
	}
	a.sessions.Wait()
}

func (a *Acceptor) loop(l net.Listener) {
	pause := pauseMin
	for {
		conn, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			a.Log.Warn("could not accept a connection, trying again", "address", l.Addr().String(), "error", err, "pause", pause)
			time.Sleep(pause)
			pause = min(2*pause, pauseMax)
		default:
			pause = pauseMin
			a.admit(conn)
		}
	}
}

// admit serves a connection, or tells it why not.
func (a *Acceptor) admit(conn net.Conn) {
	settings := a.Env.Settings.Load()
	a.Env.Clients.Received.Add(1)
	if settings.ProtectedMode && settings.RequirePass == "" && !local(conn) {
		a.reject(conn, errProtected)
		return
	}
	if a.Env.Clients.Count() >= settings.MaxClients {
		a.reject(conn, errMaxClients)
		return
	}
	keepAlive(conn, settings.KeepAlive)
	client, err := session.New(a.Env, conn)
	if err != nil {
		a.Log.Warn("could not serve a connection", "error", err)
		_ = conn.Close()
		return
	}
	a.sessions.Add(1)
	serve := func() {
		defer a.sessions.Done()
		client.Serve()
	}
	if a.Pool.Go(serve) != nil {
		a.sessions.Done()
		client.Abandon()
		a.reject(conn, errMaxClients)
	}
}

// reject tells a connection why it is not served and closes it. The text fits
// any socket buffer, so writing it does not wait.
func (a *Acceptor) reject(conn net.Conn, text string) {
	a.Env.Clients.Rejected.Add(1)
	_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = conn.Write([]byte(text))
	_ = conn.Close()
}

// local tells whether the peer is on this machine.
func local(conn net.Conn) bool {
	addr, ok := conn.RemoteAddr().(*net.TCPAddr)
	return !ok || addr.IP.IsLoopback()
}

// keepAlive makes the kernel look after a silent peer: the first probe after
// idle, two more a third of that apart, as Redis does.
func keepAlive(conn net.Conn, idle time.Duration) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok || idle <= 0 {
		return
	}
	_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{
		Enable: true, Idle: idle, Interval: max(idle/3, time.Second), Count: 3,
	})
}
