//go:build !linux

package bench

import (
	"context"
	"errors"
	"time"
)

// There is no epoll here, and no /proc, so Run fails before this matters.
func transact(context.Context, string, []transactor, *block, int) ([]time.Duration, error) {
	return nil, errors.New("transactions need epoll")
}
