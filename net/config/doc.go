// Package config is the server's configuration: redis.conf, the command line,
// and CONFIG GET, SET, REWRITE and RESETSTAT.
//
//	redis.conf ─┐
//	include    ─┤                        ┌─► CONFIG GET
//	stdin      ─┼─► rows ─► Values ─► Store ─► CONFIG REWRITE
//	--port 7000 ┘             ▲          └─► whoever calls Store.Values
//	            CONFIG SET ───┘ (a changed copy, then the Apply hook)
//
// A directive is one row of a table (rows.go): its name, when it may change,
// how its words are read into a Values and how a Values prints it. The loader,
// CONFIG GET, CONFIG SET and CONFIG REWRITE all derive from the row, so that
// they cannot disagree.
//
// # Invariants
//
//   - A Values never changes once it is in a Store: a change stores a new one.
//     Any goroutine may read it, and sees all of a CONFIG SET or nothing.
//   - A CONFIG SET whose effect fails leaves no trace.
//   - A directive that is accepted either has its effect or is named in a
//     warning. One that promises a safety the server cannot give is refused.
//
// # Directives without a row of their own
//
// Redis has directives about machinery the server does not have. They stand in
// absent.go: the harmless ones are accepted and named in one warning per file,
// so that an existing redis.conf works; they are no parameters of CONFIG GET
// and SET.
package config
