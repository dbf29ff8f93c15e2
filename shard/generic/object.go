package generic

import (
	"fmt"
	"math"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// references is the reference count of every value: none is shared.
const references = 1

// inspected returns the record of the key a subcommand of OBJECT asks about. It
// replies and reports false when there is none.
func inspected(ctx *command.Ctx) (keyspace.Entry, bool) {
	e := ctx.Key(2).Inspect()
	if !e.Exists() {
		ctx.Null()
	}
	return e, e.Exists()
}

func runObjectEncoding(ctx *command.Ctx) {
	if e, ok := inspected(ctx); ok {
		ctx.BulkString(e.Encoding().String())
	}
}

func runObjectRefcount(ctx *command.Ctx) {
	if _, ok := inspected(ctx); ok {
		ctx.Int(references)
	}
}

func runObjectFreq(ctx *command.Ctx) {
	e, ok := inspected(ctx)
	switch {
	case !ok:
	case !ctx.Settings.Policy.LFU():
		ctx.Error(command.ErrNoFrequency)
	default:
		ctx.Int(int64(e.Frequency()))
	}
}

func runObjectIdletime(ctx *command.Ctx) {
	e, ok := inspected(ctx)
	switch {
	case !ok:
	case ctx.Settings.Policy.LFU():
		ctx.Error(command.ErrNoIdleTime)
	default:
		ctx.Int(e.IdleSeconds())
	}
}

func runObjectHelp(ctx *command.Ctx) {
	help := [...]string{
		"OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
		"ENCODING <key>",
		"    The name of the layout the key's value has in memory.",
		"FREQ <key>",
		"    How often the key was used of late, on a logarithmic scale. Needs an LFU",
		"    maxmemory-policy.",
		"IDLETIME <key>",
		"    The seconds since the key was last used. Needs a maxmemory-policy other",
		"    than LFU.",
		"REFCOUNT <key>",
		"    How many references there are to the key's value.",
		"HELP",
		"    Print this text.",
	}
	ctx.Array(len(help))
	for _, line := range help {
		ctx.Status(line)
	}
}

// runMemoryUsage reports what a key takes. Sizes of all values are known without
// looking at samples of their elements, so SAMPLES changes nothing.
func runMemoryUsage(ctx *command.Ctx) {
	p := ctx.Parse(3)
	for p.More() {
		if !p.IsWith("SAMPLES", 1) {
			p.Syntax()
			break
		}
		p.IntIn(0, math.MaxInt64, command.ErrSyntax)
	}
	if !p.Done() {
		return
	}
	e := ctx.Key(2).Glance()
	if !e.Exists() {
		ctx.Null()
		return
	}
	ctx.Int(e.RecordBytes())
}

func runDebugObject(ctx *command.Ctx) {
	e := ctx.Key(2).Glance()
	if !e.Exists() {
		ctx.Error(command.ErrNoSuchKey)
		return
	}
	var at any = e.Bytes()
	if obj := e.Object(); obj != nil {
		at = obj
	}
	ctx.Status(fmt.Sprintf("Value at:%p refcount:%d encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
		at, references, e.Encoding(), serializedLength(e), e.Access(), e.IdleSeconds()))
}

// serializedLength returns the bytes a value takes in a dump, uncompressed: exact
// for what a record holds, the size in memory for an Object.
func serializedLength(e keyspace.Entry) int64 {
	if obj := e.Object(); obj != nil {
		return obj.Bytes()
	}
	if e.Encoding() == keyspace.Int {
		return intLength(e.Int())
	}
	n := int64(len(e.Bytes()))
	switch {
	case n < 1<<6:
		return 1 + n
	case n < 1<<14:
		return 2 + n
	default:
		return 5 + n
	}
}

// intLength returns the bytes of an integer in a dump: up to 32 bits in binary,
// more as decimal text.
func intLength(n int64) int64 {
	switch {
	case n == int64(int8(n)):
		return 2
	case n == int64(int16(n)):
		return 3
	case n == int64(int32(n)):
		return 5
	default:
		return int64(1 + len(fmt.Sprint(n)))
	}
}
