package pubsub

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// check compares a hub with what its subscribers say, and looks at its invariants.
func check(t *testing.T, h *Hub, subs []*Subscriber) {
	t.Helper()
	want := [kinds]map[string]int{{}, {}, {}}
	listening := 0
	for _, s := range subs {
		for k := range s.topics {
			for name := range s.topics[k] {
				want[k][name]++
			}
		}
		if s.total() > 0 {
			listening++
		}
	}
	got := [kinds]map[string]int{{}, {}, {}}
	add := func(k kind, topics map[string]*topic) {
		for name, topic := range topics {
			got[k][name] = len(topic.subs)
			for i, place := range topic.subs {
				if place.at != i || place.sub.topics[k][name] != place {
					t.Fatalf("place %d of %q is wrong", i, name)
				}
			}
		}
	}
	for k := range h.parts {
		for i := range h.parts[k] {
			add(kind(k), h.parts[k][i].topics)
		}
	}
	add(patterns, h.matching.topics)
	for i, topic := range h.matching.listed {
		if topic.at != i || h.matching.topics[string(topic.name)] != topic {
			t.Fatalf("pattern %q is not where it says", topic.name)
		}
	}
	for k := range want {
		if !maps.Equal(got[k], want[k]) {
			t.Fatalf("kind %d: the hub has %v, subscribers have %v", k, got[k], want[k])
		}
		if n := h.names[k].Load(); n != int64(len(want[k])) {
			t.Fatalf("kind %d: %d names, want %d", k, n, len(want[k]))
		}
	}
	if len(h.matching.listed) != len(want[patterns]) || h.clients.Load() != int64(listening) {
		t.Fatalf("%d patterns are listed and %d clients listen", len(h.matching.listed), h.clients.Load())
	}
}

// TestHubAgainstSubscribers lets subscribers join and leave at random.
func TestHubAgainstSubscribers(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	h := NewHub()
	subs := make([]*Subscriber, 12)
	for i := range subs {
		subs[i] = newSubscriber(h, nil)
	}
	for n := range 20_000 {
		s, k, name := subs[rng.IntN(len(subs))], kind(rng.IntN(int(kinds))), fmt.Sprint("name", rng.IntN(20))
		switch at := rng.IntN(100); {
		case at < 55:
			s.join(k, []byte(name))
		case at < 98:
			s.leave(k, name)
		case at < 99:
			s.Clear()
		default:
			i := slices.Index(subs, s)
			s.Close()
			s.join(k, []byte(name)) // too late
			subs[i] = newSubscriber(h, nil)
		}
		if n%500 == 0 {
			check(t, h, subs)
		}
	}
	for _, s := range subs {
		s.Close()
	}
	check(t, h, nil)
	if f := h.Figures(); f != (Figures{}) {
		t.Errorf("figures of an empty hub: %+v", f)
	}
}

// TestNamesInOrder wants a subscriber's names in the order it began to listen.
func TestNamesInOrder(t *testing.T) {
	s := newSubscriber(NewHub(), nil)
	var want []string
	for i := range 50 {
		want = append(want, fmt.Sprint(i*7%50))
		s.join(channels, []byte(want[i]))
	}
	if got := s.names(channels); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestBytes compares the memory that is counted with the memory that is taken.
func TestBytes(t *testing.T) {
	for name, each := range map[string]int{"a channel each": 0, "few channels": 50} {
		t.Run(name, func(t *testing.T) {
			h := NewHub()
			subs := make([]*Subscriber, 1000)
			for i := range subs {
				subs[i] = newSubscriber(h, nil)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			for i, s := range subs {
				for n := range 50 {
					topic := n
					if each == 0 {
						topic = i*50 + n
					}
					s.join(channels, fmt.Appendf(nil, "channel:%08d", topic))
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			taken, counted := int64(after.HeapAlloc-before.HeapAlloc), h.Figures().Bytes
			t.Logf("taken %d, counted %d: %d each", taken, counted, taken/50_000)
			if counted < taken/2 || counted > taken*2 {
				t.Errorf("%d bytes are counted, %d are taken", counted, taken)
			}
			runtime.KeepAlive(subs)
		})
	}
}
