package servertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// binary is the program under test, built once per test process. The build
// stands in the system's temporary folder under a name that holds the process
// id; RemoveBuild takes it away.
var binary = sync.OnceValues(build)

// Troupe builds cmd/troupe, with the race detector when the test has it, and
// starts it with the given redis.conf directives.
func Troupe(t testing.TB, args ...string) *Server {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	base := []string{"--save", "", "--appendonly", "no", "--enable-debug-command", "yes"}
	return start(t, "troupe", path, append(base, args...))
}

func build() (string, error) {
	path := filepath.Join(buildDir(), "troupe")
	args := []string{"build", "-o", path}
	if raceDetector {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, "github.com/troupe-db/troupe/cmd/troupe")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build cmd/troupe: %w\n%s", err, out)
	}
	return path, nil
}

// RemoveBuild deletes what Troupe has built. TestMain calls it at the end.
func RemoveBuild() error {
	return os.RemoveAll(buildDir())
}

func buildDir() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("troupe-servertest-%d", os.Getpid()))
}
