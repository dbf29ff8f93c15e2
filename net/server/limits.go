package server

import (
	"errors"
	"fmt"
	"syscall"
)

// ownFiles is how many descriptors the server keeps for itself: listeners, the
// log, the poller, files of the configuration. Redis reserves as many.
const ownFiles = 32

// filesError says that there are not descriptors enough for so many clients.
type filesError struct{ possible int }

// Error is the text that CONFIG SET maxclients ends with.
func (e *filesError) Error() string {
	return fmt.Sprintf("The operating system is not able to handle the specified number of clients, try with %d", e.possible)
}

// raiseFiles sees to it that the process may have descriptors for that many
// clients. If it may not, the error is a *filesError that says how many are
// possible, and the limit is left as high as it could be raised.
func raiseFiles(clients int) error {
	need := uint64(clients) + ownFiles
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("cannot read the limit of open files: %w", err)
	}
	soft := uint64(limit.Cur)
	if soft >= need {
		return nil
	}
	// A privileged process may raise the hard limit too; any other up to it.
	for _, target := range []uint64{need, min(need, uint64(limit.Max))} {
		raised := limit
		setLimit(&raised.Cur, target)
		setLimit(&raised.Max, max(target, uint64(limit.Max)))
		if target > soft && syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) == nil {
			soft = target
			break
		}
	}
	if soft >= need {
		return nil
	}
	return &filesError{possible: int(max(soft, ownFiles+1) - ownFiles)}
}

// setLimit stores a limit, whose type differs between systems.
func setLimit[T ~uint64 | ~int64](field *T, value uint64) { *field = T(value) }

// possibleClients returns how many clients there are descriptors for, at most
// clients.
func possibleClients(clients int) (int, error) {
	err := raiseFiles(clients)
	var few *filesError
	if errors.As(err, &few) {
		return few.possible, nil
	}
	return clients, err
}
