package script

import (
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
)

// Host is the turn in which a script runs. Its methods are called on the goroutine
// that runs the script, but for Overdue.
type Host interface {
	// Find returns the command that a request names, its subcommand included, and
	// what Call needs to run it. The command is nil if there is none.
	Find(args [][]byte) (c *command.Command, row any)
	// Call runs a command whose request has passed all checks, and has it write its
	// reply to w. held is false, and nothing has happened, if the command needs shards
	// that the script does not hold.
	Call(c *command.Command, row any, args [][]byte, w *resp.Writer) (held bool)
	// Refusal returns the error for commands that may take memory, as of the beginning
	// of the script, or "".
	Refusal() string
	// Unstorable returns the error for commands that write while changes cannot be
	// stored, or "".
	Unstorable() string
	// Overdue tells that the script runs for too long, and what others are told.
	Overdue(text string)
	// Log writes a message of a script to the server's log. Levels are those of
	// redis.LOG_DEBUG (0) to redis.LOG_WARNING (3).
	Log(level int, text string)
}
