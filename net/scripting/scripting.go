package scripting

import (
	"context"
	"log/slog"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/script"
)

// Scripting is the commands of scripts and functions. Any goroutine may use it.
type Scripting struct {
	engine *script.Engine
	table  *session.Table // nil until Bind
}

// New returns the commands, which know no script and no command yet.
func New() *Scripting {
	s := &Scripting{}
	s.engine = script.NewEngine(s)
	return s
}

// Bind tells which commands there are for scripts to call. It is called once, before
// anything is served.
func (s *Scripting) Bind(t *session.Table) { s.table = t }

// Engine returns what the server has of scripts.
func (s *Scripting) Engine() *script.Engine { return s.engine }

// Lookup describes a command to the engine.
func (s *Scripting) Lookup(name, sub string) (script.Callee, bool) {
	if s.table == nil {
		return script.Callee{}, false
	}
	cmd := s.table.Lookup([]byte(name))
	if cmd == nil {
		return script.Callee{}, false
	}
	if len(cmd.Sub) > 0 {
		if cmd = cmd.Subcommand([]byte(sub)); cmd == nil {
			return script.Callee{Container: true}, true
		}
	}
	return script.Callee{Spec: &cmd.Spec, Free: cmd.Serve != nil && (cmd.Pure || cmd.Alone)}, true
}

// program is one run of a script, and its host in the turn.
type program struct {
	run     *script.Run
	env     *session.Env
	x       *shard.Execution
	standIn *session.StandIn // nil until it is needed
}

// Run runs the script.
func (p *program) Run(x *shard.Execution) {
	p.x = x
	p.run.Execute(p, &x.Out)
	if p.standIn != nil {
		p.standIn.Send()
	}
}

// Find returns the command that a request names.
func (p *program) Find(args [][]byte) (c *command.Command, row any) {
	cmd := p.env.Table.Lookup(args[0])
	switch {
	case cmd == nil:
		return nil, nil
	case len(cmd.Sub) == 0:
		return &cmd.Command, cmd
	case len(args) == 1:
		return &cmd.Command, nil
	}
	if cmd = cmd.Subcommand(args[1]); cmd == nil {
		return nil, nil
	}
	return &cmd.Command, cmd
}

// Call runs a command on the shards that the script holds.
func (p *program) Call(c *command.Command, row any, args [][]byte, w *resp.Writer) (held bool) {
	cmd, ok := row.(*session.Command)
	if !ok {
		return false
	}
	if cmd.Serve != nil {
		return p.serve(cmd, args, w)
	}
	x := p.x
	r := shard.Request{Command: c, Args: args}
	owner := shard.AllHeld
	switch {
	case c.Route == command.RouteCursor:
		owner = generic.ScanShard(args[1], x.Shards())
	case c.Route == command.RouteEach && x.Shards() == 1:
		owner = 0
	case c.Route == command.RouteEach:
		return p.each(cmd, args, w)
	case c.Route == command.RouteAll:
	case cmd.KeyIndex() != 0:
		r.Key = int32(cmd.KeyIndex())
		r.Hash, owner = x.Locate(args[r.Key])
	default:
		var known bool
		if owner, known = p.owner(cmd, args); known {
			x.Perform(&r, shard.AllHeld, w)
			return true
		}
	}
	if !x.Holds(owner) {
		return false
	}
	x.Perform(&r, owner, w)
	return true
}

// owner finds the shard of a command that may have several keys. If they are of several
// shards, known tells whether all of these are held; else owner is to be looked at.
func (p *program) owner(cmd *session.Command, args [][]byte) (owner int, known bool) {
	var space [8]command.KeyRef
	keys, err := cmd.AppendKeys(space[:0], args)
	if err != nil || len(keys) == 0 {
		// The handler says what is wrong before it looks for a key. One shard will do for
		// that: on it, any name leads somewhere.
		return p.x.Some(), false
	}
	several := false
	for i, k := range keys {
		_, at := p.x.Locate(args[k.Index])
		if !p.x.Holds(at) {
			return at, false
		}
		several = several || i > 0 && at != owner
		owner = at
	}
	return owner, several
}

// each runs a command on the data of all shards.
func (p *program) each(cmd *session.Command, args [][]byte, w *resp.Writer) (held bool) {
	x := p.x
	if !x.Holds(shard.AllHeld) {
		return false
	}
	proto := x.Out.Proto
	x.Out.Proto = w.Proto
	x.Stand()
	replies := x.Each(&cmd.Command, args)
	x.Out.Proto = proto
	for _, reply := range replies {
		if reply[0] == '-' {
			w.Buf = append(w.Buf, reply...)
			return true
		}
	}
	session.MergeReplies(w, cmd.Merge, replies)
	return true
}

// serve runs a command that connections serve themselves.
func (p *program) serve(cmd *session.Command, args [][]byte, w *resp.Writer) (held bool) {
	var troupe *shard.Troupe
	if !cmd.Pure && !cmd.Alone {
		if !p.x.Holds(shard.AllHeld) {
			return false
		}
		troupe = p.x.Stand()
	}
	if p.standIn == nil {
		p.standIn = session.NewStandIn(p.env)
	}
	p.x.Number = p.standIn.Serve(cmd, args, w, p.x.Number, troupe)
	return true
}

// Refusal returns the error for commands that may take memory.
func (p *program) Refusal() string { return p.x.Refusal }

// Unstorable returns the error for commands that write.
func (p *program) Unstorable() string {
	if gate := p.env.Gate.Load(); gate != nil {
		return gate.Stored
	}
	return ""
}

// Overdue has other clients be told that they would wait for a script.
func (p *program) Overdue(text string) { p.x.Overdue(text) }

// Log writes a message of a script to the server's log.
func (p *program) Log(level int, text string) {
	levels := [...]slog.Level{slog.LevelDebug, slog.LevelDebug + 2, slog.LevelInfo, slog.LevelWarn}
	p.env.Log.Log(context.Background(), levels[level], text)
}

// prepared makes a program of a run.
func prepared(c *session.Client, r *script.Run) (shard.Program, bool, string) {
	return &program{run: r, env: c.Env()}, r.Confined(), ""
}

// split returns the keys and the arguments of a request, which are counted by its third
// word.
func split(args [][]byte, notNumber string) (keys, rest [][]byte, refusal string) {
	n, ok := num.ParseInt(args[2])
	switch {
	case !ok:
		return nil, nil, notNumber
	case n > int64(len(args)-3):
		return nil, nil, script.ErrKeysTooMany
	case n < 0:
		return nil, nil, script.ErrKeysNegative
	}
	return args[3 : 3+n], args[3+n:], ""
}

// eval prepares EVAL and EVAL_RO.
func (s *Scripting) eval(readOnly bool) session.Prepare {
	return func(c *session.Client, args [][]byte) (shard.Program, bool, string) {
		keys, rest, refusal := split(args, command.ErrNotInteger)
		if refusal != "" {
			return nil, false, refusal
		}
		found, refusal := s.engine.Eval(args[1])
		if refusal != "" {
			return nil, false, refusal
		}
		return prepared(c, s.engine.RunScript(found, keys, rest, readOnly))
	}
}

// evalSHA prepares EVALSHA and EVALSHA_RO.
func (s *Scripting) evalSHA(readOnly bool) session.Prepare {
	return func(c *session.Client, args [][]byte) (shard.Program, bool, string) {
		found := s.engine.Get(args[1])
		if len(args[1]) != script.DigestSize {
			return nil, false, script.ErrNoScript
		}
		keys, rest, refusal := split(args, command.ErrNotInteger)
		switch {
		case refusal != "":
			return nil, false, refusal
		case found == nil:
			return nil, false, script.ErrNoScript
		}
		return prepared(c, s.engine.RunScript(found, keys, rest, readOnly))
	}
}

// fcall prepares FCALL and FCALL_RO.
func (s *Scripting) fcall(readOnly bool) session.Prepare {
	return func(c *session.Client, args [][]byte) (shard.Program, bool, string) {
		f := s.engine.Libraries().Function(args[1])
		if f == nil {
			return nil, false, script.ErrNoFunction
		}
		keys, rest, refusal := split(args, script.ErrBadKeys)
		if refusal != "" {
			return nil, false, refusal
		}
		return prepared(c, s.engine.RunFunction(f, keys, rest, readOnly))
	}
}
