//go:build !linux

package server

import "github.com/troupe-db/troupe/net/config"

// advise has nothing to say: only Linux is asked.
func advise(string, *config.Values) []string { return nil }
