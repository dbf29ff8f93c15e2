//go:build !linux

package floor

import "errors"

// Serve fails: there is no epoll here.
func Serve(string) error { return errors.New("the floor needs epoll") }
