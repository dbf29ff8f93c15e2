package migrate_test

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
)

// TestMain removes the server that the tests have built.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := servertest.RemoveBuild(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// pair is two servers, the first of which sends keys to the second.
type pair struct {
	t        *testing.T
	from, to *servertest.Client
	port     string // of the second
}

func newPair(t *testing.T, from, to servertest.Starter, args ...string) *pair {
	t.Helper()
	target := to(t, args...)
	_, port, err := net.SplitHostPort(target.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{t: t, from: dial(t, from(t).Addr), to: dial(t, target.Addr), port: port}
}

func dial(t *testing.T, addr string) *servertest.Client {
	t.Helper()
	c, err := servertest.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// run sends requests, those that begin with "to" to the second server, and returns
// what was said and heard. PORT stands for the port of the second.
func (p *pair) run(script []string) []string {
	p.t.Helper()
	var heard []string
	for _, line := range script {
		words := strings.Fields(strings.ReplaceAll(line, "PORT", p.port))
		for i := range words {
			if words[i] == `""` {
				words[i] = ""
			}
		}
		c := p.from
		if words[0] == "to" {
			c, words = p.to, words[1:]
		}
		v, err := c.Do(words...)
		if err != nil {
			p.t.Fatalf("%s: %v", line, err)
		}
		heard = append(heard, line+": "+v.String())
	}
	return heard
}

// peers are the kinds of servers that keys go from and to.
func peers() map[string][2]servertest.Starter {
	return map[string][2]servertest.Starter{
		"troupe to redis":  {servertest.Troupe, servertest.Redis},
		"redis to troupe":  {servertest.Redis, servertest.Troupe},
		"troupe to troupe": {servertest.Troupe, servertest.Troupe},
	}
}

// TestAsRedis runs a script between two servers of Redis and between all others, and
// compares what is heard.
func TestAsRedis(t *testing.T) {
	script := []string{
		`MIGRATE 127.0.0.1 PORT nothing 0 1000`,
		`SET k v`, `MIGRATE 127.0.0.1 PORT k 0 1000`, `GET k`, `to GET k`,
		`SET k w`, `MIGRATE 127.0.0.1 PORT k 0 1000`, `GET k`, `to GET k`,
		`MIGRATE 127.0.0.1 PORT k 0 1000 REPLACE COPY`, `GET k`, `to GET k`,
		`MIGRATE 127.0.0.1 PORT k 3 1000 COPY`, `to SELECT 3`, `to GET k`, `to SELECT 0`,
		`MIGRATE 127.0.0.1 PORT k 99 1000 COPY`, `GET k`,
		`MIGRATE 127.0.0.1 PORT k 0 1000 REPLACE`, `EXISTS k`,
		`RPUSH l a b c`, `HSET h f 1 g 2`, `ZADD z 1 a 2 b`, `SADD s a b 3`, `XADD x 1-1 a b`, `SET t v PX 100000`,
		`MIGRATE 127.0.0.1 PORT "" 0 1000 KEYS l h z s x t gone`, `DBSIZE`,
		`to LRANGE l 0 -1`, `to HGETALL h`, `to ZRANGE z 0 -1 WITHSCORES`, `to SCARD s`, `to XRANGE x - +`, `to GET t`,
		`SET a 1`, `SET b 2`, `to SET a 0`,
		`MIGRATE 127.0.0.1 PORT "" 0 1000 KEYS a b`, `EXISTS a`, `EXISTS b`, `to MGET a b`,
		`SET a 1`, `MIGRATE 127.0.0.1 PORT a 0 0 REPLACE`, `SET a 1`, `MIGRATE 127.0.0.1 PORT "" 0 -1 REPLACE KEYS a a`,
		`SET a 1`, `MIGRATE 127.0.0.1 PORT a 0 1000 REPLACE AUTH secret`, `EXISTS a`,
		`MIGRATE 127.0.0.1 PORT a 0 1000 KEYS a`, `MIGRATE 127.0.0.1 PORT a 0 1000 NONSENSE`,
		`MIGRATE 127.0.0.1 PORT a x 1000`, `MIGRATE 127.0.0.1 PORT a 0 x`, `MIGRATE 127.0.0.1 PORT a 0 1000 AUTH`,
		`MIGRATE 127.0.0.1 PORT a 0 1000 AUTH2 u`, `MIGRATE 127.0.0.1 1 a 0 1000`, `MIGRATE 127.0.0.1 PORT a 0`,
		`MIGRATE 127.0.0.1 PORT "" 0 1000 KEYS`,
		`to CONFIG SET requirepass secret`, `SET a 2`,
		`MIGRATE 127.0.0.1 PORT a 0 1000 REPLACE AUTH wrong`, `EXISTS a`,
		`MIGRATE 127.0.0.1 PORT a 0 1000 REPLACE AUTH secret`, `EXISTS a`, `SET a 3`,
		`MIGRATE 127.0.0.1 PORT a 0 1000 REPLACE AUTH2 default secret`, `EXISTS a`, `to GET a`,
		`MULTI`, `SET m 1`, `MIGRATE 127.0.0.1 PORT m 0 1000 AUTH secret`, `EXISTS m`, `EXEC`, `to GET m`,
	}
	want := newPair(t, servertest.Redis, servertest.Redis).run(script)
	for name, kinds := range peers() {
		t.Run(name, func(t *testing.T) {
			got := newPair(t, kinds[0], kinds[1]).run(script)
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("redis %s\nhere  %s", want[i], got[i])
				}
			}
		})
	}
}

// TestLarge moves big values, whose digests are the same on the other side.
func TestLarge(t *testing.T) {
	for name, kinds := range peers() {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, kinds[0], kinds[1])
			var names []string
			for _, fill := range [][]string{{"RPUSH", "l"}, {"SADD", "s"}, {"HSET", "h"}, {"ZADD", "z"}} {
				words := slices.Clone(fill)
				for i := range 5000 {
					words = append(words, fmt.Sprint(i))
					if fill[0] == "HSET" || fill[0] == "ZADD" {
						words = append(words, "value:"+fmt.Sprint(i))
					}
				}
				if v, err := p.from.Do(words...); err != nil || v.IsError() {
					t.Fatalf("%s: %s %v", fill[0], v, err)
				}
				names = append(names, fill[1])
			}
			before := p.run([]string{"DEBUG DIGEST"})[0]
			p.run([]string{`MIGRATE 127.0.0.1 PORT "" 0 5000 KEYS ` + strings.Join(names, " ")})
			if after := p.run([]string{"to DEBUG DIGEST"})[0]; after != "to "+before {
				t.Errorf("before: %s, behind: %s", before, after)
			}
			if left := p.run([]string{"DBSIZE"})[0]; left != "DBSIZE: 0" {
				t.Errorf("left: %s", left)
			}
		})
	}
}

// TestSilence sends keys to a server that never answers. They stay.
func TestSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, start := range []servertest.Starter{servertest.Redis, servertest.Troupe} {
		c := dial(t, start(t).Addr)
		began := time.Now()
		for _, words := range [][]string{{"SET", "k", "v"}, {"MIGRATE", "127.0.0.1", port, "k", "0", "300"}, {"GET", "k"}} {
			v, err := c.Do(words...)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"SET": "OK", "MIGRATE": "IOERR error or timeout reading to target instance", "GET": "v"}[words[0]]
			if v.Str != want {
				t.Errorf("%q: %s, want %s", words, v, want)
			}
		}
		if took := time.Since(began); took < 200*time.Millisecond || took > 5*time.Second {
			t.Errorf("the timeout of 300 ms took %v", took)
		}
	}
}
