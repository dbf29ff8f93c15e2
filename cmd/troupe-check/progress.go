package main

import (
	"fmt"
	"io"
	"time"
)

// progressing is when progress was shown last.
type progressing struct{ shown time.Time }

// progress tells now and then how far a file is read.
func (c *checker) progress(path string, at, size int64) {
	if now := time.Now(); now.Sub(c.shown) > 2*time.Second {
		if !c.shown.IsZero() {
			fmt.Fprintf(c.out, "%s: %d%%\n", path, 100*at/max(size, 1))
		}
		c.shown = now
	}
}

// counting counts what is read.
type counting struct {
	in io.Reader
	n  int64
}

// Read reads.
func (r *counting) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.n += int64(n)
	return n, err
}
