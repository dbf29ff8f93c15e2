package bitmap

import "github.com/troupe-db/troupe/shard/command"

// fieldKeys finds the key of BITFIELD, which writes unless all it does is GET. A
// request with an error in it counts as a write.
func fieldKeys(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
	if len(args) < 2 {
		return dst, command.ErrKeys
	}
	for i := 2; i < len(args); i++ {
		switch left := len(args) - i - 1; {
		case left >= 2 && command.EqualFold(args[i], "GET"):
			i += 2
		case left >= 1 && command.EqualFold(args[i], "OVERFLOW"):
			i++
		default:
			return append(dst, command.KeyRef{Index: 1, Flags: command.KeyRW | command.KeyAccess | command.KeyUpdate}), nil
		}
	}
	return append(dst, command.KeyRef{Index: 1, Flags: command.KeyRO | command.KeyAccess}), nil
}
