package bench

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/bench/floor"
)

// TestMain makes this binary the floor too, as the program is, and the stand-in for
// memcached.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "--floor" {
		if err := floor.Serve(os.Args[2]); err != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == memcachedFlag {
		if err := serveStandIn(os.Args[2:]); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// floored is the floor as a server.
func floored(t *testing.T) Program {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Program{Name: FloorName, Path: own, Args: []string{"--floor", "{port}"}}
}

// look finds a program these tests need. Without it nothing is shown, so its
// absence is a failure.
func look(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("these tests need %s: %v", name, err)
	}
	return path
}

// troupe builds the server under test.
func troupe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "troupe")
	out, err := exec.Command("go", "build", "-o", path, "github.com/troupe-db/troupe/cmd/troupe").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// quickRows are those that TestQuick runs: of rows that differ in nothing but a
// command, one stands for the others.
func quickRows() []Row {
	chosen := []string{"perf-set-c5000", "perf-get-cold", "perf-get-64kb", "perf-mix-95-5-zipf", "perf-shards", "peers-get-p1", "peers-set-p16", "set-of-lrange_300", "lean-ping_inline", "lean-rpush", "lean-lrange_300", "tail-50", "tail-70-bgsave", "tail-70-expiry"}
	return slices.DeleteFunc(Rows(), func(r Row) bool {
		alike := r.Group == GroupPerformance || r.Group == GroupPeers || r.Group == GroupTail || r.Group == GroupTypesThroughput && strings.HasSuffix(r.Name, "-p1") ||
			slices.Contains([]string{"rpop-p16", "rpush-p16", "get-p1", "get-p16", "zrank-large", "zadd-large", "publish-1", "memory-filling", "memory-holes", "memory-16-16"}, r.Name)
		return alike && !slices.Contains(chosen, r.Name)
	})
}

// TestQuick runs rows of every kind once at small scale.
func TestQuick(t *testing.T) {
	servers := []Program{{Name: "troupe", Path: troupe(t)}, {Name: "redis", Path: look(t, "redis-server")}}
	rows := quickRows()
	only := make([]string, len(rows))
	for i, r := range rows {
		only[i] = r.Name
	}
	report, log := quick(t, only, servers...)
	for _, f := range report.Failed {
		t.Errorf("row %s: %s", f.Row, f.Reason)
	}
	if len(report.Results) != len(rows) {
		t.Fatalf("%d results of %d rows", len(report.Results), len(rows))
	}
	for i, res := range report.Results {
		if res.Row != rows[i].Name || len(res.Metrics) == 0 {
			t.Errorf("row %s has the result %+v", rows[i].Name, res)
		}
		checkFigures(t, res, 2)
		if res.Group == GroupTail && (len(res.Checks) != 1 || res.Checks[0].What != MetricP999+" against redis") {
			t.Errorf("row %s holds the tail to %+v", res.Row, res.Checks)
		}
		if !strings.Contains(log, rows[i].Name+": ") {
			t.Errorf("row %s was not announced", rows[i].Name)
		}
	}
	shown := map[string]bool{}
	for _, c := range report.charts("quick") {
		if shown[c.file] {
			t.Errorf("two charts are called %s", c.file)
		}
		shown[c.file] = true
	}
	for _, r := range rows {
		if r.chart != "" && !slices.ContainsFunc(report.charts("quick"), func(c chart) bool { return slices.Contains(c.labels, r.label) }) {
			t.Errorf("row %s is in no chart", r.Name)
		}
	}
	dir := t.TempDir()
	if err := report.Write(dir, "quick"); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "quick.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "smoke run") || strings.Contains(string(page), dir) {
		t.Error("the page does not say that it is a smoke run, or names directories of this machine")
	}
	for _, r := range rows {
		if !strings.Contains(string(page), "| "+cell(r.Title)+" |") {
			t.Errorf("row %s is not on the page", r.Name)
		}
	}
}

// TestThird measures rows of each kind with a third server beside the two.
func TestThird(t *testing.T) {
	redis := look(t, "redis-server")
	third := Program{Name: "third", Path: redis, Args: []string{"--port", "{port}", "--dir", "{dir}", "--save", "", "--hz", "20"}}
	report, _ := quick(t, []string{"set-p16", "multi", "memory-sets", "idle-connections"}, Program{Name: "first", Path: redis}, Program{Name: "second", Path: redis}, third)
	for _, res := range report.Results {
		checkFigures(t, res, 3)
	}
	for _, s := range report.Servers {
		if s.Name != FloorName && (s.Version == "" || s.Version == "unknown") {
			t.Errorf("%s has no version", s.Name)
		}
	}
}

// quick measures rows once at small scale, and returns what was logged too.
func quick(t *testing.T, only []string, servers ...Program) (*Report, string) {
	t.Helper()
	var log bytes.Buffer
	o := Options{Servers: servers, Only: only, Benchmark: look(t, "redis-benchmark"), Floor: floored(t), Reps: 1, Quick: true, Log: &log}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	report, err := Run(ctx, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	return report, log.String()
}

// checkFigures holds a result to having a figure for every server where servers
// are compared. Short runs may take less than a tick of processor time.
func checkFigures(t *testing.T, res Result, servers int) {
	t.Helper()
	for _, m := range res.Metrics {
		want := servers
		if res.Group == GroupLatency {
			want = 1
		}
		m.Figures = slices.DeleteFunc(m.Figures, func(f Figure) bool { return f.Server == FloorName })
		if strings.Contains(m.Name, "shard") {
			want = 1
		}
		if len(m.Figures) != want && m.Name != MetricFloor && m.Name != MetricSyncs {
			t.Errorf("%s: %s has %d figures, want %d", res.Row, m.Name, len(m.Figures), want)
		}
		compared := slices.Contains([]string{MetricThroughput, MetricLatency, MetricBase, MetricLongest}, m.Name)
		for _, f := range m.Figures {
			if f.Value < 0 || compared && f.Value == 0 {
				t.Errorf("%s: %s of %s is %v", res.Row, m.Name, f.Server, f.Value)
			}
		}
	}
}

// TestStops ends a run in the middle: it returns at once, says why, and leaves
// no server behind.
func TestStops(t *testing.T) {
	redis := look(t, "redis-server")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	log := &cutter{at: "2/2", cut: cancel}
	o := Options{
		Servers:   []Program{{Name: "a", Path: redis}, {Name: "b", Path: redis}},
		Benchmark: look(t, "redis-benchmark"), Reps: 1, Quick: true, Log: log, Only: []string{"set-p1", "get-p1"},
	}
	if _, err := Run(ctx, o); err == nil || ctx.Err() == nil {
		t.Errorf("a run that was ended: %v", err)
	}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was ended before it began: %v", err)
	}
}

// cutter ends a run when it says a certain thing.
type cutter struct {
	at  string
	cut func()
}

func (c *cutter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(c.at)) {
		c.cut()
	}
	return len(p), nil
}

// TestInstance follows a server from its start to its end.
func TestInstance(t *testing.T) {
	b := &bench{dir: t.TempDir(), versions: map[string]string{}, scale: quickScale()}
	ctx := context.Background()
	s, err := b.start(ctx, Program{Name: "redis", Path: look(t, "redis-server")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	d := dataset{prefix: "key:", keys: 5_000, value: 16, expiry: true}
	if err := s.fill(ctx, d, b.scale.fill); err != nil {
		t.Fatal(err)
	}
	if err := s.verify(ctx, plainKeys(d), b.scale.fill); err != nil {
		t.Errorf("what was stored is not there: %v", err)
	}
	if err := s.command("SET", "key:000000004999", "other"); err != nil {
		t.Fatal(err)
	}
	if err := s.verify(ctx, plainKeys(d), b.scale.limit); err == nil {
		t.Error("a value that was changed went unnoticed")
	}
	if err := s.fillList(ctx, 1234, 64); err != nil {
		t.Error(err)
	}
	if err := s.command("NOSUCH"); err == nil {
		t.Error("a command that does not exist gave no error")
	}
	s.stop()
	if !s.gone() || alive(s) {
		t.Error("the server is still there")
	}
	if err := s.fill(ctx, d, b.scale.fill); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("loading a server that is gone: %v", err)
	}
}

// alive asks the system itself whether the process is there.
func alive(s *instance) bool {
	_, err := os.Stat(procPath(s.pid, "stat"))
	return err == nil
}

// TestStartFails starts what cannot run: the error says what the server said.
func TestStartFails(t *testing.T) {
	b := &bench{dir: t.TempDir(), versions: map[string]string{}}
	redis := look(t, "redis-server")
	_, err := b.start(context.Background(), Program{Name: "wrong", Path: redis, Args: []string{"--no-such-directive", "1"}})
	if err == nil || !strings.Contains(err.Error(), "no-such-directive") {
		t.Errorf("a wrong directive: %v", err)
	}
	if _, err := b.start(context.Background(), Program{Name: "absent", Path: filepath.Join(b.dir, "absent")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a binary that is not there: %v", err)
	}
}
