//go:build invariants

package store

import "testing"

// TestAssertions checks that stale and invented references are caught.
func TestAssertions(t *testing.T) {
	s := newTest(t, mix)
	keep := set(t, s, numKey(0), nil, NoExpire)
	gone := set(t, s, numKey(1), nil, NoExpire)
	s.Delete(mix(numKey(1)), gone)
	page := set(t, s, numKey(2), make([]byte, 9000), NoExpire)
	s.Delete(mix(numKey(2)), page)
	for what, f := range map[string]func(){
		"none":      func() { s.Key(0) },
		"freed":     func() { s.Value(gone) },
		"free page": func() { s.Kind(page) },
		"beyond":    func() { s.Expire(1 << 31) },
		"kind":      func() { s.SetKind(keep, 0) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: not caught", what)
				}
			}()
			f()
		}()
	}
	s.Key(keep)
}
