package hll

import (
	"flag"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/str"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/effects.txt anew")

// TestEffects holds the commands to the events that redis-server tells of, and to
// effects it can run.
func TestEffects(t *testing.T) {
	commandtest.Story(t, "testdata/effects.txt", *rewrite, Commands, generic.Commands, str.Commands)
}
