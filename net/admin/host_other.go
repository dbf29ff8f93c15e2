//go:build !unix

package admin

import "runtime"

// system returns the operating system's name.
func system() string { return runtime.GOOS }

// processorTimes returns nothing: only Unix is asked.
func processorTimes() (own, children times) { return times{}, times{} }
