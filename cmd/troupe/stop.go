package main

import (
	"log/slog"
	"os"
	"syscall"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
)

// running is a server and what may end it. A signal or SHUTDOWN stops it in good order;
// an interrupt while it stops ends it at once.
type running struct {
	server  *server.Server
	store   *config.Store
	log     *slog.Logger
	signals <-chan os.Signal
}

// untilStopped waits for the end of the server and returns the exit code.
func (r *running) untilStopped() int {
	if code, ended := r.await(); ended {
		return code
	}
	if !r.patiently(r.server.Stop) {
		return 1
	}
	r.log.Warn("bye")
	return 0
}

// await returns when the server is to be stopped. It reports the exit code when there
// is nothing to be waited for.
func (r *running) await() (code int, ended bool) {
	loaded := r.server.Loaded()
	for {
		select {
		case err := <-loaded:
			if err != nil {
				r.log.Error("cannot load the data", "error", err)
				return 1, true
			}
			r.log.Info("ready to accept connections: try " + try(r.server.Addrs()))
			loaded = nil
		case received := <-r.signals:
			if loaded != nil {
				r.log.Warn("stopped while the data were loaded", "signal", received.String())
				return 0, true
			}
			r.log.Warn("stopping, the commands at hand are finished first", "signal", received.String())
			var err error
			if !r.patiently(func() { err = r.server.Leave(r.how(received)) }) {
				return 1, true
			}
			if err == nil {
				return 0, false
			}
			r.log.Error("going on, since the data would be lost; SHUTDOWN NOSAVE stops all the same")
		case <-r.server.Asked():
			r.log.Warn("stopping, a client has asked for it")
			return 0, false
		}
	}
}

// how returns what the configuration wants of a signal.
func (r *running) how(received os.Signal) config.Stopping {
	if received == syscall.SIGINT {
		return r.store.Values().OnSigint
	}
	return r.store.Values().OnSigterm
}

// patiently runs work and waits for it. It reports false when an interrupt has come
// first; any other signal asks for what is done already.
func (r *running) patiently(work func()) bool {
	done := make(chan struct{})
	go func() {
		work()
		close(done)
	}()
	for {
		select {
		case <-done:
			return true
		case received := <-r.signals:
			if received == syscall.SIGINT {
				r.log.Error("stopped at once", "signal", received.String())
				return false
			}
			r.log.Warn("stopping already; an interrupt would stop at once", "signal", received.String())
		}
	}
}
