package pubsub_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// words returns what a listener is told, as one line.
func words(v resp.Value) string {
	if len(v.Elems) == 0 {
		return v.Str
	}
	var line []string
	for _, e := range v.Elems {
		line = append(line, words(e))
	}
	return strings.Join(line, " ")
}

// script is what a publisher says in one go, and what somebody hears of it who listens
// to everything.
type script struct {
	rng       *rand.Rand
	said      strings.Builder
	heard     []string
	replies   int
	messages  int
	unchanged []int // keys that the listener keeps values of
}

func (s *script) say(words ...string) {
	s.said.WriteString(servertest.Encode(words))
	s.replies++
}

func (s *script) hear(format string, args ...any) {
	s.heard = append(s.heard, fmt.Sprintf(format, args...))
}

// publish sends a message to one of a few channels, some of which a pattern matches.
func (s *script) publish() (verb, channel, payload string) {
	s.messages++
	payload = strconv.Itoa(s.messages)
	switch channel = fmt.Sprint("c", s.rng.IntN(12)); s.rng.IntN(8) {
	case 0:
		s.hear("smessage %s %s", channel, payload)
		return "SPUBLISH", channel, payload
	case 1:
		channel = fmt.Sprint("p", channel)
		s.hear("message %s %s", channel, payload)
		s.hear("pmessage p* %s %s", channel, payload)
	default:
		s.hear("message %s %s", channel, payload)
	}
	return "PUBLISH", channel, payload
}

// event changes a key whose events are heard.
func (s *script) event() []string {
	s.messages++
	s.hear("pmessage __key*:event* __keyspace@0__:event{k}%d set", s.messages)
	return []string{"SET", fmt.Sprint("event{k}", s.messages), "v"}
}

// step adds a command.
func (s *script) step() {
	switch at := s.rng.IntN(20); {
	case at < 14:
		verb, channel, payload := s.publish()
		for n := s.rng.IntN(4); n >= 0 && verb == "PUBLISH" && channel[0] == 'c'; n-- { // more of the same
			s.say(verb, channel, payload)
			s.messages++
			payload = strconv.Itoa(s.messages)
			s.hear("message %s %s", channel, payload)
		}
		s.say(verb, channel, payload)
	case at < 15 && len(s.unchanged) > 0:
		s.say("INCR", fmt.Sprint("kept{k}", s.unchanged[0]))
		s.hear("invalidate kept{k}%d", s.unchanged[0])
		s.unchanged = s.unchanged[1:]
	case at < 16:
		s.say(s.event()...)
	case at < 17:
		s.say("MULTI")
		for range 1 + s.rng.IntN(3) {
			verb, channel, payload := s.publish()
			s.say(verb, channel, payload)
			s.say(s.event()...)
		}
		s.say("EXEC")
	case at < 18:
		verb, channel, payload := s.publish()
		event := s.event()
		s.say("EVAL", "redis.call(ARGV[1], ARGV[2], ARGV[3]) return redis.call('SET', KEYS[1], 'v')",
			"1", event[1], verb, channel, payload)
	default:
		s.say("PING")
	}
}

// TestOneOrderOfEverything has a client publish to many channels in long pipelines,
// with other commands of which somebody is told in between. Who listens to everything
// is told in the order of the commands. All keys are of one shard.
func TestOneOrderOfEverything(t *testing.T) {
	const keys, rounds = 200, 60
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for _, proto := range []string{"2", "3"} {
		server := inprocess.Start(t, "--shards", "2", "--notify-keyspace-events", "K$")
		c, p := server.Dial(t), server.Dial(t)
		s := &script{rng: rand.New(rand.NewPCG(seed, 0))}
		c.Say(t, "HELLO", proto)
		if proto == "3" {
			c.Say(t, "CLIENT", "TRACKING", "ON")
			for i := range keys {
				c.Say(t, "GET", fmt.Sprint("kept{k}", i))
				s.unchanged = append(s.unchanged, i)
			}
		}
		subscriptions := 0
		for i := range 12 {
			for _, words := range [][]string{{"SUBSCRIBE", fmt.Sprint("c", i), fmt.Sprint("pc", i)}, {"SSUBSCRIBE", fmt.Sprint("c", i)}} {
				subscriptions += len(words) - 1
				if err := c.Send(words...); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.Send("PSUBSCRIBE", "p*", "__key*:event*"); err != nil {
			t.Fatal(err)
		}
		for range subscriptions + 2 {
			c.Hear(t)
		}
		for range rounds {
			s.said.Reset()
			s.heard, s.replies = s.heard[:0], 0
			for range 1 + s.rng.IntN(40) {
				s.step()
			}
			if err := p.SendRaw(s.said.String()); err != nil {
				t.Fatal(err)
			}
			for i, want := range s.heard {
				v, err := c.Reply()
				if got := words(v); err != nil || got != want {
					t.Fatalf("RESP%s: number %d is %q, want %q (%v)", proto, i, got, want, err)
				}
			}
			for range s.replies {
				if v, err := p.Reply(); err != nil || v.IsError() {
					t.Fatalf("%v, %v", v, err)
				}
			}
		}
	}
}

// TestCountedIsHeard has clients come and go while others publish in pipelines. All
// messages that PUBLISH has counted are heard, and no others.
func TestCountedIsHeard(t *testing.T) {
	const publishers, pipelines, depth, listeners, visits = 3, 150, 20, 5, 40
	s := inprocess.Start(t, "--shards", "2")
	var counted, heard atomic.Int64
	var all sync.WaitGroup
	stays := s.Dial(t)
	stays.Say(t, "SUBSCRIBE", "c")
	all.Go(func() {
		for range publishers * pipelines * depth {
			if _, err := stays.Reply(); err != nil {
				t.Error(err)
				return
			}
			heard.Add(1)
		}
	})
	for range publishers {
		c := s.Dial(t)
		all.Go(func() {
			for range pipelines {
				if err := c.SendRaw(strings.Repeat("PUBLISH c m\r\n", depth)); err != nil {
					t.Error(err)
				}
				for range depth {
					v, err := c.Reply()
					if err != nil {
						t.Error(err)
						return
					}
					counted.Add(v.Int)
				}
			}
		})
	}
	for range listeners {
		c := s.Dial(t)
		all.Go(func() {
			for range visits {
				if err := c.SendRaw("SUBSCRIBE c\r\nUNSUBSCRIBE c\r\n"); err != nil {
					t.Error(err)
				}
				for ends := 0; ends < 2; {
					v, err := c.Reply()
					switch {
					case err != nil:
						t.Error(err)
						return
					case v.Elems[0].Str == "message":
						heard.Add(1)
					default:
						ends++
					}
				}
			}
		})
	}
	all.Wait()
	if counted.Load() != heard.Load() || heard.Load() < publishers*pipelines*depth {
		t.Errorf("%d messages were counted, %d were heard", counted.Load(), heard.Load())
	}
}

// TestHearsItself has a client publish to itself in one pipeline. Each message comes
// before the reply that counts it, and behind all replies before that.
func TestHearsItself(t *testing.T) {
	s := inprocess.Start(t, "--shards", "1")
	c := s.Dial(t)
	c.Say(t, "HELLO", "3")
	c.Say(t, "SUBSCRIBE", "c")
	if err := c.SendRaw("PUBLISH c 1\r\nPING\r\nPUBLISH c 2\r\nPUBLISH c 3\r\n"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"message c 1", "1", "PONG", "message c 2", "1", "message c 3", "1"} {
		v, err := c.Reply()
		got := words(v)
		if v.Kind == resp.KindInt {
			got = strconv.FormatInt(v.Int, 10)
		}
		if err != nil || got != want {
			t.Errorf("number %d is %q, want %q (%v)", i, got, want, err)
		}
	}
}
