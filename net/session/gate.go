package session

import "github.com/troupe-db/troupe/shard/command"

// Gate keeps commands from being served while the server is not fit for them. It is
// immutable; nil lets everything through.
type Gate struct {
	// Loading is the error of commands without the flag Loading while data are being
	// loaded, "" for none.
	Loading string
	// Stored is the error of commands that write, and of PING, while changes cannot be
	// stored, "" for none.
	Stored string
}

// refuse returns the error for a command whose effects, with those of a transaction
// it ends, are these, or "".
func (g *Gate) refuse(cmd *Command, effects command.Flags) string {
	if g.Stored != "" && (effects&command.Write != 0 || cmd.full == "ping") {
		return g.Stored
	}
	if g.Loading != "" && cmd.Flags&command.Loading == 0 {
		return g.Loading
	}
	return ""
}
