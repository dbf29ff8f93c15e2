package generic

import (
	"regexp"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

func TestObject(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Expect([][2]string{
			{"PUT i 5", "+OK"},
			{"PUT s v", "+OK"},
			{"PUT o @", "+OK"},
			{"OBJECT ENCODING i", "$3|int"},
			{"OBJECT ENCODING s", "$3|raw"},
			{"object encoding o", "$9|quicklist"},
			{"OBJECT REFCOUNT i", ":1"},
			{"OBJECT IDLETIME i", ":0"},
			{"OBJECT FREQ i", "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."},
			{"OBJECT ENCODING x", "$-1"},
			{"OBJECT REFCOUNT x", "$-1"},
			{"OBJECT FREQ x", "$-1"},
			{"OBJECT IDLETIME x", "$-1"},
		}...)
		h.Advance(7_999)
		h.Expect([][2]string{
			{"OBJECT IDLETIME i", ":7"},
			{"EXISTS i", ":1"},
			{"TTL i", ":-1"},
			{"TYPE i", "+string"},
			{"MEMORY USAGE x", "$-1"},
			{"OBJECT IDLETIME i", ":7"},
			{"TOUCH i", ":1"},
			{"OBJECT IDLETIME i", ":0"},
			{"OBJECT IDLETIME s", ":7"},
		}...)
		settings := *h.Settings
		settings.Policy = keyspace.VolatileLFU
		h.Set(&settings)
		h.Expect([][2]string{
			{"PUT n 1", "+OK"},
			{"OBJECT FREQ n", ":5"},
			{"OBJECT IDLETIME x", "$-1"},
			{"OBJECT IDLETIME i", "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."},
		}...)
	})
}

func TestObjectHelp(t *testing.T) {
	reply := newHarness(t, 1).Do("OBJECT", "HELP")
	if n, ok := commandtest.Replies([]byte(reply)); n != 1 || !ok || !strings.HasPrefix(reply, "*13\r\n+OBJECT <subcommand>") {
		t.Errorf("got %q", reply)
	}
}

func TestMemoryUsage(t *testing.T) {
	h := newHarness(t, 1)
	const syntax = "-ERR syntax error"
	h.Expect([][2]string{
		{"PUT k v", "+OK"},
		{"PUT o @" + strings.Repeat("x", 999), "+OK"},
		{"MEMORY USAGE x", "$-1"},
		{"MEMORY USAGE k SAMPLES", syntax},
		{"MEMORY USAGE k FOO 1", syntax},
		{"MEMORY USAGE k SAMPLES -1", syntax},
		{"MEMORY USAGE x SAMPLES y", integer},
		{"MEMORY USAGE x FOO", syntax},
		{"MEMORY USAGE", "-ERR wrong number of arguments for 'usage' command"},
	}...)
	usage := h.Do("MEMORY", "USAGE", "k")
	if !regexp.MustCompile(`^:[1-9][0-9]\r\n$`).MatchString(usage) {
		t.Errorf("a small key takes %q", usage)
	}
	for _, options := range []string{"SAMPLES 0", "samples 5", "SAMPLES 1 SAMPLES 9223372036854775807"} {
		if got := h.Dof("MEMORY USAGE k %s", options); got != usage {
			t.Errorf("%s: %q, without it %q", options, got, usage)
		}
	}
	if got := h.Do("MEMORY", "USAGE", "o"); !regexp.MustCompile(`^:10[0-9]{2}\r\n$`).MatchString(got) {
		t.Errorf("an Object of 1000 bytes takes %q", got)
	}
}

func TestDebugObject(t *testing.T) {
	h := newHarness(t, 1)
	h.Expect([2]string{"DEBUG OBJECT x", missing})
	for value, want := range map[string]string{
		"5": "encoding:int serializedlength:2 ", "-129": "encoding:int serializedlength:3 ",
		"40000": "encoding:int serializedlength:5 ", "1234567890123": "encoding:int serializedlength:14 ",
		"abc":                    "encoding:raw serializedlength:4 ",
		strings.Repeat("x", 63):  "encoding:raw serializedlength:64 ",
		strings.Repeat("x", 64):  "encoding:raw serializedlength:66 ",
		strings.Repeat("x", 1e5): "encoding:raw serializedlength:100005 ",
		"@object":                "encoding:quicklist serializedlength:7 ",
		"@long enough object":    "encoding:quicklist serializedlength:19 ",
	} {
		h.Do("PUT", "k", value)
		h.Advance(3000)
		reply := h.Do("DEBUG", "OBJECT", "k")
		shape := `^\+Value at:0x[0-9a-f]+ refcount:1 ` + want + `lru:[0-9]+ lru_seconds_idle:3\r\n$`
		if !regexp.MustCompile(shape).MatchString(reply) {
			t.Errorf("got %q, want %s", reply, shape)
		}
	}
}
