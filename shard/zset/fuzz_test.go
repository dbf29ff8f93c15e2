package zset

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// FuzzCommands runs arbitrary requests. No count or size in them may make the
// server take much memory.
func FuzzCommands(f *testing.F) {
	for _, seed := range []string{
		"ZADD z 1 a 2 b\nZADD z GT CH 3 a\nZADD z INCR inf a\nZINCRBY z -inf a",
		"ZADD z 1 a 1 b 1 c\nZRANGE z [a (c BYLEX LIMIT 0 -1\nZREMRANGEBYLEX z - +",
		"ZADD z 1 a\nZRANDMEMBER z -9223372036854775807\nZRANDMEMBER z 9223372036854775807\nZPOPMAX z 9223372036854775807",
		"ZADD z 1 a\nZADD y 2 a\nZUNIONSTORE d 2 z y WEIGHTS 1e308 inf AGGREGATE MIN\nZINTER 2 z y WITHSCORES\nZDIFF 2 z y",
		"ZMPOP 9223372036854775807 z MIN COUNT 1\nBZMPOP 0 1 z MAX COUNT 9\nBZPOPMIN z 0",
		"ZADD z nan a\nZADD z 1\nZSCAN z 18446744073709551615 COUNT 1\nZRANGESTORE d z 0 -1\nZRANK d a WITHSCORE",
		"ZUNION 4611686018427387905 a\nZINTERCARD 1 z LIMIT 9223372036854775807",
	} {
		f.Add([]byte(seed))
	}
	h := commandtest.New(f, 2, Commands)
	f.Fuzz(func(t *testing.T, script []byte) { h.Script(t, script) })
}
