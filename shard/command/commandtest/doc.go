// Package commandtest runs command handlers in tests against real keyspaces,
// without actors, connections or a router.
//
//	h := commandtest.New(t, 1, Commands)
//	h.Do("SET", "k", "v")     // "+OK\r\n"
//	h.Advance(5)              // five milliseconds later
//	h.Do("GET", "k")          // "$1\r\nv\r\n"
//
// A Harness plays the part of the layers above a handler as far as a handler can
// tell: it finds the row, checks the arity, selects the database, prepares the
// Ctx for a turn and hands over arguments that die with the call. With one shard
// the turn holds it alone. With several, a request goes where its Spec says: the
// turn holds the shards that own its keys and no others, split commands are cut by
// key and the replies of their parts merged. A handler that reaches a key in the
// wrong shard, or one its Spec does not name, is found.
package commandtest
