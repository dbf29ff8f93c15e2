package scripting

import (
	"errors"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/script"
)

// What FUNCTION RESTORE says of a payload that holds something else.
const errNotFunction = "ERR given type is not a function"

// codeMost bounds the bytes of a library in a payload.
const codeMost = 64 << 20

// dumpLibraries returns the payload of FUNCTION DUMP.
func dumpLibraries(libraries []*script.Library) ([]byte, error) {
	w := rdb.NewPayload()
	for _, lib := range libraries {
		w.Function([]byte(lib.Code))
	}
	return w.Payload(), w.Err()
}

// readLibraries returns the codes in a payload of FUNCTION DUMP, or the error for the
// client.
func readLibraries(payload []byte) (codes [][]byte, refusal string) {
	codes, err := rdb.PayloadFunctions(payload, codeMost)
	switch {
	case err == nil:
		return codes, ""
	case errors.Is(err, rdb.ErrChecksum), errors.Is(err, rdb.ErrVersion):
		return nil, command.ErrDumpChecksum
	}
	return nil, errNotFunction
}
