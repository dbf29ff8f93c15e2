package session_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
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
				{"MGET key:%d key:1 key:2 key:3", 9},
				{"MSET a:%d x b:%d y", 1},
				{"DEL none:%d other:%d", 1},
			} {
				name := fmt.Sprintf("%d shards/%d deep/%.12s", shards, depth, c.request)
				t.Run(name, func(t *testing.T) { measure(t, conn, pipeline(c.request, depth), depth, c.lines, 0.01) })
			}
		}
		c.Say(t, append([]string{"RPUSH", "range"}, slices.Repeat([]string{value}, 600)...)...)
		t.Run(fmt.Sprint(shards, " shards/ranges"), func(t *testing.T) {
			const depth, each = 64, 0.03 // one for a pipeline, whose write waits for the reader
			measure(t, conn, pipeline("LRANGE range 0 -1", depth), depth, 1+2*600, each)
		})
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

// measure sends a pipeline of depth commands over and over. A command may take most
// allocations.
func measure(t *testing.T, conn net.Conn, requests []byte, depth, lines int, most float64) {
	t.Helper()
	commands := 100_000
	if depth == 1 || lines > 100 {
		commands = 20_000 // each costs the machine a switch to and fro, or much to copy
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
	if each := float64(after.Mallocs-before.Mallocs) / float64(commands); each >= most {
		t.Errorf("%.4f allocations per command", each)
	}
}

// TestMessagesAllocateLittle publishes pipelines to channels that many listen to, in
// turn, and counts the allocations of the whole process: an encoded message for all,
// and none for each who hears it.
func TestMessagesAllocateLittle(t *testing.T) {
	if raceEnabled {
		return
	}
	const listeners, depth, pipelines = 40, 200, 50
	for _, channels := range []int{1, 4} {
		t.Run(fmt.Sprint(channels, " channels"), func(t *testing.T) {
			s := inprocess.Start(t, "--shards", "1", "--hz", "1")
			var names, requests strings.Builder
			for i := range channels {
				fmt.Fprint(&names, " ch", i)
			}
			for i := range depth {
				requests.WriteString(servertest.Encode([]string{"PUBLISH", fmt.Sprint("ch", i%channels), "a message"}))
			}
			message := len(servertest.Encode([]string{"message", "ch0", "a message"}))
			conns, heard := make([]*inprocess.Conn, listeners), make(chan error, listeners)
			for i := range conns {
				conns[i] = s.Dial(t)
				if err := conns[i].SendRaw("SUBSCRIBE" + names.String() + "\r\n"); err != nil {
					t.Fatal(err)
				}
				for range channels {
					conns[i].Hear(t)
				}
			}
			p, buffer := s.Dial(t), make([]byte, 64<<10)
			round := func(times int) {
				for _, c := range conns {
					go func() {
						_, err := io.CopyN(io.Discard, c.Conn, int64(times*depth*message))
						heard <- err
					}()
				}
				for range times {
					if err := p.SendRaw(requests.String()); err != nil {
						t.Fatal(err)
					}
					for left := depth; left > 0; {
						n, err := p.Conn.Read(buffer)
						if err != nil {
							t.Fatal(err)
						}
						left -= bytes.Count(buffer[:n], []byte{'\n'})
					}
				}
				for range conns {
					if err := <-heard; err != nil {
						t.Fatal(err)
					}
				}
			}
			round(pipelines)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			round(pipelines)
			runtime.ReadMemStats(&after)
			each := float64(after.Mallocs-before.Mallocs) / (pipelines * depth)
			t.Logf("%.2f allocations for a message to %d", each, listeners)
			if each >= 2 {
				t.Errorf("%.2f allocations for a message to %d", each, listeners)
			}
		})
	}
}
