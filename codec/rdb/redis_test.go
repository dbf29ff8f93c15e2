package rdb

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// server is a redis-server of a test, with one client.
type server struct {
	t    *testing.T
	dir  string
	conn net.Conn
	in   *bufio.Reader
}

// start starts a server that loads the file in dir, if there is one.
func start(t *testing.T, dir string, settings ...string) *server {
	t.Helper()
	socket := filepath.Join(dir, "socket")
	args := append([]string{
		"--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no",
		"--enable-debug-command", "yes", "--sanitize-dump-payload", "yes",
	}, settings...)
	var log bytes.Buffer
	cmd := exec.Command("redis-server", args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, dir: dir}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("redis-server: %s", log.String())
		}
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			s.conn, s.in = conn, bufio.NewReader(conn)
			t.Cleanup(func() { conn.Close() })
			if !strings.HasPrefix(s.do([]byte("PING")), "-LOADING") {
				return s
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server does not answer: %v", err)
		}
	}
}

// do sends a request whose reply is one line or one bulk string.
func (s *server) do(words ...[]byte) string {
	s.t.Helper()
	request := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, w := range words {
		request = fmt.Appendf(request, "$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := s.conn.Write(request); err != nil {
		s.t.Fatal(err)
	}
	line, err := s.in.ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	if line[0] == '*' {
		s.t.Fatalf("%q is answered with an array", words)
	}
	if n, err := strconv.Atoi(strings.TrimSpace(line[1:])); line[0] == '$' && err == nil {
		if _, err := io.CopyN(io.Discard, s.in, int64(n)+2); err != nil {
			s.t.Fatal(err)
		}
	}
	return strings.TrimSpace(line)
}

// dof is do for a request of words without spaces.
func (s *server) dof(format string, args ...any) string {
	s.t.Helper()
	return s.do(bytes.Fields(fmt.Appendf(nil, format, args...))...)
}

// fill gives the server keys of every type and size.
func (s *server) fill(rng *rand.Rand) {
	for db := range 2 {
		s.dof("SELECT %d", db)
		for _, n := range []int{1, 10, 200, 700} {
			for range n {
				s.dof("SADD ints%d %d", n, rng.Int64()>>rng.IntN(64))
				s.do(fmt.Appendf(nil, "SADD"), fmt.Append(nil, "set", n), text(rng))
				s.do([]byte("RPUSH"), fmt.Append(nil, "list", n), text(rng))
				s.do([]byte("HSET"), fmt.Append(nil, "hash", n), text(rng), text(rng))
				s.do([]byte("ZADD"), fmt.Append(nil, "zset", n), fmt.Append(nil, rng.NormFloat64()), text(rng))
				s.do([]byte("XADD"), fmt.Append(nil, "stream", n), []byte("*"), []byte("a"), text(rng), text(rng), text(rng))
			}
			s.dof("ZADD zset%d inf a -inf b 1e300 c", n)
			s.do([]byte("SET"), fmt.Append(nil, "text", n), bytes.Repeat(text(rng), n))
			s.dof("PEXPIRE text%d %d", n, 10_000_000+rng.IntN(1000))
			s.dof("XGROUP CREATE stream%d g 0", n)
			s.dof("XGROUP CREATECONSUMER stream%d g c", n)
			s.dof("XTRIM stream%d MAXLEN %d", n, n/2+1)
		}
		s.do([]byte("RPUSH"), []byte("long"), bytes.Repeat([]byte("long "), 50_000))
	}
}

// TestWithRedis reads what redis-server saves, and has it load what is written of
// that: nothing changes on the way, whatever the layouts.
func TestWithRedis(t *testing.T) {
	const seed = 9
	t.Logf("seed %d", seed)
	for name, settings := range map[string][]string{
		"flat": {"--list-max-listpack-size", "-5", "--hash-max-listpack-entries", "100000"},
		"big": {
			"--set-max-intset-entries", "0", "--zset-max-listpack-entries", "0", "--hash-max-listpack-entries", "0",
			"--list-max-listpack-size", "2", "--stream-node-max-entries", "7", "--rdbcompression", "no",
			"--maxmemory-policy", "allkeys-lfu", "--maxmemory", "1gb",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, t.TempDir(), settings...)
			s.fill(rand.New(rand.NewPCG(seed, seed)))
			digest := s.dof("DEBUG DIGEST")
			if got := s.dof("SAVE"); got != "+OK" {
				t.Fatal(got)
			}
			file, err := os.ReadFile(filepath.Join(s.dir, "dump.rdb"))
			if err != nil {
				t.Fatal(err)
			}
			keys, err := read(bytes.NewReader(file))
			if err != nil || len(keys) != 2*29 {
				t.Fatalf("%d keys, %v", len(keys), err)
			}
			for _, flat := range []bool{false, true} {
				loads(t, keys, flat, digest)
			}
		})
	}
}

// loads checks that redis-server loads what is written of keys, and has the digest
// then.
func loads(t *testing.T, keys []key, flat bool, digest string) {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "dump.rdb")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(out, Redis70Version, keys, flat); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("redis-check-rdb", name).CombinedOutput(); err != nil {
		t.Errorf("redis-check-rdb: %v\n%s", err, said)
	}
	if got := start(t, dir).dof("DEBUG DIGEST"); got != digest {
		t.Errorf("flat %v: the digest is %s, was %s", flat, got, digest)
	}
}
