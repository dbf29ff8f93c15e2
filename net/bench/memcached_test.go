package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
)

// standIn is as much of memcached as rows ask for, so that its protocol is tested
// where memcached is not installed.
type standIn struct {
	mu   sync.Mutex
	held map[string]string // by key, what stands behind it in a reply
}

// serveStandIn is the program of the stand-in. The port is the argument behind -p.
func serveStandIn(args []string) error {
	port := ""
	for i, a := range args {
		if a == "-p" && i+1 < len(args) {
			port = args[i+1]
		}
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return err
	}
	m := &standIn{held: map[string]string{}}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go m.serve(c)
	}
}

// serve answers one connection until it ends or says what is no request.
func (m *standIn) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	w := bufio.NewWriter(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if !m.answer(w, r, strings.Fields(line)) || r.Buffered() == 0 && w.Flush() != nil {
			return
		}
	}
}

func (m *standIn) answer(w io.Writer, r *bufio.Reader, words []string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case len(words) == 1 && words[0] == "stats":
		fmt.Fprintf(w, "STAT pid %d\r\nSTAT version 0.1\r\nSTAT empty\r\nSTAT curr_items %d\r\nEND\r\n", os.Getpid(), len(m.held))
	case len(words) == 2 && words[0] == "get":
		if v, ok := m.held[words[1]]; ok {
			fmt.Fprintf(w, "VALUE %s 0 %d\r\n%s\r\n", words[1], len(v), v)
		}
		fmt.Fprint(w, "END\r\n")
	case len(words) == 5 && words[0] == "set":
		v, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		m.held[words[1]] = strings.TrimSuffix(v, "\r\n")
		fmt.Fprint(w, "STORED\r\n")
	default:
		return false
	}
	return true
}

// memcachedPrograms are the stand-in, and memcached itself where it is installed.
func memcachedPrograms(t *testing.T) []Program {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := Memcached(own)
	p.Args = append([]string{memcachedFlag}, p.Args...)
	list := []Program{p}
	if path, err := exec.LookPath("memcached"); err == nil {
		list = append(list, Memcached(path))
	}
	return list
}

// memcachedFlag makes this binary the stand-in.
const memcachedFlag = "--memcached"

func TestMemcachedWire(t *testing.T) {
	d := dataset{prefix: "key:", keys: 10, value: 8}
	g, c := newGenerator(d), memcachedKeys(d)
	key, value := string(g.keyOf(7)), string(g.valueOf(7))
	for want, x := range map[string]func(*generator, *resp.Writer, int){
		"set " + key + " 0 0 8\r\n" + value + "\r\n": c.store.ask,
		"STORED\r\n":          c.store.hear,
		"get " + key + "\r\n": c.read.ask,
		"VALUE " + key + " 0 8\r\n" + value + "\r\n" + "END\r\n": c.read.hear,
	} {
		var w resp.Writer
		if x(g, &w, 7); string(w.Buf) != want {
			t.Errorf("got %q, want %q", w.Buf, want)
		}
	}
}

func TestFindStat(t *testing.T) {
	for text, want := range map[string]string{
		"STAT pid 12\r\nSTAT pidx 3\r\nEND\r\n": "12",
		"STAT x\r\nSTAT pid\r\nEND\r\n":         "",
		"END\r\n":                               "",
	} {
		if got, err := findStat(bufio.NewReader(strings.NewReader(text)), "pid"); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "STAT pid 1\r\n", "ERROR\r\n", "-ERR x\r\nEND\r\n", "\r\n", strings.Repeat("x", 10_000)} {
		if got, err := findStat(bufio.NewReader(strings.NewReader(text)), "pid"); err == nil {
			t.Errorf("%.20q: got %q and no error", text, got)
		}
	}
}

// TestMemcached fills a server that speaks memcached's protocol, reads it back and
// finds a value that was changed.
func TestMemcached(t *testing.T) {
	for _, p := range memcachedPrograms(t) {
		b := &bench{dir: t.TempDir(), versions: map[string]string{}, scale: quickScale()}
		ctx := context.Background()
		s, err := b.start(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		defer s.stop()
		d := dataset{prefix: "key:", keys: 3_000, value: valueSize}
		if err := s.fillPeer(ctx, setup{keys: d.keys, value: d.value}, b.scale); err != nil {
			t.Fatal(err)
		}
		if err := s.verify(ctx, memcachedKeys(d), b.scale.fill); err != nil {
			t.Error(err)
		}
		c, err := dial(s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		var other bytes.Buffer
		fmt.Fprintf(&other, "set %s 0 0 5\r\nother\r\n", newGenerator(d).keyOf(2_999))
		if _, err := c.conn.Write(other.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := expect(c.r, []byte("STORED\r\n")); err != nil {
			t.Fatal(err)
		}
		if err := s.verify(ctx, memcachedKeys(d), b.scale.limit); err == nil {
			t.Error("a value that was changed went unnoticed")
		}
		if v := b.versions[p.Name]; v == "" || v == "unknown" {
			t.Errorf("the version is %q", v)
		}
	}
}

// TestPeers measures the rows of peers with every server.
func TestPeers(t *testing.T) {
	redis := look(t, "redis-server")
	for _, p := range memcachedPrograms(t) {
		o := Options{
			Servers: []Program{{Name: "troupe", Path: redis}, {Name: "redis", Path: redis}, {Name: "valkey", Path: redis}}, Rivals: 2,
			Peer: p, Only: []string{"set-p16", GroupPeers}, Benchmark: look(t, "redis-benchmark"), Floor: floored(t), Reps: 1, Quick: true,
		}
		r, err := Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if last := r.Servers[len(r.Servers)-1].Name; len(r.Results) != 5 || last != p.Name {
			t.Fatalf("%d results, the last server is %s", len(r.Results), last)
		}
		checkFigures(t, r.Results[0], 3)
		for _, res := range r.Results[1:] {
			checkFigures(t, res, 4)
		}
		for _, c := range r.charts("x") {
			if got := c.series[len(c.series)-1] == p.Name; got != (c.group == GroupPeers) {
				t.Errorf("chart %s shows %q", c.file, c.series)
			}
		}
	}
}
