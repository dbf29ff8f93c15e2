package session

import (
	"log/slog"
	"sync/atomic"

	"github.com/troupe-db/troupe/shard"
)

// Env is what all connections of a server share. It is fixed before the first
// one is served.
type Env struct {
	Troupe   *shard.Troupe
	Table    *Table
	Settings *Source
	Clients  *Registry
	Pause    *Pause
	Log      *slog.Logger
	Gate     atomic.Pointer[Gate] // what is not served at present; nil for nothing
}
