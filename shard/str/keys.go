package str

import "github.com/troupe-db/troupe/shard/command"

// setKeys finds the key of SET, which overwrites blindly unless GET asks for
// the value that was there.
func setKeys(dst []command.KeyRef, args [][]byte) ([]command.KeyRef, error) {
	if len(args) < 2 {
		return dst, command.ErrKeys
	}
	flags := command.KeyOW | command.KeyUpdate
	for i := 3; i < len(args); i++ {
		if command.EqualFold(args[i], "GET") {
			flags = command.KeyRW | command.KeyAccess | command.KeyUpdate
			break
		}
	}
	return append(dst, command.KeyRef{Index: 1, Flags: flags}), nil
}
