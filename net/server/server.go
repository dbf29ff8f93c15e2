package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/troupe-db/troupe/actor"
	"github.com/troupe-db/troupe/net/admin"
	"github.com/troupe-db/troupe/net/catalog"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/listen"
	"github.com/troupe-db/troupe/net/migrate"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/scripting"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/net/tracking"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/disk"
	"github.com/troupe-db/troupe/shard/journal"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// backgroundMost is how many pieces of work may go on off the shards at a time.
const backgroundMost = 4

// Server is a running server.
type Server struct {
	log    *slog.Logger
	config *config.Store

	data       keyspace.Source
	settings   session.Source
	troupe     *shard.Troupe
	observer   *measure.Observer
	env        *session.Env
	admin      *admin.Admin
	hub        *pubsub.Hub
	tracking   *tracking.Registry
	scripting  *scripting.Scripting
	persist    *persist.Store
	migration  *migrate.Migration
	journal    *journal.Journal
	aof        *persist.AOF
	pool       *actor.Pool // of connections
	background *actor.Pool
	acceptor   *listen.Acceptor
	clock      *clock

	mu        sync.Mutex // guards listeners and stopping
	listeners []net.Listener
	stopping  bool // no listener may be opened any more

	stopOnce sync.Once
	loaded   chan error    // gets the outcome of loading what was kept, see Loaded
	stopped  chan struct{} // closed when Stop has finished
	asked    chan struct{} // closed when a client has asked for the end
	askOnce  sync.Once
}

// Start starts a server with the given configuration.
func Start(store *config.Store, log *slog.Logger) (*Server, error) {
	s := &Server{
		log: log, config: store, observer: measure.NewObserver(), scripting: scripting.New(),
		loaded: make(chan error, 1), stopped: make(chan struct{}), asked: make(chan struct{}),
	}
	v := store.Values()
	s.publish(v)
	var err error
	if s.pool, err = actor.NewPool(v.MaxClients, s.crashed); err != nil {
		return nil, fmt.Errorf("cannot make the pool of connections: %w", err)
	}
	if s.background, err = actor.NewPool(backgroundMost, s.crashed); err != nil {
		return nil, fmt.Errorf("cannot make the pool of background work: %w", err)
	}
	s.hub = pubsub.NewHub()
	clients := session.NewRegistry()
	s.tracking = tracking.NewRegistry(clients)
	s.journal = journal.New(journal.Options{
		Log: log, Fatal: s.journalFailed,
		Renew: func() { s.aof.Renew() }, Refused: func() { s.persist.Regate() },
		Took: s.observer.Latency.Sample,
	})
	s.troupe = shard.New(shard.Options{
		Shards: v.Shards, Settings: &s.data, Fatal: s.fatal, Later: s.later, Journal: s.journal,
		Herald: s.newHerald, Observer: s.observer, Audience: &s.tracking.Audience,
	})
	s.env = &session.Env{
		Troupe: s.troupe, Settings: &s.settings, Clients: clients,
		Pause: &session.Pause{}, Log: log,
	}
	s.persist = persist.New(persist.Options{
		Config: store, Troupe: s.troupe, FS: disk.OS{}, Log: log, Gate: &s.env.Gate, Later: s.later,
		Version: admin.RedisVersion, Journal: s.journal, Functions: s.libraries, Function: s.loadLibrary,
		Forget: s.scripting.Engine().FlushLibraries,
	})
	s.aof = persist.NewAOF(persist.AOFOptions{
		Config: store, Troupe: s.troupe, FS: disk.OS{}, Log: log, Journal: s.journal, Store: s.persist, Env: s.env,
	})
	s.migration = migrate.New()
	s.admin = admin.New(admin.Options{
		Config: store, Troupe: s.troupe, Clients: s.env.Clients, Hub: s.hub, Tracking: s.tracking, Persist: s.persist, AOF: s.aof,
		Scripts: s.scripting.Engine(), Shutdown: s.ask,
	})
	if s.env.Table, err = catalog.New(store, s.admin, s.hub, s.tracking, s.persist, s.aof, s.scripting, s.migration); err != nil {
		return nil, fmt.Errorf("the table of commands is wrong: %w", err)
	}
	s.scripting.Bind(s.env.Table)
	s.acceptor = &listen.Acceptor{Env: s.env, Pool: s.pool, Log: log}
	if s.listeners, err = listen.Open(sockets(v)); err != nil {
		s.troupe.Stop()
		return nil, err
	}
	store.Hook(config.Hooks{Apply: s.apply, ResetStat: s.resetStats})
	s.clock = startClock(s) // before the first client, who may change its rate
	s.load()                // before the first client, if there is nothing
	s.acceptor.Accept(s.listeners)
	return s, nil
}

// load loads what was kept, on a goroutine of its own if that may take time.
func (s *Server) load() {
	found, load := s.persist.Found, s.persist.Load
	if s.config.Values().Appending.On {
		found, load = s.aof.Found, s.aof.Load
	}
	if !found() {
		s.loaded <- load()
		return
	}
	go func() { s.loaded <- load() }()
}

// Loaded returns a channel that gets one value when the data that were kept are served,
// or an error when they cannot be loaded: the server is to be stopped then. Until then
// clients that need data are told to wait.
func (s *Server) Loaded() <-chan error { return s.loaded }

// Leave prepares for the end of the server in a way that a signal has asked for: it
// saves the data unless the configuration or the signal wants otherwise. The server is
// to go on if that fails.
func (s *Server) Leave(how config.Stopping) error {
	if s.persist.Leave(how.Save, how.NoSave) || how.Force {
		return nil
	}
	return errNotSaved
}

// errNotSaved says that what the server holds was not saved.
var errNotSaved = errors.New("the data could not be saved")

// sockets returns where the configuration wants the server to listen.
func sockets(v *config.Values) listen.Options {
	o := listen.Options{Bind: v.Bind, Port: v.Port, Backlog: v.TCPBacklog, Unix: v.UnixSocket, UnixPerm: v.UnixSocketPerm}
	if len(v.Bind) == 0 {
		o.Port = 0 // no address, no TCP
	}
	return o
}

// publish makes the configuration known to shards and connections.
func (s *Server) publish(v *config.Values) {
	s.data.Store(v.Settings())
	s.scripting.Engine().SetThreshold(time.Duration(v.BusyThreshold) * time.Millisecond)
	s.observer.Configure(v.Thresholds)
	s.settings.Store(&session.Settings{
		RequirePass: v.RequirePass, MaxClients: v.MaxClients,
		MaxBulk: v.Data.ProtoMaxBulkLen, QueryBufferLimit: v.QueryBufferLimit,
		Timeout: time.Duration(v.Timeout) * time.Second, KeepAlive: time.Duration(v.TCPKeepalive) * time.Second,
		ProtectedMode: v.ProtectedMode, Databases: v.Data.Databases, Limited: v.Data.MaxMemory > 0, Journaled: v.Appending.On,
		PubSubLimit: v.OutputLimits[config.OutputPubSub], NormalLimit: v.OutputLimits[config.OutputNormal],
		Told: v.Settings().Events != 0,
	})
}

// Addrs returns the addresses the server listens on.
func (s *Server) Addrs() []net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	addrs := make([]net.Addr, 0, len(s.listeners))
	for _, l := range s.listeners {
		addrs = append(addrs, l.Addr())
	}
	return addrs
}

// Asked returns a channel that is closed when a client has asked for the end of
// the server.
func (s *Server) Asked() <-chan struct{} { return s.asked }

func (s *Server) ask() { s.askOnce.Do(func() { close(s.asked) }) }

// Commands returns how many commands clients have sent, in O(connections).
func (s *Server) Commands() int64 { return s.env.Clients.Traffic().Commands }

// Busy tells whether there is work beside the commands: data are loaded or saved.
func (s *Server) Busy() bool { return s.persist.Busy() }

// Stop ends the server: no new connections, the commands at hand are finished,
// the shards end. It returns when all is over, and may be called more than once.
func (s *Server) Stop() {
	s.stopOnce.Do(func() {
		s.mu.Lock()
		s.stopping = true
		listen.Close(s.listeners)
		s.mu.Unlock()
		s.env.Pause.Stop()
		s.scripting.Engine().Stop()
		s.acceptor.Drain()
		s.clock.stop()
		s.persist.Stop()
		s.migration.Close()
		s.troupe.Stop()
		s.aof.Stop()
		_ = s.pool.Close(time.Second)
		_ = s.background.Close(time.Second)
		close(s.stopped)
	})
	<-s.stopped
}

// later runs work off the shards, and on a goroutine of its own when the pool
// has none left: it must be done in any case.
func (s *Server) later(work func()) {
	if s.background.Go(work) != nil {
		go work()
	}
}

// crashed reports a panic on a goroutine of a pool. The connection it served is
// gone; the others go on.
func (s *Server) crashed(reason any) {
	s.log.Error("a goroutine has failed; its connection is closed", "reason", reason, "stack", string(debug.Stack()))
}

// fatal ends the process: a command that writes has failed half way, and what is
// in memory can no longer be trusted.
func (s *Server) fatal(c shard.Crash) {
	s.log.Error("a command that writes has failed; stopping, since data may be damaged",
		"command", c.Command, "reason", c.Reason, "stack", string(c.Stack))
	os.Exit(1)
}

// journalFailed ends the process: appendfsync is always, and what clients would be told
// could not be kept.
func (s *Server) journalFailed(err error) {
	s.log.Error("stopping, since nothing can be promised any more", "error", err)
	os.Exit(1)
}

func (s *Server) resetStats(t *shard.Troupe) {
	t.ResetStats()
	s.env.Clients.ResetStats()
	s.admin.ResetStats()
}
