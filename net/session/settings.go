package session

import (
	"sync/atomic"
	"time"
)

// Settings is what the configuration says about connections. It is immutable; a
// change stores a new one.
type Settings struct {
	RequirePass      string        // the default user's password, "" for none
	MaxClients       int           // connections served at the same time
	MaxBulk          int64         // bytes, the longest argument (proto-max-bulk-len)
	QueryBufferLimit int64         // bytes of unfinished requests one client may hold
	Timeout          time.Duration // idle clients are closed after it, 0 for never
	KeepAlive        time.Duration // between TCP keep-alive probes, 0 for none
	ProtectedMode    bool          // without a password only loopback is served
	Databases        int           // how many databases SELECT accepts
	Limited          bool          // maxmemory is set
	Journaled        bool          // what commands change goes to the append-only file
	PubSubLimit      Limit         // of client-output-buffer-limit, for clients that listen
	NormalLimit      Limit         // the same, for all others
	Told             bool          // events of keys are told
}

// Source holds the Settings in force.
type Source = atomic.Pointer[Settings]
