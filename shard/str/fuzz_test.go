package str

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"SET k 1 EX 10 NX GET\nGETEX k PERSIST\nINCR k\nAPPEND k x\nSETRANGE k 70 y\nGETRANGE k -3 -1",
		"MSET a 1 b 2 a\nMSETNX a 1 c 2\nMGET a b c\nLCS a b IDX WITHMATCHLEN MINMATCHLEN 2",
		"SET k 9223372036854775807\nINCRBY k 1\nDECRBY k -1\nINCRBYFLOAT k 1e4000\nINCRBYFLOAT k -3.5",
		"SET k v PXAT 1\nGETDEL k\nPSETEX k 9223372036854775807 v\nSETRANGE k 9223372036854775807 x\nAPPEND list x",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{commandtest.New(f, 1, Commands), commandtest.New(f, 4, Commands)}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}
