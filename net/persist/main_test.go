package persist_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/troupe-db/troupe/net/servertest"
)

// TestMain removes the server that the tests have built.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := servertest.RemoveBuild(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
