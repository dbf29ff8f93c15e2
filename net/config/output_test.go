package config

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestOutputLimitsInAFile reads one line for each class, as configuration files
// have them, and writes them back.
func TestOutputLimitsInAFile(t *testing.T) {
	path := write(t, "troupe.conf", strings.Join([]string{
		"client-output-buffer-limit normal 1mb 0 0", "port 6380",
		"client-output-buffer-limit replica 1gb 64mb 5", "client-output-buffer-limit pubsub 2mb 1mb 7",
	}, "\n")+"\n")
	s, _ := load(t, path)
	const loaded = "normal 1048576 0 0 slave 1073741824 67108864 5 pubsub 2097152 1048576 7"
	if got := formatOutputLimits(s.Values()); got != loaded {
		t.Errorf("loaded %q, want %q", got, loaded)
	}
	if refusal := set(s, "client-output-buffer-limit|pubsub 3 2 1"); refusal != "" {
		t.Fatal(refusal)
	}
	limit := s.Values().OutputLimits[OutputPubSub]
	if limit.Hard != 3 || limit.Soft != 2 || limit.For != time.Second {
		t.Errorf("the limit is %+v", limit)
	}
	if err := s.Rewrite(); err != nil {
		t.Fatal(err)
	}
	again, _ := load(t, path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const want = "normal 1048576 0 0 slave 1073741824 67108864 5 pubsub 3 2 1"
	if got := formatOutputLimits(again.Values()); got != want {
		t.Errorf("loaded again %q, want %q; the file is\n%s", got, want, text)
	}
	if n := strings.Count(string(text), "client-output-buffer-limit"); n != 1 {
		t.Errorf("%d lines in the file, want one:\n%s", n, text)
	}
}
