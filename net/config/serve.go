package config

import (
	"errors"
	"fmt"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// serveGet replies with the parameters that match.
func (s *Store) serveGet(c *session.Client, args [][]byte) {
	found := s.Get(args[2:])
	c.Reply.Map(len(found))
	for _, setting := range found {
		c.Reply.BulkString(setting.Name)
		c.Reply.BulkString(setting.Value)
	}
}

// serveSet changes parameters.
func (s *Store) serveSet(c *session.Client, args [][]byte) {
	if len(args)%2 != 0 {
		c.Reply.Error(command.ErrSyntax)
		return
	}
	var fault *Fault
	if errors.As(s.Set(args[2:], c.Local()), &fault) {
		c.Reply.Error(fault.text())
		return
	}
	c.Reply.OK()
}

// serveRewrite writes the configuration file.
func (s *Store) serveRewrite(c *session.Client, _ [][]byte) {
	switch err := s.Rewrite(); {
	case errors.Is(err, ErrNoFile):
		c.Reply.Error(textNoFile)
	case err != nil:
		c.Reply.Error(fmt.Sprintf(textRewrite, reason(err)))
	default:
		c.Reply.OK()
	}
}

// serveResetstat sets the statistics back.
func (s *Store) serveResetstat(c *session.Client, _ [][]byte) {
	s.hooks.ResetStat(c.Troupe())
	c.Reply.OK()
}
