package command

// Spec is what the server knows about a command besides how to run it.
// Everything else derives from it: the arity check, routing, ACL categories,
// COMMAND and its subcommands, and the commands page of the documentation.
// A Spec is fixed once written; Validate says what a sound one looks like.
type Spec struct {
	// Name is lower case. A subcommand has its own name alone: "usage", not
	// "memory|usage".
	Name string
	// Arity counts every word of the request, the command's name (and the
	// subcommand's) included: exactly n words for n > 0, at least -n for n < 0.
	Arity int
	Flags Flags
	// Keys say where the keys stand. Positions count from the command's name,
	// also for a subcommand.
	Keys []KeySpec
	// Extract replaces Keys for a command whose key positions or access flags
	// no KeySpec can describe. Nil for all others.
	Extract Extractor
	// ACL lists the categories beyond those that follow from Flags.
	ACL        Categories
	Group      Group
	Since      string // version of Redis that introduced it, "1.0.0"
	Summary    string // one line without a final period
	Complexity string // "O(1)", or "O(N) where N is ..."
	Args       string // argument grammar, see ParseGrammar; empty for none
	Tips       []string
	History    []Change
	Deprecated *Deprecation
	// Internal marks a command meant for debugging, not for applications.
	Internal bool
	// Waits tells, of a command with the flag Blocking, whether a request may make
	// its client wait. One that does not need not be run by itself. Nil: all may.
	Waits func(args [][]byte) bool
	Route Route
	Merge Merge
	// Wide tells, of a command with RouteAll that has keys, whether a request needs data
	// of all shards. One that does not goes where its keys are. Nil: all do.
	Wide func(args [][]byte) bool
	// Member is the argument that names what is looked for within the first key's
	// collection, FirstMember or LastMember, or 0: a batch of such commands on one key
	// brings these places into the processor's cache together.
	Member int
}

// NeedsAll tells whether a request has to hold all shards.
func (s *Spec) NeedsAll(args [][]byte) bool {
	return s.Route == RouteAll && (s.Wide == nil || s.Wide(args))
}

// What Member is for a command that takes members from an end of a sorted set.
const (
	FirstMember = -1
	LastMember  = -2
)

// Change is one line of a command's history.
type Change struct {
	Since string // version, "6.2.0"
	What  string // a full sentence
}

// Deprecation says since when a command should no longer be used, and what to
// use in its place.
type Deprecation struct {
	Since      string
	ReplacedBy string
}

// Group is the heading under which a command is documented.
type Group string

// The groups that COMMAND DOCS knows.
const (
	GroupGeneric      Group = "generic"
	GroupString       Group = "string"
	GroupList         Group = "list"
	GroupSet          Group = "set"
	GroupSortedSet    Group = "sorted-set"
	GroupHash         Group = "hash"
	GroupPubSub       Group = "pubsub"
	GroupTransactions Group = "transactions"
	GroupConnection   Group = "connection"
	GroupServer       Group = "server"
	GroupScripting    Group = "scripting"
	GroupHyperLogLog  Group = "hyperloglog"
	GroupCluster      Group = "cluster"
	GroupSentinel     Group = "sentinel"
	GroupGeo          Group = "geo"
	GroupStream       Group = "stream"
	GroupBitmap       Group = "bitmap"
	GroupModule       Group = "module"
)

// Route says where a command runs.
type Route uint8

// The routes.
const (
	RouteSession Route = iota // the connection serves it and no key is touched
	RouteKeys                 // the shard that owns the keys; a fence when several do
	RouteSplit                // cut by key: every shard runs the part it owns
	RouteAll                  // a fence over all shards, see Spec.Wide
	RouteEach                 // every shard runs it on its data, none stops
	RouteCursor               // the shard that the cursor in args[1] names
	RouteProgram              // the connection makes a program of it, which runs where its keys are, or anywhere
	routeEnd
)

// Merge says how the replies of a split command's parts become one reply.
type Merge uint8

// The merges.
const (
	MergeNone   Merge = iota // one part, one reply
	MergeSum                 // integers, added
	MergeOK                  // +OK once all parts are done
	MergeArray               // one element a key, back in the order of the keys
	MergeConcat              // arrays, one after the other
	mergeEnd
)

// Command is a row of the table: a Spec and its handler.
type Command struct {
	Spec
	// Run is the handler. It runs in the turn of the shard that owns the keys.
	// Nil for a container and for what the connection serves itself.
	Run func(*Ctx)
	// Sub are the subcommands of a container such as OBJECT.
	Sub []Command

	// ID numbers the commands of a server's table, from 1 on, so that what is counted
	// per command fits a slice. It is 0 outside of a table. See Enlist.
	ID int
	// Brief tells that the command takes so little time that to read the clock for it
	// alone would be dear. See Enlist.
	Brief bool
}

// Enlist makes the row one of a table, in which it has the number id.
func (c *Command) Enlist(id int) {
	c.ID = id
	c.Brief = c.Flags&Fast != 0 || c.Complexity == "O(1)"
}

// Categories returns the command's ACL categories: those of its row and those
// that follow from its flags.
func (s *Spec) Categories() Categories {
	return s.ACL | impliedCategories(s.Flags, s.ACL)
}

// ArityOK reports whether a request of n words, the command's name included,
// has a legal length.
func (s *Spec) ArityOK(n int) bool {
	if s.Arity >= 0 {
		return n == s.Arity
	}
	return n >= -s.Arity
}
