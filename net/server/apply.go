package server

import (
	"net"
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
	if old.Port != new.Port || !slices.Equal(old.Bind, new.Bind) {
		if err := s.listenAgain(old, new); err != nil {
			return &config.Fault{Parameter: "bind", Reason: err.Error()}
		}
	}
	s.pool.Resize(new.MaxClients)
	s.publish(new)
	s.clock.setRate(new.Hz)
	return nil
}

// listenAgain moves the TCP sockets. The old ones are closed first, since a new
// one may want the same address; they are opened again when the new ones fail.
func (s *Server) listenAgain(old, new *config.Values) error {
	s.mu.Lock()
	defer s.mu.Unlock()
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
