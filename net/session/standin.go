package session

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
)

// StandIn is a client without a connection: the one on whose behalf commands are served
// that a script calls. It belongs to the goroutine that runs the script.
type StandIn struct{ client Client }

// NewStandIn returns a client for the scripts of a server.
func NewStandIn(env *Env) *StandIn {
	s := &StandIn{}
	s.client.env, s.client.authed = env, true
	return s
}

// Serve serves a command in a turn, with the reply going to w in w's protocol. number is
// the selected database, and what is returned the one that is selected afterwards. t is
// a Troupe whose shards stand still for the script; nil will do for a command that asks
// no shard.
func (s *StandIn) Serve(cmd *Command, args [][]byte, w *resp.Writer, number int, t *shard.Troupe) (selected int) {
	c := &s.client
	c.Reply, c.standing, c.number, c.proto = w, t, number, max(w.Proto, 2)
	cmd.Serve(c, args)
	c.Reply, c.standing = nil, nil
	return c.number
}

// Send sends on their way the messages that the commands have sent to others.
func (s *StandIn) Send() { s.client.courier.Depart() }
