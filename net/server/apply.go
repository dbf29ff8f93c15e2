package server

import (
	"net"
	"os"
	"slices"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/listen"
)

// apply makes a change of the configuration take effect, or returns why it
// cannot and leaves everything as it was.
func (s *Server) apply(old, new *config.Values) error {
	if new.MaxClients > old.MaxClients {
		if err := raiseFiles(new.MaxClients); err != nil {
			return &config.Fault{Parameter: "maxclients", Reason: err.Error()}
		}
	}
	if old.Appending.On != new.Appending.On && s.persist.Loading() {
		return &config.Fault{Parameter: "appendonly", Reason: "the data are still being loaded"}
	}
	if old.Dir != new.Dir {
		if err := os.Chdir(new.Dir); err != nil {
			return &config.Fault{Parameter: "dir", Reason: err.Error()}
		}
	}
	if old.Port != new.Port || !slices.Equal(old.Bind, new.Bind) {
		if err := s.listenAgain(old, new); err != nil {
			s.log.Warn("could not move to the new addresses, listening on the old ones", "error", err)
			if old.Dir != new.Dir {
				_ = os.Chdir(old.Dir)
			}
			return listenFault(old, new)
		}
	}
	s.pool.Resize(new.MaxClients)
	s.publish(new)
	s.persist.Configured(new)
	s.aof.Configured(new)
	s.clock.setRate(new.Hz)
	return nil
}

// listenFault is the error for addresses that cannot be listened on, in Redis's
// words.
func listenFault(old, new *config.Values) *config.Fault {
	if old.Port != new.Port {
		return &config.Fault{Parameter: "port", Reason: "Unable to listen on this port. Check server logs."}
	}
	return &config.Fault{Parameter: "bind", Reason: "Failed to bind to specified addresses."}
}

// listenAgain moves the TCP sockets. The old ones are closed first, since a new
// one may want the same address; they are opened again when the new ones fail.
func (s *Server) listenAgain(old, new *config.Values) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return net.ErrClosed
	}
	tcp := func(l net.Listener) bool { return l.Addr().Network() == "tcp" }
	for _, l := range s.listeners {
		if tcp(l) {
			_ = l.Close()
		}
	}
	s.listeners = slices.DeleteFunc(s.listeners, tcp)
	where := sockets(new)
	where.Unix = ""
	opened, err := listen.Open(where)
	if err != nil {
		where = sockets(old)
		where.Unix = ""
		opened, _ = listen.Open(where)
	}
	s.listeners = append(s.listeners, opened...)
	s.acceptor.Accept(opened)
	return err
}
