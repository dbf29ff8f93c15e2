package persist_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// speaker is a connection that can hold a whole pipeline.
type speaker interface {
	SendRaw(raw string) error
	Do(words ...string) (resp.Value, error)
}

// dataset makes random requests that write values of every type.
type dataset struct {
	rng   *rand.Rand
	old   bool // nothing that Redis 7.0 does not know
	large bool // collections that outgrow their records
}

func (d *dataset) word() string {
	switch d.rng.IntN(6) {
	case 0:
		return strconv.Itoa(d.rng.IntN(1000) - 500)
	case 1:
		return strconv.FormatInt(d.rng.Int64(), 10)
	case 2:
		return strings.Repeat("abcd", d.rng.IntN(30)+1) // worth compressing
	case 3:
		p := make([]byte, d.rng.IntN(20))
		for i := range p {
			p[i] = byte(d.rng.Uint32())
		}
		return string(p)
	case 4:
		return strings.Repeat("x", d.rng.IntN(200)) + strconv.Itoa(d.rng.IntN(1000))
	default:
		return fmt.Sprintf("word:%d", d.rng.IntN(1000))
	}
}

// words returns some words behind others.
func (d *dataset) words(front []string, each int) []string {
	n := 1 + d.rng.IntN(8)
	if d.large && d.rng.IntN(4) == 0 {
		n = 200 + d.rng.IntN(700)
	}
	for range n * each {
		front = append(front, d.word())
	}
	return front
}

// request returns one request.
func (d *dataset) request() []string {
	n := d.rng.IntN(16)
	key := fmt.Sprintf("key:%d:%d", n, d.rng.IntN(6))
	switch n {
	case 0, 1:
		return []string{"SET", key, d.word()}
	case 2:
		return []string{"SET", key, d.word(), "EX", strconv.Itoa(1000 + d.rng.IntN(1000))}
	case 3:
		return d.words([]string{"RPUSH", key}, 1)
	case 4:
		return d.words([]string{"SADD", key}, 1)
	case 5:
		words := []string{"SADD", key}
		for range 1 + d.rng.IntN(40) {
			words = append(words, strconv.Itoa(d.rng.IntN(100000)))
		}
		return words
	case 6:
		words := []string{"ZADD", key}
		for _, w := range d.words(nil, 1) {
			words = append(words, strconv.FormatFloat(d.rng.NormFloat64()*100, 'g', -1, 64), w)
		}
		return words
	case 7:
		return d.words([]string{"HSET", key}, 2)
	case 8:
		return d.words([]string{"XADD", key, "*"}, 2)
	case 9:
		return []string{"XGROUP", "CREATE", "key:8:" + strconv.Itoa(d.rng.IntN(6)), "g" + strconv.Itoa(d.rng.IntN(3)), "0", "MKSTREAM"}
	case 10:
		return []string{"XREADGROUP", "GROUP", "g0", "c" + strconv.Itoa(d.rng.IntN(3)), "COUNT", "2", "STREAMS", "key:8:1", ">"}
	case 11:
		return []string{"SETBIT", key, strconv.Itoa(d.rng.IntN(300_000)), "1"}
	case 12:
		return d.words([]string{"PFADD", key}, 1)
	case 13:
		return []string{"PEXPIRE", fmt.Sprintf("key:%d:%d", d.rng.IntN(16), d.rng.IntN(6)), "1000000"}
	case 14:
		if d.old {
			return []string{"APPEND", key, d.word()}
		}
		return []string{"HEXPIRE", "key:7:" + strconv.Itoa(d.rng.IntN(6)), "1000", "FIELDS", "2", d.word(), d.word()}
	default:
		if d.old {
			return []string{"XSETID", "key:8:1", "99999999999999-0"}
		}
		return []string{"HSETEX", "key:7:" + strconv.Itoa(d.rng.IntN(6)), "EX", "1000", "FIELDS", "1", d.word(), d.word()}
	}
}

// fill sends n random requests, some of them to other databases, and reads all replies.
func (d *dataset) fill(t *testing.T, c speaker, n int, read func() error) {
	t.Helper()
	var b strings.Builder
	sent := 0
	for range n {
		if d.rng.IntN(8) == 0 {
			b.WriteString(servertest.Encode([]string{"SELECT", strconv.Itoa(d.rng.IntN(4))}))
			sent++
		}
		b.WriteString(servertest.Encode(d.request()))
		sent++
	}
	written := make(chan error, 1) // a server whose replies nobody reads stops reading
	go func() { written <- c.SendRaw(b.String()) }()
	for range sent {
		if err := read(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
}

func fill(t *testing.T, d *dataset, c *inprocess.Conn, n int) {
	t.Helper()
	d.fill(t, c, n, func() error { _, err := c.Reply(); return err })
}

// random returns a source of random numbers whose seed the test logs.
func random(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// say sends a request and ends the test when the reply is an error.
func say(t *testing.T, c speaker, words ...string) string {
	t.Helper()
	v, err := c.Do(words...)
	if err != nil {
		t.Fatalf("%.100q: %v", words, err)
	}
	if v.IsError() {
		t.Fatalf("%.100q: %s", words, v)
	}
	return v.String()
}
