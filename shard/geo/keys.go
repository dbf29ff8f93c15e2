package geo

import (
	"slices"

	"github.com/troupe-db/troupe/shard/command"
)

// radiusKeys returns the Extractor of a command whose options, behind the fixed
// arguments, may name a destination: the first behind STORE, the first behind
// STOREDIST, and any others, since the last one counts.
func radiusKeys(options int) command.Extractor {
	return func(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
		if len(args) < options {
			return dst, command.ErrKeys
		}
		dst = append(dst, command.KeyRef{Index: 1, Flags: command.KeyRO | command.KeyAccess})
		from := len(dst)
		add := func(words ...string) {
			for i := options; i+1 < len(args); i++ {
				key := command.KeyRef{Index: i + 1, Flags: command.KeyOW | command.KeyUpdate}
				match := slices.ContainsFunc(words, func(w string) bool { return command.EqualFold(args[i], w) })
				if match && !slices.Contains(dst[from:], key) {
					dst = append(dst, key)
					if len(words) == 1 {
						return
					}
				}
			}
		}
		add("STORE")
		add("STOREDIST")
		add("STORE", "STOREDIST")
		return dst, nil
	}
}
