package server_test

import (
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestStopDuringLoad stops a server whose clients write, wait, are held back, do
// not read their replies, or have just come. Every command that was answered
// has been executed, every connection ends, and nothing is left running.
func TestStopDuringLoad(t *testing.T) {
	before := runtime.NumGoroutine()
	for round := range 5 {
		s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "3")...)
		_, port, err := net.SplitHostPort(s.TCP(t))
		if err != nil {
			t.Fatal(err)
		}
		var working sync.WaitGroup
		for i := range 24 {
			c := s.Dial(t)
			working.Go(func() { load(c, i) })
		}
		working.Go(func() {
			for {
				conn, err := net.Dial("unix", s.Path)
				if err != nil {
					return
				}
				_, _ = inprocess.Wrap(conn).Do("PING")
				_ = conn.Close()
			}
		})
		time.Sleep(time.Duration(10+20*round) * time.Millisecond)
		began := time.Now()
		s.StopInTime(t)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("Stop took %v", took)
		}
		working.Wait()
		for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
			if conn, err := net.Dial("tcp", net.JoinHostPort(host, port)); err == nil {
				_ = conn.Close()
				t.Errorf("a socket on %s is there after Stop", host)
			}
		}
	}
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before+5; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, there were %d", runtime.NumGoroutine(), before)
		}
	}
}

// load does one of several things until the connection ends.
func load(c *inprocess.Conn, i int) {
	switch i % 6 {
	case 0: // waits for ever
		_, _ = c.Do("BLPOP", "none", fmt.Sprint("none", i), "0")
	case 1: // reads nothing
		if _, err := c.Do("SET", "big", strings.Repeat("v", 100<<10)); err != nil {
			return
		}
		for c.SendRaw(strings.Repeat("GET big\r\n", 1000)) == nil {
			continue
		}
	case 2: // is held back from time to time
		for n := 0; ; n++ {
			if _, err := c.Do("CLIENT", "PAUSE", "20", "WRITE"); err != nil {
				return
			}
			if _, err := c.Do("SET", "k", fmt.Sprint(n)); err != nil {
				return
			}
		}
	case 3: // moves the sockets, which must not outlive the server
		for n := 0; ; n++ {
			if _, err := c.Do("CONFIG", "SET", "bind", []string{"127.0.0.1", "127.0.0.2"}[n%2]); err != nil {
				return
			}
		}
	default:
		for n := 0; ; n++ {
			if _, err := c.Do("MSET", fmt.Sprint("a", n%9), "1", fmt.Sprint("b", n%7), "2", fmt.Sprint("c", i), "3"); err != nil {
				return
			}
			if _, err := c.Do("LMPOP", "2", "x", fmt.Sprint("y", i), "LEFT"); err != nil {
				return
			}
		}
	}
}

// TestStopTwice calls Stop from several goroutines: all return when it is over.
func TestStopTwice(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	var stopping sync.WaitGroup
	for range 4 {
		stopping.Go(s.Stop)
	}
	stopping.Wait()
	if conn, err := net.Dial("unix", s.Path); err == nil {
		_ = conn.Close()
		t.Error("the socket is there after Stop")
	}
}
