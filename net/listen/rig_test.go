package listen_test

import (
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/net/listen"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// rig is an acceptor whose sessions know the commands about connections only.
type rig struct {
	env      *session.Env
	acceptor *listen.Acceptor
}

func newRig(t *testing.T) *rig {
	t.Helper()
	table, err := session.NewTable(session.Commands())
	if err != nil {
		t.Fatal(err)
	}
	data, settings := new(keyspace.Source), new(session.Source)
	data.Store(keyspace.DefaultSettings())
	settings.Store(&session.Settings{
		MaxClients: 100, MaxBulk: 1 << 20, QueryBufferLimit: 1 << 20, Databases: 16, ProtectedMode: true,
	})
	troupe := shard.New(shard.Options{Shards: 1, Settings: data, Fatal: func(shard.Crash) { select {} }, Later: func(fn func()) { fn() }})
	t.Cleanup(troupe.Stop)
	pool, err := actor.NewPool(100, func(reason any) { t.Error(reason) })
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	env := &session.Env{
		Troupe: troupe, Table: table, Settings: settings,
		Clients: session.NewRegistry(), Pause: new(session.Pause), Log: log,
	}
	return &rig{env: env, acceptor: &listen.Acceptor{Env: env, Pool: pool, Log: log}}
}

// listen opens a unix socket.
func (r *rig) listen(t *testing.T) (l net.Listener, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "s")
	listeners, err := listen.Open(listen.Options{Unix: path, UnixPerm: 0o700, Backlog: 128})
	if err != nil {
		t.Fatal(err)
	}
	return listeners[0], path
}

// serve accepts connections of a unix socket, by way of a listener around it.
func (r *rig) serve(t *testing.T, around func(net.Listener) net.Listener) (path string) {
	t.Helper()
	l, path := r.listen(t)
	r.acceptor.Accept([]net.Listener{around(l)})
	t.Cleanup(func() {
		_ = l.Close()
		r.acceptor.Drain()
	})
	return path
}

// dialFrom connects from an address.
func (r *rig) dialFrom(t *testing.T, from net.Addr) *inprocess.Conn {
	t.Helper()
	path := r.serve(t, func(l net.Listener) net.Listener { return faraway{l, from} })
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return inprocess.Wrap(conn)
}
