package server

import (
	"errors"
	"fmt"

	"github.com/troupe-db/troupe/shard/script"
)

// libraries returns the sources of all libraries of functions, for a file.
func (s *Server) libraries() [][]byte {
	all := s.scripting.Engine().Libraries().All()
	codes := make([][]byte, len(all))
	for i, library := range all {
		codes[i] = []byte(library.Code)
	}
	return codes
}

// loadLibrary loads a library of functions that a file has.
func (s *Server) loadLibrary(code []byte) error {
	if _, refusal := s.scripting.Engine().LoadLibrary(code, true, script.AtOnce); refusal != "" {
		return fmt.Errorf("a library of functions cannot be loaded: %w", errors.New(refusal))
	}
	return nil
}
