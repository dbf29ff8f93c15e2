package persist

import (
	"errors"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the rows of the commands about snapshots.
func (s *Store) Commands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "bgsave", Arity: -1,
				Flags: command.Admin | command.NoScript | command.NoAsyncLoading,
				Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Save all data to a file while clients go on",
				Complexity: "O(1) for the command; the snapshot takes O(N) in the background, where N is the number of keys",
				Args:       "[SCHEDULE^3.2.2]",
				History: []command.Change{
					{Since: "3.2.2", What: "The option `SCHEDULE`."},
				},
			}},
			Serve: s.serveBgsave,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "lastsave", Arity: 1,
				Flags: command.Loading | command.Stale | command.Fast,
				ACL:   command.CatAdmin | command.CatDangerous, Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Return when the data were saved last",
				Complexity: "O(1)",
				Tips:       []string{"nondeterministic_output"},
			}},
			Serve: s.serveLastsave,
			Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "save", Arity: 1,
				Flags: command.Admin | command.NoScript | command.NoAsyncLoading | command.NoMulti,
				Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Save all data to a file and wait until that is done",
				Complexity: "O(N) where N is the number of keys",
			}},
			Serve: s.serveSave,
		},
	}
}

// serveSave answers SAVE. Other clients are served meanwhile.
func (s *Store) serveSave(c *session.Client, _ [][]byte) {
	switch err := s.Save(); {
	case errors.Is(err, ErrUnderWay):
		c.Reply.Error(textUnderWay)
	case err != nil:
		c.Reply.Error(textFailed)
	default:
		c.Reply.OK()
	}
}

// serveBgsave answers BGSAVE [SCHEDULE]. Within a transaction the snapshot is taken
// behind it.
func (s *Store) serveBgsave(c *session.Client, args [][]byte) {
	schedule := len(args) == 2 && command.EqualFold(args[1], "SCHEDULE")
	if len(args) > 1 && !schedule {
		c.Reply.Error(command.ErrSyntax)
		return
	}
	if c.Troupe() != s.options.Troupe {
		if s.schedule(true) {
			c.Reply.Status(textScheduled)
		} else {
			c.Reply.Error(textUnderWay)
		}
		return
	}
	switch _, err := s.begin(); {
	case err == nil:
		c.Reply.Status(textStarted)
	case errors.Is(err, ErrUnderWay):
		c.Reply.Error(textUnderWay)
	case errors.Is(err, ErrRewrite) && schedule:
		s.schedule(false)
		c.Reply.Status(textScheduled)
	case errors.Is(err, ErrRewrite):
		c.Reply.Error(textRewriting)
	default:
		c.Reply.Error(textFailed)
	}
}

// schedule has a snapshot taken as soon as that is possible, and reports false when
// one is under way. soon tells that nothing keeps it from beginning but the turn at
// hand.
func (s *Store) schedule(soon bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil && !s.running.base {
		return false
	}
	s.scheduled = true
	if soon && s.running == nil {
		s.options.Later(s.follow)
	}
	return true
}

// serveLastsave answers LASTSAVE.
func (s *Store) serveLastsave(c *session.Client, _ [][]byte) {
	c.Reply.Int(s.LastSave().Unix())
}
