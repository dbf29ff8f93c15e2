package session_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// TestKillEachOther has clients end one another at the same moment.
func TestKillEachOther(t *testing.T) {
	const clients = 12
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	other := s.Dial(t)
	for range 20 {
		conns, ids := make([]*inprocess.Conn, clients), make([]string, clients)
		for i := range conns {
			conns[i] = s.DialTCP(t)
			ids[i] = conns[i].Say(t, "CLIENT", "ID")
		}
		var killing sync.WaitGroup
		for i, c := range conns {
			killing.Go(func() {
				var all strings.Builder
				for j := range ids {
					all.WriteString(servertest.Encode([]string{"CLIENT", "KILL", "ID", ids[(i+j)%clients], "SKIPME", "no"}))
				}
				_ = c.SendRaw(all.String()) // it may be gone already
				for {
					if _, err := c.Reply(); err != nil {
						return
					}
				}
			})
		}
		killing.Wait()
		awaitClients(t, other, 1)
	}
}

// heap returns the bytes of the heap that are in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestBackPressure has a client ask for a gigabyte and read nothing of it. It is
// no longer read from; memory stays, others are served, and it can be killed.
func TestBackPressure(t *testing.T) {
	const most = 64 << 20
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	other, greedy := s.Dial(t), s.DialTCP(t)
	key := strings.Repeat("k", 1000) // so that no socket's buffer takes all requests
	other.Say(t, "SET", key, strings.Repeat("v", 10<<10))
	id := greedy.Say(t, "CLIENT", "ID")
	before := heap()
	request := strings.Repeat("GET "+key+"\r\n", 1000)
	stuck := false
	for range 100 {
		_ = greedy.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		if err := greedy.SendRaw(request); err != nil {
			stuck = errors.Is(err, os.ErrDeadlineExceeded)
			break
		}
	}
	if !stuck {
		t.Error("all requests were taken")
	}
	if grown := int64(heap()) - int64(before); grown > most {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	began := time.Now()
	for range 200 {
		other.Say(t, "GET", key)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("200 requests of another client take %v", took)
	}
	expect(t, "kill", other.Say(t, "CLIENT", "KILL", "ID", id), "1")
	awaitClients(t, other, 1)
	if grown := int64(heap()) - int64(before); grown > most {
		t.Errorf("the heap is %d bytes larger than before", grown)
	}
}

// TestManyRepliesOfOneRead sends small requests with large replies in one write:
// the replies may not all stand in memory at once. 64 MB are asked for by a
// request of 45 KB, which is read with larger buffers behind a command that
// waits.
func TestManyRepliesOfOneRead(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c, other := s.Dial(t), s.Dial(t)
	other.Say(t, "SET", "k", strings.Repeat("v", 10<<10))
	send(t, c, "BLPOP l 0\r\n"+strings.Repeat("GET k\r\n", 6_500))
	awaitBlocked(t, other, 1)
	time.Sleep(20 * time.Millisecond) // it has read ahead
	before := heap()
	other.Say(t, "RPUSH", "l", "x")
	expect(t, "pop", c.Hear(t), `["l", "x"]`)
	time.Sleep(50 * time.Millisecond)
	if grown := int64(heap()) - int64(before); grown > 24<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	for range 6_500 {
		if v, err := c.Reply(); err != nil || len(v.Str) != 10<<10 {
			t.Fatal(len(v.Str), err)
		}
	}
}

// TestIdleClients looks at who is closed for being idle.
func TestIdleClients(t *testing.T) {
	t.Parallel()
	s := inprocess.Start(t, "--shards", "2", "--timeout", "1")
	idle, waiting, paused, busy := s.Dial(t), s.Dial(t), s.Dial(t), s.Dial(t)
	send(t, waiting, "BLPOP l 0\r\n")
	busy.Say(t, "CLIENT", "PAUSE", "100000", "WRITE")
	send(t, paused, "SET k v\r\n")
	ended := make(chan bool, 1)
	go func() { ended <- idle.Ended(patience) }()
	for began := time.Now(); time.Since(began) < 3500*time.Millisecond; time.Sleep(100 * time.Millisecond) {
		expect(t, "a busy client", busy.Say(t, "PING"), "+PONG")
	}
	select {
	case ok := <-ended:
		if !ok {
			t.Error("the idle client got a reply")
		}
	default:
		t.Error("the idle client is there after 3.5 s")
	}
	busy.Say(t, "CLIENT", "UNPAUSE")
	expect(t, "a paused client", paused.Hear(t), "+OK")
	expect(t, "push", busy.Say(t, "RPUSH", "l", "x"), "1")
	expect(t, "a blocked client", waiting.Hear(t), `["l", "x"]`)
}

// TestManyConnections opens and drops ten thousand connections, some in the
// middle of something. Nothing of them stays.
func TestManyConnections(t *testing.T) {
	const waves, each = 100, 100
	s := inprocess.Start(t, "--shards", "2")
	other := s.Dial(t)
	wave := func() {
		conns := make([]*inprocess.Conn, each)
		for i := range conns {
			conns[i] = s.Dial(t)
			switch i % 4 {
			case 0:
				expect(t, "ping", conns[i].Say(t, "PING"), "+PONG")
			case 1:
				send(t, conns[i], "BLPOP l m 0\r\n")
			case 2:
				send(t, conns[i], "*3\r\n$3\r\nSET\r\n$100000\r\nabc")
			}
		}
		for _, c := range conns {
			_ = c.Close()
		}
	}
	wave()
	awaitClients(t, other, 1)
	before, goroutines := heap(), runtime.NumGoroutine()
	for range waves - 1 {
		wave()
	}
	awaitClients(t, other, 1)
	// Goroutines without work are kept for a while, as many as were busy at once.
	if n := runtime.NumGoroutine(); n > goroutines+3*each {
		t.Errorf("%d goroutines, there were %d", n, goroutines)
	}
	grown := int64(heap()) - int64(before)
	if most := int64(16 << 20); grown > most {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	expect(t, "blocked clients", fmt.Sprint(blocked(t, other)), "0")
}
