//go:build race

package servertest

// raceDetector says whether the tests, and so the server they build, run under
// the race detector.
const raceDetector = true

// defaultRounds is how many random commands a run sends for each type and number
// of shards: few, since the detector makes a server several times slower.
const defaultRounds = 3_000
