package set

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// FuzzCommands runs arbitrary requests to every row of the table, with limits low
// enough that small scripts meet every encoding.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"SADD s 1 2 3\nSADD s a\nSADD s b c d e\nSPOP s\nSPOP s 2\nSREM s a b\nSMEMBERS s\nSCARD s",
		"SADD s 1 70000 5000000000\nSADD t 1 x\nSINTER s t\nSUNION s t\nSDIFF s t\nSINTERSTORE u s t\nSUNIONSTORE s s t\nSDIFFSTORE t s u",
		"SADD s a b\nSRANDMEMBER s\nSRANDMEMBER s 1\nSRANDMEMBER s -5\nSRANDMEMBER s -9223372036854775808\nSRANDMEMBER s -9223372036854775807",
		"SADD s a b\nSINTERCARD 1 s LIMIT 1\nSINTERCARD 2 s t LIMIT\nSINTERCARD 9223372036854775807 s\nSMISMEMBER s a b\nSISMEMBER s a",
		"SADD s a\nSMOVE s t a\nSMOVE t t a\nSSCAN t 0 MATCH ? COUNT 2\nSSCAN t 18446744073709551615 COUNT 9223372036854775807\nSSCAN t x",
		"SADD s \nSADD s 9223372036854775807 -9223372036854775808\nSPOP s 9223372036854775807\nSPOP s -1\nSPOP s x y",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{commandtest.New(f, 1, Commands), commandtest.New(f, 4, Commands)}
	for _, h := range harnesses {
		s := keyspace.DefaultSettings()
		s.SetMaxIntsetEntries, s.SetMaxListpackEntries, s.SetMaxListpackValue = 4, 5, 8
		h.Set(s)
	}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}
