package hash

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"HSET k a 1 b 2\nHGETALL k\nHINCRBY k a 5\nHINCRBYFLOAT k b 1e4000\nHDEL k a b\nHSET k a",
		"HSET k a 9223372036854775807\nHINCRBY k a 1\nHRANDFIELD k -9223372036854775808\nHRANDFIELD k -3 WITHVALUES",
		"HSETEX k EX 1 FIELDS 1 a 1\nHTTL k FIELDS 1 a\nHPERSIST k FIELDS 1 a\nHEXPIRE k 0 FIELDS 1 a\nHSETEX k KEEPTTL PX 1",
		"HSETEX k FNX PXAT 70368744177663 FIELDS 2 a 1 b 2\nHPEXPIREAT k 1 LT FIELDS 2 a c\nHGETEX k PERSIST FIELDS 1 a\nHGETDEL k FIELDS 1 a",
		"HSET k a 1 b 2\nHSCAN k 0 MATCH a* COUNT 5 NOVALUES\nHSCAN k 18446744073709551615\nHSCAN k -1 COUNT 0",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{newHarness(f, 1), newHarness(f, 4)}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}
