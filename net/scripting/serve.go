package scripting

import (
	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/script"
)

// The error texts of SCRIPT DEBUG.
const (
	errDebugMode = "ERR Use SCRIPT DEBUG YES/SYNC/NO"
	errNoDebug   = "ERR SCRIPT DEBUG is not supported by this server"
)

func (s *Scripting) serveScriptLoad(c *session.Client, args [][]byte) {
	found, refusal := s.engine.Load(args[2])
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.Reply.BulkString(found.SHA)
}

func (s *Scripting) serveScriptExists(c *session.Client, args [][]byte) {
	c.Reply.Array(len(args) - 2)
	for _, sha := range args[2:] {
		if s.engine.Get(sha) != nil {
			c.Reply.Int(1)
		} else {
			c.Reply.Int(0)
		}
	}
}

// flushMode tells whether the words behind the subcommand are none, or SYNC or ASYNC.
func flushMode(words [][]byte) bool {
	return len(words) == 0 ||
		len(words) == 1 && (command.EqualFold(words[0], "SYNC") || command.EqualFold(words[0], "ASYNC"))
}

func (s *Scripting) serveScriptFlush(c *session.Client, args [][]byte) {
	if !flushMode(args[2:]) {
		c.Reply.Error(script.ErrScriptFlush)
		return
	}
	s.engine.Flush()
	c.Reply.OK()
}

// serveScriptDebug says that there is no debugger. Turning it off is what it is.
func (s *Scripting) serveScriptDebug(c *session.Client, args [][]byte) {
	switch mode := args[2]; {
	case command.EqualFold(mode, "NO"):
		c.Reply.OK()
	case command.EqualFold(mode, "YES"), command.EqualFold(mode, "SYNC"):
		c.Reply.Error(errNoDebug)
	default:
		c.Reply.Error(errDebugMode)
	}
}

// kill serves SCRIPT KILL and FUNCTION KILL.
func (s *Scripting) kill(functions bool) func(*session.Client, [][]byte) {
	return func(c *session.Client, _ [][]byte) {
		if refusal := s.engine.Kill(functions); refusal != "" {
			c.Reply.Error(refusal)
			return
		}
		c.Reply.OK()
	}
}

// recorder has a change of the libraries recorded as the request that asks for it.
func recorder(c *session.Client, args [][]byte) script.Recorder {
	return func(change func() bool) { c.Troupe().Note(args, change) }
}

func (s *Scripting) serveFunctionLoad(c *session.Client, args [][]byte) {
	replace := false
	for _, word := range args[2 : len(args)-1] {
		if !command.EqualFold(word, "REPLACE") {
			c.Reply.Error("ERR Unknown option given: " + string(word))
			return
		}
		replace = true
	}
	name, refusal := s.engine.LoadLibrary(args[len(args)-1], replace, recorder(c, args))
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.Reply.BulkString(name)
}

func (s *Scripting) serveFunctionDelete(c *session.Client, args [][]byte) {
	found := false
	c.Troupe().Note(args, func() bool {
		found = s.engine.DeleteLibrary(string(args[2]))
		return found
	})
	if !found {
		c.Reply.Error(script.ErrNoLibrary)
		return
	}
	c.Reply.OK()
}

func (s *Scripting) serveFunctionFlush(c *session.Client, args [][]byte) {
	switch {
	case len(args) > 3:
		c.Reply.Error(command.BadSubcommand(args[1], "FUNCTION"))
	case !flushMode(args[2:]):
		c.Reply.Error(script.ErrFlushMode)
	default:
		c.Troupe().Note(args, func() bool {
			s.engine.FlushLibraries()
			return true
		})
		c.Reply.OK()
	}
}

func (s *Scripting) serveFunctionList(c *session.Client, args [][]byte) {
	var pattern []byte
	given, withCode := false, false
	for i := 2; i < len(args); i++ {
		switch word := args[i]; {
		case !withCode && command.EqualFold(word, "WITHCODE"):
			withCode = true
		case !given && command.EqualFold(word, "LIBRARYNAME"):
			if i++; i >= len(args) {
				c.Reply.Error(script.ErrLibraryArg)
				return
			}
			pattern, given = args[i], true
		default:
			c.Reply.Error("ERR Unknown argument " + string(word))
			return
		}
	}
	libraries := s.engine.Libraries().All()
	if given {
		libraries = matching(libraries, pattern)
	}
	c.Reply.Array(len(libraries))
	for _, lib := range libraries {
		writeLibrary(c, lib, withCode)
	}
}

// matching returns the libraries whose names match a pattern, in any case.
func matching(libraries []*script.Library, pattern []byte) (found []*script.Library) {
	for _, lib := range libraries {
		if glob.Match(pattern, []byte(lib.Name), true) {
			found = append(found, lib)
		}
	}
	return found
}

func writeLibrary(c *session.Client, lib *script.Library, withCode bool) {
	w := c.Reply
	fields := 3
	if withCode {
		fields++
	}
	w.Map(fields)
	w.BulkString("library_name")
	w.BulkString(lib.Name)
	w.BulkString("engine")
	w.BulkString("LUA")
	w.BulkString("functions")
	w.Array(len(lib.Functions))
	for _, f := range lib.Functions {
		w.Map(3)
		w.BulkString("name")
		w.BulkString(f.Name)
		w.BulkString("description")
		if f.Described {
			w.BulkString(f.Description)
		} else {
			w.Null()
		}
		w.BulkString("flags")
		names := f.Flags.Names()
		w.Set(len(names))
		for _, name := range names {
			w.Status(name)
		}
	}
	if withCode {
		w.BulkString("library_code")
		w.BulkString(lib.Code)
	}
}

func (s *Scripting) serveFunctionStats(c *session.Client, _ [][]byte) {
	w := c.Reply
	r, refusal := s.engine.RunningFunction()
	if refusal != "" {
		w.Error(refusal)
		return
	}
	w.Map(2)
	w.BulkString("running_script")
	if r == nil {
		w.Null()
	} else {
		w.Map(3)
		w.BulkString("name")
		w.BulkString(r.Name)
		w.BulkString("command")
		w.Array(len(r.Request))
		for _, word := range r.Request {
			w.Bulk(word)
		}
		w.BulkString("duration_ms")
		w.Int(r.For.Milliseconds())
	}
	libraries, functions := s.engine.Libraries().Counts()
	w.BulkString("engines")
	w.Map(1)
	w.BulkString("LUA")
	w.Map(2)
	w.BulkString("libraries_count")
	w.Int(int64(libraries))
	w.BulkString("functions_count")
	w.Int(int64(functions))
}

func (s *Scripting) serveFunctionDump(c *session.Client, _ [][]byte) {
	payload, err := dumpLibraries(s.engine.Libraries().All())
	if err != nil {
		c.Reply.Error(command.ErrInternal)
		return
	}
	c.Reply.Bulk(payload)
}

func (s *Scripting) serveFunctionRestore(c *session.Client, args [][]byte) {
	if len(args) > 4 {
		c.Reply.Error(command.BadSubcommand(args[1], "FUNCTION"))
		return
	}
	policy := script.Append
	if len(args) == 4 {
		switch word := args[3]; {
		case command.EqualFold(word, "APPEND"):
		case command.EqualFold(word, "REPLACE"):
			policy = script.Replace
		case command.EqualFold(word, "FLUSH"):
			policy = script.Flush
		default:
			c.Reply.Error(script.ErrRestorePolicy)
			return
		}
	}
	codes, refusal := readLibraries(args[2])
	if refusal == "" {
		refusal = s.engine.RestoreLibraries(codes, policy, recorder(c, args))
	}
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.Reply.OK()
}
