package config

import (
	"runtime"
	"slices"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// LogLevel says which messages reach the log: those of the level and of all
// levels after it.
type LogLevel uint8

// The levels, from the one that says most.
const (
	LogDebug LogLevel = iota
	LogVerbose
	LogNotice
	LogWarning
)

// Access says who may use a protected command.
type Access uint8

// The kinds of access.
const (
	AccessNone  Access = iota // nobody
	AccessAll                 // everybody
	AccessLocal               // clients on this machine
)

// Allows tells whether a client may, which is local when it came over a Unix
// socket or a loopback address.
func (a Access) Allows(local bool) bool {
	return a == AccessAll || a == AccessLocal && local
}

// maxBinds is how many addresses bind takes.
const maxBinds = 16

// Values is the configuration at one moment. It is immutable once it is in a
// Store.
type Values struct {
	// Where clients come in.
	Bind           []string // addresses; "*" is all of IPv4, "-::*" all of IPv6; a leading '-' makes one optional
	Port           int      // 0 for no TCP
	UnixSocket     string   // path, "" for none
	UnixSocketPerm int      // mode bits, 0 leaves them to the umask
	TCPBacklog     int      // length of the queue of connections not accepted yet
	ProtectedMode  bool     // without a password, serve this machine only

	// What a client may do.
	MaxClients       int    // connections at a time, at least 1
	Timeout          int    // seconds a client may idle, 0 for ever
	TCPKeepalive     int    // seconds between probes, 0 for none
	RequirePass      string // "" for none
	QueryBufferLimit int64  // bytes of requests a client may have pending
	Debug            Access // who may use DEBUG
	ProtectedConfigs Access // who may set protected parameters
	BusyThreshold    int    // milliseconds a script may run before others are told, 0 for ever
	// OutputLimits are how much output may wait for a client, by class: see
	// OutputNormal and those after it.
	OutputLimits [outputClasses]session.Limit

	// The data.
	Shards int               // fixed at the start
	Hz     int               // housekeeping ticks a second, 1 to 500
	Data   keyspace.Settings // as configured; what shards get is Settings

	// Saving is about snapshots.
	Saving Saving

	// Appending is about the append-only file.
	Appending Appending

	// What the server measures of itself.
	Thresholds  measure.Thresholds
	Percentiles []float64 // of the lengths of commands that INFO shows, 0 to 100

	// The end.
	OnSigterm, OnSigint Stopping

	// The process.
	FitProcessors bool   // use no more processors than the machine has to spare; fixed at the start
	Dir           string // working directory, absolute
	LogFile       string // "" for the standard output
	LogLevel      LogLevel
	PidFile       string // "" for none
}

// Default returns the configuration of a server that was told nothing.
func Default() *Values {
	data := *keyspace.DefaultSettings()
	return &Values{
		Bind: []string{"*", "-::*"}, Port: 6379, TCPBacklog: 511, ProtectedMode: true,
		MaxClients: 10000, TCPKeepalive: 300, QueryBufferLimit: 1 << 30, BusyThreshold: 5000, OutputLimits: defaultOutputLimits(),
		FitProcessors: true, Shards: runtime.GOMAXPROCS(0), Hz: 10, Data: data, Saving: defaultSaving(), Appending: defaultAppending(), LogLevel: LogNotice,
		Thresholds: measure.DefaultThresholds(), Percentiles: []float64{50, 99, 99.9},
	}
}

// Settings returns what the shards need to know, with values out of the useful
// range brought into it.
func (v *Values) Settings() *keyspace.Settings {
	s := v.Data
	switch size := s.ListMaxListpackSize; {
	case size == 0:
		s.ListMaxListpackSize = 1
	case size < -5:
		s.ListMaxListpackSize = -5
	case size > maxListpackEntries:
		s.ListMaxListpackSize = maxListpackEntries
	}
	if s.Events&(keyspace.EventKeySpace|keyspace.EventKeyEvent) == 0 {
		s.Events = 0 // there is no channel to tell them on
	}
	return &s
}

// maxListpackEntries is the greatest number of entries list-max-listpack-size
// can ask for, that of Redis's 16-bit counter.
const maxListpackEntries = 1<<15 - 1

// clone returns a copy that may be changed.
func (v *Values) clone() *Values {
	c := *v
	c.Bind = slices.Clone(v.Bind)
	return &c
}
