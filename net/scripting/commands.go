package scripting

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// The flags that all commands have that run scripts.
const runs = command.NoScript | command.Stale | command.SkipMonitor | command.NoMandatoryKeys | command.MovableKeys

// What the key specs say of commands whose scripts nobody has read.
const (
	noteWrites = "We cannot tell how the keys will be used so we assume the worst, RW and UPDATE"
	noteReads  = "We cannot tell how the keys will be used so we assume the worst, RO and ACCESS"
)

// Commands returns the rows of scripts and functions.
func (s *Scripting) Commands() []session.Command {
	const (
		writes = command.KeyRW | command.KeyAccess | command.KeyUpdate
		reads  = command.KeyRO | command.KeyAccess
	)
	keys := func(flags command.KeyFlags, notes string) []command.KeySpec {
		return []command.KeySpec{command.KeyNum(2, flags).Noted(notes)}
	}
	row := func(name, since, summary, args string, flags command.Flags, specs []command.KeySpec, prepare session.Prepare) session.Command {
		complexity := "Depends on the script"
		if name[0] == 'f' {
			complexity = "Depends on the function"
		}
		return session.Command{
			Command: command.Command{Spec: command.Spec{
				Name: name, Arity: -3, Flags: runs | flags, Keys: specs,
				ACL: command.CatScripting, Group: command.GroupScripting, Since: since,
				Summary: summary, Complexity: complexity,
				Args:  args + " numkeys@integer [key@key...] [arg@string...]",
				Route: command.RouteProgram,
			}},
			Program: prepare,
		}
	}
	return []session.Command{
		row("eval", "2.6.0", "Run a Lua script", "script@string", 0, keys(writes, noteWrites), s.eval(false)),
		row("eval_ro", "7.0.0", "Run a Lua script that may only read", "script@string", command.ReadOnly, keys(reads, noteReads), s.eval(true)),
		row("evalsha", "2.6.0", "Run a Lua script the server knows, by its digest", "sha1@string", 0, keys(writes, ""), s.evalSHA(false)),
		row("evalsha_ro", "7.0.0", "Run a Lua script the server knows, by its digest, that may only read", "sha1@string", command.ReadOnly, keys(reads, ""), s.evalSHA(true)),
		row("fcall", "7.0.0", "Call a function", "function@string", 0, keys(writes, noteWrites), s.fcall(false)),
		row("fcall_ro", "7.0.0", "Call a function that only reads", "function@string", command.ReadOnly, keys(reads, noteReads), s.fcall(true)),
		{
			Command: command.Command{Spec: command.Spec{
				Name: "function", Arity: -2,
				Group: command.GroupScripting, Since: "7.0.0",
				Summary:    "Commands about functions",
				Complexity: "Depends on the subcommand",
			}},
			Sub: s.functionCommands(),
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "script", Arity: -2,
				Group: command.GroupScripting, Since: "2.6.0",
				Summary:    "Commands about scripts",
				Complexity: "Depends on the subcommand",
			}},
			Sub: s.scriptCommands(),
		},
	}
}

// subcommand returns the row of a subcommand. None asks a shard for anything, but for
// those that change the libraries, which is recorded.
func subcommand(spec command.Spec, serve func(*session.Client, [][]byte)) session.Command {
	spec.ACL |= command.CatScripting
	spec.Group = command.GroupScripting
	alone := spec.Flags&command.Write == 0
	return session.Command{Command: command.Command{Spec: spec}, Serve: serve, Alone: alone}
}

// The tips of commands that concern every node of a cluster.
func everyNode(response string) []string {
	return []string{"request_policy:all_nodes", "response_policy:" + response}
}

func everyShard(response string) []string {
	return []string{"request_policy:all_shards", "response_policy:" + response}
}

func (s *Scripting) scriptCommands() []session.Command {
	return []session.Command{
		subcommand(command.Spec{
			Name: "debug", Arity: 3, Flags: command.NoScript, Since: "3.2.0",
			Summary: "Turn the debugger of scripts on, which does not exist here, or off", Complexity: "O(1)",
			Args: "mode(YES | SYNC | NO)",
		}, s.serveScriptDebug),
		subcommand(command.Spec{
			Name: "exists", Arity: -3, Flags: command.NoScript, Since: "2.6.0",
			Summary:    "Tell which scripts the server knows",
			Complexity: "O(N) where N is the number of digests given",
			Args:       "sha1@string...",
			Tips:       everyShard("agg_logical_and"),
		}, s.serveScriptExists),
		subcommand(command.Spec{
			Name: "flush", Arity: -2, Flags: command.NoScript, Since: "2.6.0",
			Summary:    "Forget all scripts",
			Complexity: "O(1)",
			Args:       "[async(ASYNC | SYNC)^6.2.0]",
			Tips:       everyNode("all_succeeded"),
			History:    []command.Change{{Since: "6.2.0", What: "The modes `ASYNC` and `SYNC`."}},
		}, s.serveScriptFlush),
		subcommand(command.Spec{
			Name: "help", Arity: 2, Flags: command.Loading | command.Stale, Since: "5.0.0",
			Summary: "Describe the subcommands", Complexity: "O(1)",
		}, session.ServeHelp),
		subcommand(command.Spec{
			Name: "kill", Arity: 2, Flags: command.NoScript | command.AllowBusy, Since: "2.6.0",
			Summary: "End scripts that run for too long and have written nothing", Complexity: "O(1)",
			Tips: everyShard("one_succeeded"),
		}, s.kill(false)),
		subcommand(command.Spec{
			Name: "load", Arity: 3, Flags: command.NoScript | command.Stale, Since: "2.6.0",
			Summary:    "Make a script known without running it",
			Complexity: "O(N) where N is the length of the script",
			Args:       "script@string",
			Tips:       everyNode("all_succeeded"),
		}, s.serveScriptLoad),
	}
}

func (s *Scripting) functionCommands() []session.Command {
	const changes = command.Write | command.NoScript
	return []session.Command{
		subcommand(command.Spec{
			Name: "delete", Arity: 3, Flags: changes, Since: "7.0.0",
			Summary: "Delete a library and its functions", Complexity: "O(1)",
			Args: "library-name@string", Tips: everyShard("all_succeeded"),
		}, s.serveFunctionDelete),
		subcommand(command.Spec{
			Name: "dump", Arity: 2, Flags: command.NoScript, Since: "7.0.0",
			Summary: "Return all libraries as bytes", Complexity: "O(N) where N is the number of functions",
		}, s.serveFunctionDump),
		subcommand(command.Spec{
			Name: "flush", Arity: -2, Flags: changes, Since: "7.0.0",
			Summary: "Delete all libraries", Complexity: "O(1)",
			Args: "[async(ASYNC | SYNC)]", Tips: everyShard("all_succeeded"),
		}, s.serveFunctionFlush),
		subcommand(command.Spec{
			Name: "help", Arity: 2, Flags: command.Loading | command.Stale, Since: "7.0.0",
			Summary: "Describe the subcommands", Complexity: "O(1)",
		}, session.ServeHelp),
		subcommand(command.Spec{
			Name: "kill", Arity: 2, Flags: command.NoScript | command.AllowBusy, Since: "7.0.0",
			Summary: "End functions that run for too long and have written nothing", Complexity: "O(1)",
			Tips: everyShard("one_succeeded"),
		}, s.kill(true)),
		subcommand(command.Spec{
			Name: "list", Arity: -2, Flags: command.NoScript, Since: "7.0.0",
			Summary: "Describe the libraries and their functions", Complexity: "O(N) where N is the number of functions",
			Args: "[LIBRARYNAME library-name-pattern@string] [WITHCODE]", Tips: []string{"nondeterministic_output_order"},
		}, s.serveFunctionList),
		subcommand(command.Spec{
			Name: "load", Arity: -3, Flags: changes | command.DenyOOM, Since: "7.0.0",
			Summary: "Load a library of functions", Complexity: "O(N) where N is the length of the code",
			Args: "[REPLACE] function-code@string", Tips: everyShard("all_succeeded"),
		}, s.serveFunctionLoad),
		subcommand(command.Spec{
			Name: "restore", Arity: -3, Flags: changes | command.DenyOOM, Since: "7.0.0",
			Summary: "Load libraries from bytes of FUNCTION DUMP", Complexity: "O(N) where N is the number of functions",
			Args: "serialized-value@string [policy(FLUSH | APPEND | REPLACE)]", Tips: everyShard("all_succeeded"),
		}, s.serveFunctionRestore),
		subcommand(command.Spec{
			Name: "stats", Arity: 2, Flags: command.NoScript | command.AllowBusy, Since: "7.0.0",
			Summary: "Tell about functions: how many there are, and one that runs for too long", Complexity: "O(1)",
			Tips: append([]string{"nondeterministic_output"}, everyShard("special")...),
		}, s.serveFunctionStats),
	}
}
