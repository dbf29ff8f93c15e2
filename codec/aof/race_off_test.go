//go:build !race

package aof

const raceEnabled = false
