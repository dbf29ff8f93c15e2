package command

import "math/bits"

// Flags say how a command behaves towards the server around it. They are the
// only source for the checks made before a handler runs and for the flags
// that COMMAND INFO shows.
type Flags uint32

// The flags, in the order in which COMMAND INFO lists them.
const (
	Write           Flags = 1 << iota // may change data
	ReadOnly                          // reads data and changes none
	DenyOOM                           // may grow memory: refused above maxmemory
	Module                            // added by a module; no command of this server is
	Admin                             // an operator's command
	PubSub                            // belongs to publish and subscribe
	NoScript                          // refused inside a script
	Blocking                          // may make its client wait
	Loading                           // allowed while the data set is being loaded
	Stale                             // allowed on a replica that lost its primary
	SkipMonitor                       // not shown to MONITOR
	SkipSlowlog                       // not recorded in the slow log
	Asking                            // served for a slot that is being imported
	Fast                              // constant or logarithmic time
	NoAuth                            // allowed before authentication
	MayReplicate                      // may produce replication traffic without being a write
	NoMandatoryKeys                   // legal without any key although it has key specs
	NoAsyncLoading                    // refused while a replica loads in the background
	NoMulti                           // refused inside MULTI
	MovableKeys                       // key positions depend on the arguments
	AllowBusy                         // allowed while a script blocks the server
	flagsEnd
)

var flagNames = [...]string{
	"write", "readonly", "denyoom", "module", "admin", "pubsub", "noscript",
	"blocking", "loading", "stale", "skip_monitor", "skip_slowlog", "asking",
	"fast", "no_auth", "may_replicate", "no_mandatory_keys",
	"no_async_loading", "no_multi", "movablekeys", "allow_busy",
}

// Has reports whether every flag of want is set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Names returns the flags' names as COMMAND INFO spells them, in its order.
func (f Flags) Names() []string {
	names := make([]string, 0, bits.OnesCount32(uint32(f)))
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Categories is a set of ACL categories.
type Categories uint32

// The ACL categories, in the order in which ACL CAT lists them.
const (
	CatKeyspace Categories = 1 << iota
	CatRead
	CatWrite
	CatSet
	CatSortedSet
	CatList
	CatHash
	CatString
	CatBitmap
	CatHyperLogLog
	CatGeo
	CatStream
	CatPubSub
	CatAdmin
	CatFast
	CatSlow
	CatBlocking
	CatDangerous
	CatConnection
	CatTransaction
	CatScripting
	categoriesEnd
)

var categoryNames = [...]string{
	"keyspace", "read", "write", "set", "sortedset", "list", "hash", "string",
	"bitmap", "hyperloglog", "geo", "stream", "pubsub", "admin", "fast",
	"slow", "blocking", "dangerous", "connection", "transaction", "scripting",
}

// Names returns the categories' names without the leading '@', in the order
// of ACL CAT.
func (c Categories) Names() []string {
	names := make([]string, 0, bits.OnesCount32(uint32(c)))
	for i, name := range categoryNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Category returns the category of that exact lower-case name, and whether
// there is one.
func Category(name string) (Categories, bool) {
	for i, known := range categoryNames {
		if name == known {
			return 1 << i, true
		}
	}
	return 0, false
}

// AllCategories returns the set of every category.
func AllCategories() Categories { return categoriesEnd - 1 }

// impliedCategories are those that follow from the flags alone, so that no row
// has to repeat them. A scripting command is not a read although it may carry
// ReadOnly: what it runs decides.
func impliedCategories(f Flags, own Categories) Categories {
	var c Categories
	if f&Write != 0 {
		c |= CatWrite
	}
	if f&ReadOnly != 0 && own&CatScripting == 0 {
		c |= CatRead
	}
	if f&Admin != 0 {
		c |= CatAdmin | CatDangerous
	}
	if f&PubSub != 0 {
		c |= CatPubSub
	}
	if f&Blocking != 0 {
		c |= CatBlocking
	}
	if f&Fast != 0 {
		c |= CatFast
	} else {
		c |= CatSlow
	}
	return c
}
