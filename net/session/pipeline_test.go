package session_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/actor/processors"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// dialogue is a pipeline and what it is to be answered with.
type dialogue struct {
	requests strings.Builder
	replies  []string
}

func (d *dialogue) say(reply string, words ...string) {
	d.requests.WriteString(servertest.Encode(words))
	d.replies = append(d.replies, reply)
}

func (d *dialogue) raw(reply, request string) {
	d.requests.WriteString(request)
	d.replies = append(d.replies, reply)
}

// hear checks the replies.
func (d *dialogue) hear(t *testing.T, c *inprocess.Conn) {
	t.Helper()
	for i, want := range d.replies {
		if got := c.Hear(t); got != want {
			t.Fatalf("reply %d is %.100q, want %.100q", i, got, want)
		}
	}
}

// mixed is a pipeline with every way a command can take through a session.
func mixed(name string) *dialogue {
	d := new(dialogue)
	big := strings.Repeat("x", 40<<10)
	d.say("+PONG", "PING")
	d.say("+OK", "SET", name+"1", "a")
	d.say("+OK", "MSET", name+"1", "b", name+"2", "c", name+"3", "d")
	d.say(`["b", "c", $nil, "d"]`, "MGET", name+"1", name+"2", name+"none", name+"3")
	d.raw(`"b"`, "get   "+name+"1\r\n")
	d.raw(`"a b"`, "ECHO \"a b\"\n")
	d.requests.WriteString("\r\n*0\r\n*-1\r\n") // empty requests have no reply
	d.say("+OK", "RENAME", name+"1", name+"4")
	d.say("+OK", "SELECT", "3")
	d.say("$nil", "GET", name+"4")
	d.say("+OK", "SELECT", "0")
	d.say("+OK", "SET", name+"big", big)
	d.say(`"`+big+`"`, "GET", name+"big")
	d.say("1", "RPUSH", name+"l", "x")
	d.say(`["`+name+`l", "x"]`, "BLPOP", name+"none", name+"l", "0")
	d.say(`-"ERR unknown command 'NOPE', with args beginning with: 'a' "`, "NOPE", "a")
	d.say(`-"ERR wrong number of arguments for 'get' command"`, "GET")
	d.say("4", "DEL", name+"2", name+"3", name+"4", name+"big", name+"l", name+"none", name+"2")
	d.say("+PONG", "PING")
	return d
}

// TestSplitReads sends the same pipeline in pieces: byte by byte, and of random
// lengths.
func TestSplitReads(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	rng := rand.New(rand.NewPCG(1, 2))
	for name, piece := range map[string]func() int{
		"bytes": func() int { return 1 },
		"short": func() int { return 1 + rng.IntN(20) },
		"long":  func() int { return 1 + rng.IntN(20_000) },
		"whole": func() int { return 1 << 20 },
	} {
		t.Run(name, func(t *testing.T) {
			d, c := mixed(name), s.Dial(t)
			sent := make(chan error, 1)
			go func() {
				var err error
				for rest := d.requests.String(); rest != "" && err == nil; {
					n := min(piece(), len(rest))
					err = c.SendRaw(rest[:n])
					rest = rest[n:]
				}
				sent <- err
			}()
			d.hear(t, c)
			if err := <-sent; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestNaps has a server hold its processor again and again while it is sent requests for
// shards, and such as have nothing for them.
func TestNaps(t *testing.T) {
	processors.SetNaps(true, 1<<20)
	defer processors.SetNaps(false, 0)
	t.Run("pieces", TestSplitReads)
	s := inprocess.Start(t, "--shards", "2")
	var clients sync.WaitGroup
	for i := range 20 {
		c := s.Dial(t)
		clients.Go(func() {
			key, want := "key "+strconv.Itoa(i), int64(0)
			for n := range 100 {
				if v, err := c.Do("PING"); err != nil || v.Str != "PONG" {
					t.Errorf("PING answers %v, %v", v, err)
					return
				}
				if n%3 > 0 {
					continue
				}
				want++
				if v, err := c.Do("INCR", key); err != nil || v.Int != want {
					t.Errorf("INCR answers %v, %v, want %d", v, err, want)
					return
				}
			}
		})
	}
	clients.Wait()
}

// TestHugePipeline sends ten thousand commands before it reads.
func TestHugePipeline(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	d, c := new(dialogue), s.Dial(t)
	for i := range 10_000 {
		switch i % 5 {
		case 0:
			d.say("+OK", "SET", fmt.Sprint("k", i%97), fmt.Sprint(i))
		case 1:
			d.say(fmt.Sprintf(`"%d"`, i-1), "GET", fmt.Sprint("k", (i-1)%97))
		case 2:
			d.say("+PONG", "PING")
		case 3:
			d.say(fmt.Sprint(i/5+1), "INCR", "n")
		default:
			d.say(fmt.Sprintf(`["%d", $nil]`, i/5+1), "MGET", "n", "none")
		}
	}
	sent := make(chan error, 1)
	go func() { sent <- c.SendRaw(d.requests.String()) }()
	d.hear(t, c)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
}

// TestHalfACommand ends in the middle of a request. Those before it are
// answered, and the half is not run.
func TestHalfACommand(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	whole := servertest.Encode([]string{"SET", "k", "whole"})
	half := servertest.Encode([]string{"SET", "k", "half"})
	for n := range len(half) {
		c := s.DialTCP(t)
		if err := c.SendRaw(whole + half[:n]); err != nil {
			t.Fatal(err)
		}
		if got := c.Hear(t); got != "+OK" {
			t.Fatalf("%d bytes of the next request: %s", n, got)
		}
		_ = c.Close()
	}
	if got := s.Dial(t).Say(t, "GET", "k"); got != `"whole"` {
		t.Errorf("the value is %s", got)
	}
}

// closer is the writing side of a socket.
type closer interface{ CloseWrite() error }

// TestEndWithTheLastBytes ends its side together with the last request. The
// replies arrive, and the server ends its side soon.
func TestEndWithTheLastBytes(t *testing.T) {
	s := inprocess.Start(t, append(inprocess.Port(t), "--shards", "2")...)
	for name, dial := range map[string]func(testing.TB) *inprocess.Conn{"tcp": s.DialTCP, "unix": s.Dial} {
		t.Run(name, func(t *testing.T) {
			for range 5 {
				c := dial(t)
				if err := c.SendRaw("PING\r\nSET k v\r\n"); err != nil {
					t.Fatal(err)
				}
				if err := c.Conn.(closer).CloseWrite(); err != nil {
					t.Fatal(err)
				}
				if a, b := c.Hear(t), c.Hear(t); a != "+PONG" || b != "+OK" {
					t.Fatalf("replies %s %s", a, b)
				}
				began := time.Now()
				if !c.Ended(10 * time.Second) {
					t.Fatal("the connection stays open")
				}
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("the end took %v", took)
				}
			}
		})
	}
}

func TestLimits(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2", "--proto-max-bulk-len", "1mb", "--client-query-buffer-limit", "1mb",
		"--requirepass", "secret")
	const protocol = `-"ERR Protocol error: `
	auth := servertest.Encode([]string{"AUTH", "secret"})
	for _, c := range []struct{ what, send, want string }{
		{"bulk too long", auth + "*1\r\n$1048577\r\n", protocol + `invalid bulk length"`},
		{"bulk of negative length", auth + "*1\r\n$-1\r\n", protocol + `invalid bulk length"`},
		{"bulk of no length", auth + "*1\r\n$abc\r\n", protocol + `invalid bulk length"`},
		{"bulk without end", auth + "*1\r\n$4\r\nPINGxx", protocol + `expected CRLF after bulk"`},
		{"no bulk", auth + "*1\r\n:1\r\n", protocol + `expected '$', got ':'"`},
		{"too many arguments", auth + "*1048577\r\n", protocol + `invalid multibulk length"`},
		{"arguments of no number", auth + "*x\r\n", protocol + `invalid multibulk length"`},
		{"endless line", auth + strings.Repeat("a", 70<<10), protocol + `too big inline request"`},
		{"endless count", auth + "*" + strings.Repeat("1", 70<<10), protocol + `too big mbulk count string"`},
		{"endless length", auth + "*1\r\n$" + strings.Repeat("1", 70<<10), protocol + `too big bulk count string"`},
		{"open quote", auth + "GET \"a\r\n", protocol + `unbalanced quotes in request"`},
		{"many arguments of a stranger", "*11\r\n", protocol + `unauthenticated multibulk length"`},
		{"long argument of a stranger", "*2\r\n$3\r\nGET\r\n$16385\r\n", protocol + `unauthenticated bulk length"`},
	} {
		t.Run(c.what, func(t *testing.T) {
			conn := s.Dial(t)
			go func() { _ = conn.SendRaw(c.send) }() // the server may be gone before it has all
			if strings.HasPrefix(c.send, auth) {
				if got := conn.Hear(t); got != "+OK" {
					t.Fatal(got)
				}
			}
			if got := conn.Hear(t); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if !conn.Ended(5 * time.Second) {
				t.Error("the connection stays open")
			}
		})
	}
}

// TestQueryBufferLimit sends one request that is larger than a client may hold,
// each of its arguments being allowed.
func TestQueryBufferLimit(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2", "--client-query-buffer-limit", "1mb")
	c := s.Dial(t)
	value := strings.Repeat("v", 100<<10)
	request := "*101\r\n$4\r\nMSET\r\n" + strings.Repeat(fmt.Sprintf("$1\r\nk\r\n$%d\r\n%s\r\n", len(value), value), 49)
	sent := make(chan struct{})
	go func() {
		_ = c.SendRaw(request)
		close(sent)
	}()
	if !c.Ended(10 * time.Second) {
		t.Error("the connection stays open")
	}
	<-sent
	if got := s.Dial(t).Say(t, "EXISTS", "k"); got != "0" {
		t.Errorf("EXISTS k: %s", got)
	}
}

// TestBigArgument sends and reads an argument far larger than any buffer.
func TestBigArgument(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c := s.Dial(t)
	value := strings.Repeat("0123456789abcdef", 1<<20)
	sent := make(chan error, 1)
	go func() { sent <- c.Send("SET", "big", value) }()
	if got := c.Hear(t); got != "+OK" {
		t.Fatal(got)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if got := c.Say(t, "GET", "big"); got != `"`+value+`"` {
		t.Errorf("%d bytes came back as %d", len(value), len(got)-2)
	}
}

// TestProtocolWithinAPipeline changes to RESP3 and back between commands whose
// replies differ.
func TestProtocolWithinAPipeline(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c, d := s.Dial(t), new(dialogue)
	d.say("$nil", "GET", "none")
	d.say("[$nil, $nil, $nil]", "MGET", "a", "b", "c")
	d.say("+OK", "SET", "there", "1")
	if err := c.SendRaw(d.requests.String() + "HELLO 3\r\nGET none\r\nMGET a b c\r\nBLPOP x 0.001\r\nCONFIG GET port\r\n" +
		"HELLO 2\r\nGET none\r\nCONFIG GET port\r\nRESET\r\nGET there\r\n"); err != nil {
		t.Fatal(err)
	}
	d.hear(t, c)
	for i, want := range []string{
		"{", "_nil", "[_nil, _nil, _nil]", "_nil", `{"port": "0"}`, "[", "$nil", `["port", "0"]`, "+RESET", `"1"`,
	} {
		got := c.Hear(t)
		if len(want) == 1 { // the description of the server
			got = got[:1]
		}
		if got != want {
			t.Errorf("reply %d is %s, want %s", i, got, want)
		}
	}
}

// TestDatabasesAreApart has two clients in different databases, in pipelines
// that change database between their commands.
func TestDatabasesAreApart(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	a, b := s.Dial(t), s.Dial(t)
	if got := b.Say(t, "SELECT", "1"); got != "+OK" {
		t.Fatal(got)
	}
	d := new(dialogue)
	for n := range 16 {
		d.say("+OK", "SELECT", fmt.Sprint(n))
		d.say("+OK", "SET", "k", fmt.Sprint("of ", n))
		d.say("+OK", "MSET", "x", fmt.Sprint(n), "y", fmt.Sprint(n), "z", fmt.Sprint(n))
	}
	d.say(`-"ERR DB index is out of range"`, "SELECT", "16")
	for n := range 16 {
		d.say("+OK", "SELECT", fmt.Sprint(n))
		d.say(fmt.Sprintf(`"of %d"`, n), "GET", "k")
		d.say(fmt.Sprintf(`["%d", "%d", "%d"]`, n, n, n), "MGET", "x", "y", "z")
		d.say("4", "DBSIZE")
	}
	if err := a.SendRaw(d.requests.String()); err != nil {
		t.Fatal(err)
	}
	d.hear(t, a)
	if got := b.Say(t, "GET", "k"); got != `"of 1"` {
		t.Errorf("the other client sees %s", got)
	}
}

// TestMutedReplies walks through the modes of CLIENT REPLY.
func TestMutedReplies(t *testing.T) {
	s := inprocess.Start(t, "--shards", "3")
	c, d := s.Dial(t), new(dialogue)
	muted := func(words ...string) { d.requests.WriteString(servertest.Encode(words)) }
	d.say("+PONG", "PING")
	muted("CLIENT", "REPLY", "SKIP")
	muted("SET", "a", "1")
	d.say(`"1"`, "GET", "a")
	muted("CLIENT", "REPLY", "SKIP")
	muted("MSET", "a", "2", "b", "2", "c", "2", "d", "2")
	d.say(`["2", "2", "2", "2"]`, "MGET", "a", "b", "c", "d")
	muted("CLIENT", "REPLY", "SKIP")
	muted("BLPOP", "none", "0.001") // skipped although its reply comes later
	d.say("+PONG", "PING")
	muted("CLIENT", "REPLY", "OFF")
	muted("INCR", "a")
	muted("MGET", "a", "b", "c", "d")
	muted("NOPE")
	muted("CLIENT", "REPLY", "SKIP") // OFF stays
	muted("PING")
	muted("GET", "a")
	muted("PING")
	d.say("+OK", "CLIENT", "REPLY", "ON")
	d.say(`"3"`, "GET", "a")
	d.say(`-"ERR syntax error"`, "CLIENT", "REPLY", "MAYBE")
	d.say("+PONG", "PING")
	if err := c.SendRaw(d.requests.String()); err != nil {
		t.Fatal(err)
	}
	d.hear(t, c)
}

func TestNothingBehindQuit(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	c := s.Dial(t)
	if err := c.SendRaw("SET k 1\r\nQUIT\r\nSET k 2\r\n"); err != nil {
		t.Fatal(err)
	}
	if a, b := c.Hear(t), c.Hear(t); a != "+OK" || b != "+OK" {
		t.Errorf("replies %s %s", a, b)
	}
	if rest, err := io.ReadAll(c); err != nil || len(rest) != 0 {
		t.Errorf("%q, %v after QUIT", rest, err)
	}
	if got := s.Dial(t).Say(t, "GET", "k"); got != `"1"` {
		t.Errorf("the value is %s", got)
	}
}
