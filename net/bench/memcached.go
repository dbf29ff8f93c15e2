package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"os/user"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
)

// memcachedMegabytes is what memcached may use for keys and values: more than
// any row stores, so that nothing is evicted.
const memcachedMegabytes = 1024

// Memcached returns the memcached of the given path as a server to be measured:
// on loopback, without UDP, with a thread for each processor. It refuses to run as
// root unless it is told to, hence the name of the user.
func Memcached(path string) Program {
	p := Program{Name: "memcached", Path: path, memcached: true, Args: []string{
		"-l", "127.0.0.1", "-p", "{port}", "-U", "0", "-t", strconv.Itoa(runtime.NumCPU()),
		"-m", strconv.Itoa(memcachedMegabytes), "-c", strconv.Itoa(maxClients),
	}}
	if u, err := user.Current(); err == nil && u.Uid == "0" {
		p.Args = append(p.Args, "-u", u.Username)
	}
	return p
}

// plainKeys is the collection of d's keys in the protocol of the server.
func (p Program) plainKeys(d dataset) collection {
	if p.memcached {
		return memcachedKeys(d)
	}
	return plainKeys(d)
}

// memcachedKeys is plainKeys in memcached's text protocol:
//
//	set KEY 0 0 LENGTH\r\n VALUE\r\n    ->  STORED\r\n
//	get KEY\r\n                         ->  VALUE KEY 0 LENGTH\r\n VALUE\r\n END\r\n
//
// It cannot count its keys: see stat.
func memcachedKeys(d dataset) collection {
	return collection{
		dataset: d, noun: "keys", there: d.keys,
		store: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				w.Buf = append(append(w.Buf, "set "...), g.keyOf(i)...)
				w.Buf = memcachedValue(w.Buf, " 0 0 ", g.valueOf(i))
			},
			hear: func(_ *generator, w *resp.Writer, _ int) { w.Buf = append(w.Buf, "STORED\r\n"...) },
		},
		read: exchange{
			ask: func(g *generator, w *resp.Writer, i int) {
				w.Buf = append(append(append(w.Buf, "get "...), g.keyOf(i)...), "\r\n"...)
			},
			hear: func(g *generator, w *resp.Writer, i int) {
				w.Buf = append(append(w.Buf, "VALUE "...), g.keyOf(i)...)
				w.Buf = append(memcachedValue(w.Buf, " 0 ", g.valueOf(i)), "END\r\n"...)
			},
		},
	}
}

// memcachedValue appends what stands behind a key: the numbers, the length of the
// value, the value.
func memcachedValue(out []byte, numbers string, value []byte) []byte {
	out = strconv.AppendInt(append(out, numbers...), int64(len(value)), 10)
	out = append(out, "\r\n"...)
	return append(append(out, value...), "\r\n"...)
}

// stat returns one of the figures that memcached has about itself, empty when it
// has no such figure.
func (s *instance) stat(name string) (string, error) {
	c, err := dial(s.addr)
	if err != nil {
		return "", err
	}
	defer c.close()
	if err := c.conn.SetDeadline(time.Now().Add(replyTimeout)); err != nil {
		return "", err
	}
	if _, err := c.conn.Write([]byte("stats\r\n")); err != nil {
		return "", err
	}
	return findStat(c.r, name)
}

// findStat reads the reply to stats, lines of "STAT name value" up to END.
func findStat(r *bufio.Reader, name string) (string, error) {
	found := ""
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		words := strings.Fields(string(line))
		switch {
		case bytes.Equal(line, []byte("END\r\n")):
			return found, nil
		case len(words) < 2 || words[0] != "STAT":
			return "", fmt.Errorf("got %.80q in place of a figure", line)
		case len(words) > 2 && words[1] == name:
			found = words[2]
		}
	}
}
