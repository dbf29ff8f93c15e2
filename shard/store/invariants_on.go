//go:build invariants

package store

// invariants turns the assertions of this package on. The compiler removes
// them where it is false.
const invariants = true
