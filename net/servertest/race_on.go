//go:build race

package servertest

// raceDetector says whether the tests, and so the server they build, run under
// the race detector.
const raceDetector = true
