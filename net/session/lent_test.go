package session_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// long is the letter so often that a value of it is lent to replies.
func long(letter string, more int) string { return strings.Repeat(letter, 40<<10+more) }

// TestLentValues reads long values and changes them in the same pipeline, in every way
// there is. Each reply is the value as it was when the command ran.
func TestLentValues(t *testing.T) {
	for name, args := range map[string][]string{"": nil, "logged": {"--appendonly", "yes"}, "one": {"--shards", "1"}} {
		t.Run(name, func(t *testing.T) {
			s := inprocess.Start(t, append([]string{"--shards", "2"}, args...)...)
			lentValues(t, s.Dial(t), "$nil", rand.New(rand.NewPCG(5, 6)))
			listening := s.Dial(t) // its replies go through an outbox
			listening.Say(t, "HELLO", "3")
			listening.Say(t, "SUBSCRIBE", "nothing")
			lentValues(t, listening, "_nil", rand.New(rand.NewPCG(7, 8)))
		})
	}
}

// lentValues sends pipelines about values whose state it knows, while snapshots are made.
func lentValues(t *testing.T, c *inprocess.Conn, null string, rng *rand.Rand) {
	t.Helper()
	values := map[string]string{}
	text := func(key string) string {
		if v, ok := values[key]; ok {
			return `"` + v + `"`
		}
		return null
	}
	for round := range 40 {
		var d dialogue
		for range 1 + rng.IntN(20) {
			key := "long" + strconv.Itoa(rng.IntN(4))
			v, letter := values[key], string(rune('a'+rng.IntN(26)))
			switch rng.IntN(16) {
			case 0, 1, 2, 3:
				d.say(text(key), "GET", key)
			case 4, 5:
				values[key] = long(letter, rng.IntN(2000))
				d.say("+OK", "SET", key, values[key])
			case 6:
				was := text(key)
				values[key] = long(letter, 7)
				d.say(was, "SET", key, values[key], "GET")
			case 7:
				values[key] = v + letter
				d.say(strconv.Itoa(len(v)+1), "APPEND", key, letter)
			case 8:
				if len(v) < 10 {
					v += strings.Repeat("\x00", 10-len(v))
					values[key] = v[:9] + letter
				} else {
					values[key] = v[:9] + letter + v[10:]
				}
				d.say(strconv.Itoa(len(values[key])), "SETRANGE", key, "9", letter)
				if strings.Contains(values[key], "\x00") { // is not worth being read back
					delete(values, key)
					d.say("1", "DEL", key)
				}
			case 9:
				if len(v) > 0 {
					bit := "0"
					if v[0]>>3&1 == 1 { // of the first letter
						bit = "1"
					}
					d.say(bit, "SETBIT", key, "4", bit)
				}
			case 10:
				d.say(text(key), "GETDEL", key)
				delete(values, key)
			case 11:
				d.say("["+text(key)+", "+text("long0")+", "+text(key)+"]", "MGET", key, "long0", key)
			case 12:
				d.say("+OK", "MULTI")
				d.say("+QUEUED", "GET", key)
				d.say("["+text(key)+"]", "EXEC")
			case 13:
				if _, ok := values[key]; ok {
					values["long3"] = v
					d.say("1", "COPY", key, "copy", "REPLACE")
					d.say("+OK", "RENAME", "copy", "long3")
				}
			case 14:
				if _, ok := values[key]; ok && key != "long2" {
					values["long2"] = v
					delete(values, key)
					d.say("+OK", "RENAME", key, "long2")
				}
				d.say("2", "EXISTS", "here", "here")
			default:
				d.say(text(key), "GETEX", key, "PERSIST")
			}
		}
		if round == 0 {
			c.Say(t, "FLUSHALL")
			c.Say(t, "SET", "here", "1")
		}
		if round%8 == 1 {
			c.Say(t, "BGSAVE")
		}
		send(t, c, d.requests.String())
		d.hear(t, c)
	}
}

// TestLentAndMuted leaves out replies to which something is lent, and keeps those around
// them apart.
func TestLentAndMuted(t *testing.T) {
	c := inprocess.Start(t, "--shards", "2").Dial(t)
	var d dialogue
	for i := range 8 {
		key, v := fmt.Sprint("k", i), long("v", i)
		d.say("+OK", "SET", key, v)
		d.requests.WriteString("CLIENT REPLY SKIP\r\nGET " + key + "\r\n")
		d.say(`"`+v+`"`, "GET", key)
		d.requests.WriteString("CLIENT REPLY OFF\r\nGET " + key + "\r\nGET " + key + "\r\n")
		d.say("+OK", "CLIENT", "REPLY", "ON")
		d.say("+PONG", "PING")
		d.say(`"`+v+`"`, "GET", key)
	}
	send(t, c, d.requests.String())
	d.hear(t, c)
}

// TestLentToWhoReadsLate changes a value while the client it is lent to has not read it.
func TestLentToWhoReadsLate(t *testing.T) {
	s := inprocess.Start(t, "--shards", "2")
	late, other := s.Dial(t), s.Dial(t)
	const times = 200 // more than the socket takes
	want := `"` + long("a", 0) + `"`
	other.Say(t, "SET", "k", long("a", 0))
	send(t, late, strings.Repeat("GET k\r\n", times))
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(other.Say(t, "INFO", "commandstats"), fmt.Sprintf("cmdstat_get:calls=%d,", times)) {
		if time.Sleep(time.Millisecond); time.Now().After(deadline) {
			t.Fatal("the requests have not run")
		}
	}
	for _, change := range [][]string{{"SETRANGE", "k", "0", "zzzz"}, {"SET", "k", long("b", 0)}, {"APPEND", "k", "c"}, {"DEL", "k"}, {"SET", "k", long("d", 0)}} {
		other.Say(t, change...)
	}
	for i := range times {
		if got := late.Hear(t); got != want {
			t.Fatalf("reply %d is %.20s of %d bytes", i, got, len(got))
		}
	}
}
