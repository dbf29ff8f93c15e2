package main

import (
	"fmt"

	"github.com/troupe-db/troupe/codec/aof"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/shard/disk"
)

// damaged says what damage means, and cuts it off if that is wanted.
func (c *checker) damaged(f disk.File, path string, size int64, d *aof.Damage) error {
	verdict, sound, err := aof.Judge(f, size, d)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	what := "it was not written to its end, as after a crash"
	switch {
	case verdict == aof.Harmed && sound > 0:
		what = fmt.Sprintf("it has come to harm in the middle: what stands at byte %d is sound again", sound)
	case verdict == aof.Harmed:
		what = "it has come to harm"
	}
	wrong := fmt.Errorf("%s: %w: %s; everything before byte %d is whole, and %d bytes are behind that", path, d, what, d.Good, size-d.Good)
	if !c.fix {
		return fmt.Errorf("%w; make a copy, then use --fix to cut it off there", wrong)
	}
	kept, err := persist.CutTail(disk.OS{}, path, d.Good, size)
	if err != nil {
		return fmt.Errorf("%w; it cannot be cut off: %w", wrong, err)
	}
	fmt.Fprintf(c.out, "%v.\nIt was cut off there; the rest is in %s.\n", wrong, kept)
	return nil
}
