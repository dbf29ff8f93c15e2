//go:build !linux

package processors

import "time"

// idle is not known here.
func idle() (time.Duration, bool) { return 0, false }

func own() time.Duration { return 0 }
