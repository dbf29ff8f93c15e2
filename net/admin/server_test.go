package admin_test

import (
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
	"github.com/troupe-db/troupe/net/servertest"
)

// running is a server in this process and a client of it.
type running struct {
	t      *testing.T
	server *server.Server
	client *servertest.Client
}

// start runs a server with the given options until the test ends.
func start(t *testing.T, options ...string) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(addr)
	store, _, err := config.Load(append([]string{"--bind", "127.0.0.1", "--port", port, "--save", ""}, options...), strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.Start(store, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return &running{t: t, server: s, client: dial(t, addr)}
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

// say sends a request, words split at spaces, and returns the reply.
func say(t *testing.T, c *servertest.Client, line string) resp.Value {
	t.Helper()
	v, err := c.Do(strings.Fields(line)...)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return v
}

func (r *running) say(line string) resp.Value {
	r.t.Helper()
	return say(r.t, r.client, line)
}

// fields takes an INFO apart: section to field to value.
func fields(info string) map[string]map[string]string {
	all, section := map[string]map[string]string{}, ""
	for line := range strings.SplitSeq(info, "\r\n") {
		if title, ok := strings.CutPrefix(line, "# "); ok {
			section = title
			all[section] = map[string]string{}
		} else if name, value, ok := strings.Cut(line, ":"); ok {
			all[section][name] = value
		}
	}
	return all
}

// number returns a field of an INFO as a number.
func (r *running) number(section, field string) float64 {
	r.t.Helper()
	text, ok := fields(r.say("INFO everything").Str)[section][field]
	n, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil {
		r.t.Fatalf("INFO %s has no number %s: %q", section, field, text)
	}
	return n
}

// TestInfoFieldsAreRedis asks Redis for its INFO: a field here has the name of a
// field there, in the same section, or is one of the server's own.
func TestInfoFieldsAreRedis(t *testing.T) {
	own := map[string]string{
		"Server":  " troupe_version go_version shards ",
		"Clients": " pubsub_clients watching_clients total_watched_keys ", // of 7.4, which the oracle is older than
		"Memory": " arena_bytes arena_live_bytes arena_resident_bytes index_bytes index_segments big_values" +
			" big_value_bytes objects go_heap_bytes go_total_bytes go_heap_goal_bytes go_memory_limit_bytes ",
		"Stats": " expired_subkeys client_output_buffer_limit_disconnections evicted_scripts ", // of 7.4, too
	}
	redis := fields(say(t, dial(t, servertest.Redis(t).Addr), "INFO everything").Str)
	for section, names := range fields(start(t).say("INFO everything").Str) {
		if section == "Runtime" || section == "Shards" {
			continue
		}
		for name := range names {
			if _, known := redis[section][name]; !known && !strings.Contains(own[section], " "+name+" ") {
				t.Errorf("section %s: redis has no field %s", section, name)
			}
		}
	}
}

func TestInfoTellsTheTruth(t *testing.T) {
	r := start(t, "--shards", "3", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lfu")
	for _, line := range []string{"SET a 1", "SET b 2 EX 100", "GET a", "GET none", "SELECT 3", "SET c 1", "NOSUCH"} {
		r.say(line)
	}
	info := fields(r.say("INFO everything").Str)
	for path, want := range map[string]string{
		"Server/shards":                           "3",
		"Server/redis_mode":                       "standalone",
		"Clients/connected_clients":               "1",
		"Memory/maxmemory_human":                  "100.00M",
		"Memory/maxmemory_policy":                 "allkeys-lfu",
		"Stats/keyspace_hits":                     "1",
		"Stats/keyspace_misses":                   "1",
		"Stats/total_error_replies":               "1",
		"Stats/total_connections_received":        "1",
		"Persistence/rdb_changes_since_last_save": "3",
		"Replication/role":                        "master",
		"Keyspace/db0":                            "keys=2,expires=1",
		"Keyspace/db3":                            "keys=1,expires=0",
	} {
		section, field, _ := strings.Cut(path, "/")
		got, _, _ := strings.Cut(info[section][field], ",avg_ttl=")
		if got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if len(info["Shards"]) != 3 {
		t.Errorf("shards: %v", info["Shards"])
	}
	for _, path := range []string{
		"Memory/used_memory", "Memory/used_memory_peak", "Memory/used_memory_rss",
		"Stats/total_net_input_bytes", "Runtime/goroutines", "Memory/go_heap_bytes", "Stats/total_commands_processed",
	} {
		section, field, _ := strings.Cut(path, "/")
		if n := r.number(section, field); n <= 0 {
			t.Errorf("%s is %v", path, n)
		}
	}
}

func TestInfoForm(t *testing.T) {
	r := start(t)
	if v := r.say("INFO cluster"); v.Str != "# Cluster\r\ncluster_enabled:0\r\n" || v.Kind != '$' {
		t.Errorf("INFO cluster: %s", v)
	}
	if v := r.say("INFO nothing"); v.Str != "" || v.Null {
		t.Errorf("INFO nothing: %s", v)
	}
	r.say("HELLO 3")
	if v := r.say("INFO CLUSTER nothing"); v.Kind != '=' || v.Format != "txt" || v.Str != "# Cluster\r\ncluster_enabled:0\r\n" {
		t.Errorf("INFO CLUSTER in RESP3: %s", v)
	}
}

func TestResetStat(t *testing.T) {
	r := start(t)
	r.say("GET x")
	r.say("CONFIG RESETSTAT")
	if n := r.number("Stats", "keyspace_misses"); n != 0 {
		t.Errorf("keyspace_misses is %v after CONFIG RESETSTAT", n)
	}
	if n := r.number("Stats", "total_connections_received"); n != 0 {
		t.Errorf("total_connections_received is %v after CONFIG RESETSTAT", n)
	}
}

// TestErrorsAsRedis compares whole replies with those of the real server.
func TestErrorsAsRedis(t *testing.T) {
	redis := dial(t, servertest.Redis(t).Addr)
	r := start(t, "--enable-debug-command", "local")
	for _, line := range []string{
		"SHUTDOWN ABORT", "SHUTDOWN foo", "SHUTDOWN SAVE NOSAVE", "SHUTDOWN abort now", "SHUTDOWN NOSAVE ABORT",
		"SHUTDOWN save save now x", "SHUTDOWN ABORT ABORT", "DEBUG", "DEBUG foo", "DEBUG SLEEP", "DEBUG sleep abc",
		"DEBUG SLEEP 0", "DEBUG SLEEP -1", "DEBUG POPULATE", "DEBUG POPULATE abc", "DEBUG POPULATE -1",
		"DEBUG POPULATE 3 pr 4 5", "DEBUG POPULATE 3 pr abc", "DEBUG POPULATE 3 pr -1", "DEBUG SET-ACTIVE-EXPIRE",
		"DEBUG SET-ACTIVE-EXPIRE x", "DEBUG SET-ACTIVE-EXPIRE 1", "DEBUG OBJECT", "DEBUG OBJECT nokey", "DEBUG HELP x",
		"MEMORY foo", "MEMORY", "TIME x", "INFO nothing", "LOLWUT VERSION x",
		"CONFIG SET a", "CONFIG SET maxmemory", "CONFIG SET maxmemory x", "CONFIG SET port x", "CONFIG SET nosuch 1",
		"CONFIG SET hz 1 hz 2", "CONFIG SET hz 1 b", "CONFIG SET databases 3", "CONFIG GET nosuch", "CONFIG GET", "CONFIG nosuch",
		"CONFIG REWRITE", "CONFIG RESETSTAT", "CONFIG SET bind 192.0.2.1", "CONFIG SET dir /tmp",
		"CONFIG SET maxclients 1000000",
	} {
		theirs, ours := say(t, redis, line), r.say(line)
		if theirs.String() != ours.String() {
			t.Errorf("%s\n   troupe %s\n    redis %s", line, ours, theirs)
		}
	}
}

func TestPopulateAsRedis(t *testing.T) {
	redis := dial(t, servertest.Redis(t).Addr)
	r := start(t, "--enable-debug-command", "yes", "--shards", "3")
	requests := []string{
		"SET pre:1 old", "DEBUG POPULATE 3 pre", "DEBUG POPULATE 5 pre 20", "DEBUG POPULATE 3 q 2",
		"DEBUG POPULATE 2", "DEBUG POPULATE 2 z 0", "DEBUG POPULATE 9000 many", "DBSIZE",
	}
	for _, key := range []string{"pre:0", "pre:1", "pre:4", "q:0", "key:1", "key:2", "z:1", "many:8999", "many:9000"} {
		requests = append(requests, "GET "+key)
	}
	for _, line := range requests {
		theirs, ours := say(t, redis, line), r.say(line)
		if theirs.String() != ours.String() {
			t.Errorf("%s\n   troupe %s\n    redis %s", line, ours, theirs)
		}
	}
	if v := r.say("DEBUG POPULATE 1 x 99999999999"); v.Kind != '-' {
		t.Errorf("a value of 99999999999 bytes: %s", v)
	}
	r.say("CONFIG SET maxmemory 1")
	if v := r.say("DEBUG POPULATE 10 full"); !strings.HasPrefix(v.Str, "OOM ") {
		t.Errorf("without memory: %s", v)
	}
}

func TestDebugObject(t *testing.T) {
	r := start(t, "--enable-debug-command", "yes", "--shards", "3")
	for _, key := range []string{"a", "b", "c", "d"} {
		r.say("SET " + key + " 12")
		if v := r.say("DEBUG OBJECT " + key); !strings.Contains(v.Str, "encoding:int ") || v.Kind != '+' {
			t.Errorf("DEBUG OBJECT %s: %s", key, v)
		}
	}
	r.say("SELECT 1")
	if v := r.say("DEBUG OBJECT a"); v.Kind != '-' {
		t.Errorf("DEBUG OBJECT in another database: %s", v)
	}
}

func TestDebugIsGuarded(t *testing.T) {
	const want = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it " +
		"from a local connection, otherwise you need to set this option in the configuration file, and then restart the server."
	r := start(t)
	for _, line := range []string{"DEBUG HELP", "DEBUG SLEEP 0", "DEBUG nosuch"} {
		if v := r.say(line); v.Kind != '-' || v.Str != want {
			t.Errorf("%s: %s", line, v)
		}
	}
}

func TestDebugSleepStopsEveryShard(t *testing.T) {
	r := start(t, "--enable-debug-command", "yes", "--shards", "3")
	other := dial(t, r.server.Addrs()[0].String())
	say(t, other, "PING")
	if err := r.client.Send("DEBUG", "SLEEP", "0.3"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		say(t, other, "GET "+key)
	}
	if waited := time.Since(began); waited < 150*time.Millisecond {
		t.Errorf("six keys were read in %v while the server slept", waited)
	}
	if _, err := r.client.Read(); err != nil {
		t.Error(err)
	}
}

func TestSetActiveExpire(t *testing.T) {
	r := start(t, "--enable-debug-command", "yes")
	r.say("DEBUG SET-ACTIVE-EXPIRE 0")
	r.say("SET k v PX 1")
	time.Sleep(300 * time.Millisecond)
	if v := r.say("DBSIZE"); v.Int != 1 {
		t.Errorf("with active expiry off there are %s keys", v)
	}
	r.say("DEBUG SET-ACTIVE-EXPIRE 1")
	deadline := time.Now().Add(5 * time.Second)
	for r.say("DBSIZE").Int != 0 {
		if time.Now().After(deadline) {
			t.Fatal("with active expiry on the key stays")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestTime(t *testing.T) {
	r := start(t)
	before := time.Now().Unix()
	v := r.say("TIME")
	if len(v.Elems) != 2 {
		t.Fatalf("TIME: %s", v)
	}
	seconds, err1 := strconv.ParseInt(v.Elems[0].Str, 10, 64)
	micros, err2 := strconv.ParseInt(v.Elems[1].Str, 10, 64)
	if err1 != nil || err2 != nil || seconds < before || seconds > time.Now().Unix() || micros < 0 || micros > 999999 {
		t.Errorf("TIME: %s, at %d", v, before)
	}
}

func TestLolwut(t *testing.T) {
	r := start(t)
	for _, line := range []string{"LOLWUT", "LOLWUT VERSION 5", "LOLWUT VERSION 6 3 1", "LOLWUT 99999 -5"} {
		if v := r.say(line); !strings.Contains(v.Str, "Troupe ver. ") || !strings.Contains(v.Str, "●") {
			t.Errorf("%s: %s", line, v)
		}
	}
	if v := r.say("LOLWUT x"); v.Kind != '-' {
		t.Errorf("LOLWUT x: %s", v)
	}
}

func TestShutdown(t *testing.T) {
	dir := t.TempDir()
	r := start(t, "--dir", dir, "--dbfilename", "taken")
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil { // no file can be written there
		t.Fatal(err)
	}
	if v := r.say("SHUTDOWN SAVE"); v.Kind != '-' || !strings.HasPrefix(v.Str, "ERR Errors trying to SHUTDOWN") {
		t.Errorf("SHUTDOWN SAVE: %s", v)
	}
	select {
	case <-r.server.Asked():
		t.Fatal("SHUTDOWN SAVE stops the server")
	default:
	}
	if v, err := r.client.Do("SHUTDOWN", "SAVE", "FORCE"); err == nil {
		t.Errorf("SHUTDOWN SAVE FORCE: %s", v)
	}
	select {
	case <-r.server.Asked():
	case <-time.After(5 * time.Second):
		t.Error("SHUTDOWN SAVE FORCE does not stop the server")
	}
}

func TestConfigSetMovesThePort(t *testing.T) {
	r := start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	taken := l.Addr().(*net.TCPAddr).Port
	v := r.say("CONFIG SET timeout 77 port " + strconv.Itoa(taken))
	if want := "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs."; v.Str != want {
		t.Errorf("a port that is taken: %s", v)
	}
	if v := r.say("CONFIG GET timeout"); v.Elems[1].Str != "0" {
		t.Errorf("timeout was not set back: %s", v)
	}
	say(t, dial(t, r.server.Addrs()[0].String()), "PING")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if v := r.say("CONFIG SET port " + strconv.Itoa(taken)); v.Str != "OK" {
		t.Fatalf("a free port: %s", v)
	}
	if v := say(t, dial(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(taken))), "PING"); v.Str != "PONG" {
		t.Errorf("on the new port: %s", v)
	}
}
