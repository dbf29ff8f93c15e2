//go:build !race

package servertest

// raceDetector says whether the tests, and so the server they build, run under
// the race detector.
const raceDetector = false

// defaultRounds is how many random commands a run sends for each type and number
// of shards.
const defaultRounds = 10_000
