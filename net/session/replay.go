package session

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
)

// Play runs a command that is a program, such as a script, on behalf of nobody: its
// reply is not wanted. It holds all shards.
func (s *StandIn) Play(cmd *Command, args [][]byte, number int) {
	c := &s.client
	out := resp.Writer{Proto: 2}
	c.Reply, c.number, c.proto = &out, number, 2
	p, _, refusal := cmd.Program(c, args)
	if refusal == "" {
		x := shard.Execution{Out: out, Number: number}
		c.env.Troupe.Play(p, &cmd.Command, &x, shard.Everyone)
	}
	c.Reply = nil
	s.Send()
}
