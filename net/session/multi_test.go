package session_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// transactions is a pipeline of transactions of every kind.
func transactions(name string) *dialogue {
	d := new(dialogue)
	big := strings.Repeat("y", 40<<10)
	queue := func(words ...string) { d.say("+QUEUED", words...) }
	d.say("+OK", "MULTI")
	queue("SET", "{"+name+"}1", "a")
	queue("SET", "{"+name+"}2", big)
	queue("MGET", "{"+name+"}1", "{"+name+"}2")
	d.say(`[+OK, +OK, ["a", "`+big+`"]]`, "EXEC")
	d.say("+OK", "WATCH", "{"+name+"}1", name)
	d.say(`"a"`, "GET", "{"+name+"}1")
	d.say("+OK", "MULTI")
	for i := range 9 {
		queue("SET", name+strconv.Itoa(i), strconv.Itoa(i))
	}
	queue("PING")
	queue("SELECT", "2")
	queue("SET", name, "two")
	queue("DEL", name+"1", name+"2", name+"3", name+"4", "{"+name+"}1")
	queue("BLPOP", name+"none", "0")
	d.say("["+strings.Repeat("+OK, ", 9)+`+PONG, +OK, +OK, 0, *nil]`, "EXEC")
	d.say(`"two"`, "GET", name)
	d.say("+OK", "SELECT", "0")
	d.say("5", "DEL", name+"1", name+"2", name+"3", name+"4", "{"+name+"}1")
	d.say("+OK", "MULTI")
	queue("SET", name, "x")
	d.say("+OK", "DISCARD")
	d.say("+OK", "WATCH", name)
	d.say("+OK", "SET", name, "changed")
	d.say("+OK", "MULTI")
	queue("SET", name, "x")
	d.say("*nil", "EXEC")
	d.say(`"changed"`, "GET", name)
	return d
}

// TestTransactionsInPieces sends the same transactions in one piece and in many, so
// that what is queued outlives the buffer it was read into.
func TestTransactionsInPieces(t *testing.T) {
	for _, shards := range []string{"1", "3"} {
		s := inprocess.Start(t, "--shards", shards)
		for name, piece := range map[string]int{"bytes": 1, "short": 17, "long": 10_000, "whole": 1 << 20} {
			t.Run(shards+" shards, "+name, func(t *testing.T) {
				d, c := transactions(name), s.Dial(t)
				sent := make(chan error, 1)
				go func() {
					rest := d.requests.String()
					for len(rest) > 0 {
						n := min(piece, len(rest))
						if err := c.SendRaw(rest[:n]); err != nil {
							sent <- err
							return
						}
						rest = rest[n:]
					}
					sent <- nil
				}()
				d.hear(t, c)
				if err := <-sent; err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

// TestLongTransaction queues more than a round and a read hold.
func TestLongTransaction(t *testing.T) {
	const commands = 5000
	s := inprocess.Start(t, "--shards", "2")
	for _, key := range []string{"n", "n%d"} {
		c := s.Dial(t)
		d := new(dialogue)
		d.say("+OK", "MULTI")
		want := make([]string, commands)
		for i := range commands {
			name := key
			want[i] = strconv.Itoa(i + 1)
			if strings.Contains(key, "%") {
				name, want[i] = fmt.Sprintf(key, i), "1"
			}
			d.say("+QUEUED", "INCR", name)
		}
		d.say("["+strings.Join(want, ", ")+"]", "EXEC")
		send(t, c, d.requests.String())
		d.hear(t, c)
	}
}

// TestQueueLimit has a client queue more than client-query-buffer-limit.
func TestQueueLimit(t *testing.T) {
	s := inprocess.Start(t, "--client-query-buffer-limit", "1mb")
	c, other := s.Dial(t), s.Dial(t)
	expect(t, "MULTI", c.Say(t, "MULTI"), "+OK")
	value := strings.Repeat("v", 64<<10)
	for range 15 {
		expect(t, "SET", c.Say(t, "SET", "k", value), "+QUEUED")
	}
	line := other.Say(t, "CLIENT", "LIST")
	if !strings.Contains(line, " multi=15 ") || strings.Count(line, " multi-mem=0 ") != 1 {
		t.Errorf("the queue does not show: %s", line)
	}
	for range 3 {
		_ = c.Send("SET", "k", value)
	}
	for range 3 { // of one read, they are all answered before the end
		_, _ = c.Reply()
	}
	if c.Ended(10 * time.Second) {
		expect(t, "nothing has run", other.Say(t, "EXISTS", "k"), "0")
		awaitClients(t, other, 1)
		return
	}
	t.Error("the client may queue without end")
}

// watching returns how many clients the shards remember, and how many there are.
func watching(t *testing.T, c *inprocess.Conn) (inShards int, clients, keys string) {
	t.Helper()
	for line := range strings.SplitSeq(c.Say(t, "INFO", "shards", "clients"), `\r\n`) {
		if _, after, ok := strings.Cut(line, "watchers="); ok {
			n, err := strconv.Atoi(strings.Trim(after, `"`))
			if err != nil {
				t.Fatal(err)
			}
			inShards += n
		}
		if after, ok := strings.CutPrefix(line, "watching_clients:"); ok {
			clients = after
		}
		if after, ok := strings.CutPrefix(line, "total_watched_keys:"); ok {
			keys = after
		}
	}
	return inShards, clients, keys
}

// TestNobodyIsWatchingForEver ends WATCH in every way there is.
func TestNobodyIsWatchingForEver(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c := s.Dial(t)
	for _, end := range [][]string{
		{"UNWATCH"},
		{"MULTI", "EXEC"},
		{"MULTI", "SET a 1", "EXEC"},
		{"SET a 1", "MULTI", "SET a 2", "EXEC"},
		{"MULTI", "SET a 1", "SET b 1", "SET c 1", "SET d 1", "EXEC"},
		{"MULTI", "DISCARD"},
		{"MULTI", "NOSUCH", "EXEC"},
		{"MULTI", "EXEC x"},
		{"MULTI", "PING", "EXEC"},
		{"MULTI", "UNWATCH", "EXEC"},
		{"MULTI", "INFO", "EXEC"},
		{"RESET"},
		{"QUIT"},
		{"MULTI", "SET a 1", "QUIT"},
		{"close"},
		{"MULTI", "SET a 1", "close"},
	} {
		w := s.Dial(t)
		w.Say(t, "WATCH", "a", "b", "c", "d", "a")
		if _, clients, keys := watching(t, c); clients != "1" || keys != "4" {
			t.Fatalf("%s clients watch %s keys", clients, keys)
		}
		for _, line := range end {
			if line == "close" {
				_ = w.Close()
				break
			}
			w.Say(t, strings.Fields(line)...)
		}
		until(t, strings.Join(end, ", "), func() bool {
			shards, clients, keys := watching(t, c)
			return shards == 0 && clients == "0" && keys == "0"
		})
		_ = w.Close()
	}
}

// TestReplyInTransaction is about CLIENT REPLY inside MULTI, which leaves an array
// with fewer elements than it announces.
func TestReplyInTransaction(t *testing.T) {
	s := inprocess.Start(t)
	for _, c := range []struct{ requests, want string }{
		{"MULTI|PING|CLIENT REPLY SKIP|PING two|EXEC|ECHO skipped|ECHO heard", "+OK|+QUEUED|+QUEUED|+QUEUED|*3|+PONG|$3|two|$5|heard|"},
		{"MULTI|CLIENT REPLY OFF|PING|CLIENT REPLY ON|PING|EXEC|ECHO heard", "+OK|+QUEUED|+QUEUED|+QUEUED|+QUEUED|*4|+OK|+PONG|$5|heard|"},
		{"MULTI|PING|CLIENT REPLY OFF|PING|EXEC|ECHO unheard|CLIENT REPLY ON", "+OK|+QUEUED|+QUEUED|+QUEUED|*3|+PONG|+OK|"},
		{"CLIENT REPLY OFF|MULTI|PING|CLIENT REPLY ON|SET a 1|EXEC", "+OK|+OK|"},
		{"MULTI|SET a 1|CLIENT REPLY OFF|EXEC|CLIENT REPLY ON|CLIENT REPLY SKIP|MULTI|EXEC", "+OK|+QUEUED|+QUEUED|*2|+OK|+OK|*0|"},
	} {
		conn, err := net.Dial("unix", s.Path)
		if err != nil {
			t.Fatal(err)
		}
		request := strings.ReplaceAll(c.requests, "|", "\r\n") + "\r\n"
		if _, err := conn.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 0, 1024)
		for want := strings.ReplaceAll(c.want, "|", "\r\n"); len(got) < len(want); {
			_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			n, err := conn.Read(got[len(got):cap(got)])
			if err != nil {
				t.Errorf("%s: %v", c.requests, err)
				break
			}
			got = got[:len(got)+n]
		}
		if shown := strings.ReplaceAll(string(got), "\r\n", "|"); shown != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.requests, shown, c.want)
		}
		_ = conn.Close()
	}
}

// TestTransactionAboveMaxmemory queues nothing while memory is short.
func TestTransactionAboveMaxmemory(t *testing.T) {
	const oom = `-"OOM command not allowed when used memory > 'maxmemory'."`
	const aborted = `-"EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'."`
	s := inprocess.Start(t, "--shards", "2")
	c, admin := s.Dial(t), s.Dial(t)
	say := func(line, want string) {
		t.Helper()
		expect(t, line, c.Say(t, strings.Fields(line)...), want)
	}
	limit := func(to string) {
		t.Helper()
		expect(t, "CONFIG SET", admin.Say(t, "CONFIG", "SET", "maxmemory", to), "+OK")
	}
	say("SET a 1", "+OK")
	say("MULTI", "+OK")
	say("SET a 2", "+QUEUED")
	limit("1")
	say("EXEC", aborted)
	say("MULTI", "+OK")
	say("GET a", oom)
	say("PING", oom)
	say("MULTI", oom)
	say("WATCH a", oom)
	say("DISCARD", "+OK")
	say("MULTI", "+OK")
	limit("0")
	say("GET a", "+QUEUED")
	limit("1")
	say("EXEC", `["1"]`)
	say("MULTI", "+OK")
	say("GET a", oom)
	say("EXEC", `-"EXECABORT Transaction discarded because of previous errors."`)
}

// TestPausedTransaction lets EXEC wait for what it would write.
func TestPausedTransaction(t *testing.T) {
	s := inprocess.Start(t)
	c, admin := s.Dial(t), s.Dial(t)
	for _, line := range []string{"MULTI", "GET a", "EXEC", "MULTI", "SET a 1"} {
		c.Say(t, strings.Fields(line)...)
	}
	expect(t, "pause", admin.Say(t, "CLIENT", "PAUSE", "100000", "WRITE"), "+OK")
	reader := s.Dial(t)
	send(t, reader, "MULTI\r\nGET a\r\nEXEC\r\n")
	for _, want := range []string{"+OK", "+QUEUED", "[$nil]"} {
		expect(t, "a transaction that reads", reader.Hear(t), want)
	}
	if err := c.Send("EXEC"); err != nil {
		t.Fatal(err)
	}
	if !c.Silent(50 * time.Millisecond) {
		t.Error("a transaction that writes does not wait")
	}
	expect(t, "unpause", admin.Say(t, "CLIENT", "UNPAUSE"), "+OK")
	expect(t, "EXEC", c.Hear(t), "[+OK]")
}

// TestTransactionsAllocateNothing counts the allocations of transactions of one
// shard that arrive whole.
func TestTransactionsAllocateNothing(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates; make test runs this without it too
	}
	s := inprocess.Start(t, "--shards", "2", "--hz", "1")
	conn, err := net.Dial("unix", s.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var all strings.Builder
	const depth = 8
	for i := range depth {
		for _, line := range []string{"MULTI", "SET {%d}a 1", "INCR {%d}a", "MGET {%d}a {%d}b", "EXEC"} {
			all.WriteString(servertest.Encode(strings.Fields(strings.ReplaceAll(line, "%d", strconv.Itoa(i)))))
		}
	}
	measure(t, conn, []byte(all.String()), depth, 11, 0.01)
}
