package generic

import (
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

func runFlushdb(ctx *command.Ctx) {
	flush(ctx, func(ks *keyspace.Keyspace, each func(*keyspace.DB)) { each(ks.DB(ctx.Number)) })
}

func runFlushall(ctx *command.Ctx) { flush(ctx, (*keyspace.Keyspace).Each) }

// flush empties the databases that choose passes on. With ASYNC the shards only
// let go of the memory, and the background gives it back.
func flush(ctx *command.Ctx, choose func(*keyspace.Keyspace, func(*keyspace.DB))) {
	async := ctx.Settings.LazyUserFlush
	p := ctx.Parse(1)
	switch {
	case p.Is("ASYNC"):
		async = true
	case p.Is("SYNC"):
		async = false
	}
	if !p.Done() {
		return
	}
	invalidateAll(ctx)
	ctx.Spaces(func(ks *keyspace.Keyspace) {
		choose(ks, func(db *keyspace.DB) {
			_, release := db.Flush()
			if async {
				ctx.Later(release)
			} else {
				release()
			}
		})
	})
	ctx.OK()
}

// invalidateAll tells the clients that track keys that all of them may have changed.
// All shards are held.
func invalidateAll(ctx *command.Ctx) {
	told := false
	ctx.Spaces(func(ks *keyspace.Keyspace) {
		ks.ForgetReadings()
		if !told {
			told = true
			ks.InvalidateAll()
		}
	})
}
