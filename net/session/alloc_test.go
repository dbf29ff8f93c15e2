package session_test

import (
	"bytes"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestPipelinesAllocateNothing sends pipelines all the way from the socket to
// the shards and back, and counts the allocations of the whole process. The
// client's side works with buffers made before.
func TestPipelinesAllocateNothing(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates; make test runs this without it too
	}
	value := strings.Repeat("v", 64)
	for _, shards := range []int{1, 3} {
		s := inprocess.Start(t, "--shards", strconv.Itoa(shards), "--hz", "1")
		conn, err := net.Dial("unix", s.Path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		c := inprocess.Wrap(conn)
		for i := range 64 {
			c.Say(t, "SET", fmt.Sprint("key:", i), value)
		}
		for _, depth := range []int{1, 64} {
			for _, c := range []struct {
				request string
				lines   int // of a reply
			}{
				{"PING", 1},
				{"GET key:%d", 2},
				{"GET none:%d", 1},
				{"SET key:%d " + value, 1},
				{"SET key:%d " + value + " EX 100", 1},
				{"INCR n:%d", 1},
				{"EXISTS key:%d", 1},
				{"LPUSH l:%d x", 1},
				{"MGET {a}%d {a} {a}2", 4},
			} {
				name := fmt.Sprintf("%d shards/%d deep/%.12s", shards, depth, c.request)
				t.Run(name, func(t *testing.T) { measure(t, conn, pipeline(c.request, depth), depth, c.lines) })
			}
		}
	}
}

// pipeline returns depth requests, with different keys where there is a %d.
func pipeline(request string, depth int) []byte {
	var all strings.Builder
	for i := range depth {
		words := strings.Fields(request)
		for n, word := range words {
			if strings.Contains(word, "%d") {
				words[n] = fmt.Sprintf(word, i)
			}
		}
		all.WriteString(servertest.Encode(words))
	}
	return []byte(all.String())
}

// measure sends a pipeline of depth commands over and over.
func measure(t *testing.T, conn net.Conn, requests []byte, depth, lines int) {
	t.Helper()
	commands := 100_000
	if depth == 1 {
		commands = 20_000 // each costs the machine a switch to and fro
	}
	buffer := make([]byte, 64<<10)
	send := func(times int) {
		for range times {
			if _, err := conn.Write(requests); err != nil {
				t.Fatal(err)
			}
			for left := depth * lines; left > 0; {
				n, err := conn.Read(buffer)
				if err != nil {
					t.Fatal(err)
				}
				left -= bytes.Count(buffer[:n], []byte{'\n'})
			}
		}
	}
	send(max(6400/depth, 1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send(commands / depth)
	runtime.ReadMemStats(&after)
	if each := float64(after.Mallocs-before.Mallocs) / float64(commands); each >= 0.01 {
		t.Errorf("%.4f allocations per command", each)
	}
}
