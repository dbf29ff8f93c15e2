package keyspace

import (
	"fmt"
	"slices"
	"testing"
)

// town is a herald that writes down what it is told.
type town struct{ heard []string }

func (h *town) Event(event string, k Key) { h.note("%s %s", event, k.Name()) }
func (h *town) InvalidateAll()            { h.note("all") }
func (h *town) Depart()                   { h.note("depart") }

func (h *town) Invalidate(who []*Tracker, c Change) {
	h.note("%s has changed for %s", c.Name, tasks(who...))
}

func (h *town) Broadcast(changes []Change) {
	for _, c := range changes {
		h.note("%s was changed by %s", c.Name, tasks(c.Author))
	}
}

func (h *town) note(format string, args ...any) {
	h.heard = append(h.heard, fmt.Sprintf(format, args...))
}

// tasks returns the tasks of trackers, which are their names here.
func tasks(who ...*Tracker) string {
	text := ""
	for _, t := range who {
		if t != nil {
			text += t.Task.(string)
		}
	}
	return text
}

func (h *town) expect(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(h.heard, want) {
		t.Errorf("heard %q, want %q", h.heard, want)
	}
	h.heard = nil
}

func openTown(t *testing.T, changes ...func(*Settings)) (*Keyspace, *town, *Audience) {
	ks, h, a := open(t, changes...), &town{}, &Audience{}
	ks.SetHerald(h, a)
	return ks, h, a
}

// TestReadersAreToldOnce goes through everything that may happen to a key that two
// clients have read, and to its neighbours.
func TestReadersAreToldOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(ks *Keyspace, k Key)
		want bool
	}{
		{"nothing", func(*Keyspace, Key) {}, false},
		{"read", func(_ *Keyspace, k Key) { k.Read() }, false},
		{"other key", func(ks *Keyspace, _ Key) { put(ks, 0, "other", NoExpire) }, false},
		{"other database", func(ks *Keyspace, _ Key) { put(ks, 1, "k", NoExpire) }, true},
		{"replace", func(ks *Keyspace, _ Key) { put(ks, 0, "k", NoExpire) }, true},
		{"change in place", func(_ *Keyspace, k Key) { k.Write().SetInt(5) }, true},
		{"resize", func(_ *Keyspace, k Key) { k.Write().Resize(3) }, true},
		{"object", func(_ *Keyspace, k Key) { k.PutObject(k.Write(), List, Quicklist, &blob{4}, NoExpire) }, true},
		{"set expiry", func(_ *Keyspace, k Key) { k.Write().SetExpiry(start + 1) }, true},
		{"delete", func(_ *Keyspace, k Key) { k.Write().Delete() }, true},
		{"expiry met", func(ks *Keyspace, k Key) { ks.Begin(start + 100); k.Read() }, true},
		{"eviction", func(ks *Keyspace, _ Key) { ks.evictOne() }, true},
		{"twice", func(ks *Keyspace, k Key) { k.Write().SetInt(5); k.Write().SetInt(6) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ks, h, a := openTown(t, func(s *Settings) { s.Policy = AllKeysRandom })
			put(ks, 0, "k", start+50)
			k := key(ks, 0, "k")
			one, two := &Tracker{Task: "one"}, &Tracker{Task: "two"}
			for _, who := range []*Tracker{one, two, one} {
				k.Remember(who)
			}
			if a.Keys() != 1 || a.Readings() != 2 {
				t.Errorf("%d keys and %d readings are remembered", a.Keys(), a.Readings())
			}
			c.do(ks, k)
			ks.End()
			if !c.want {
				h.expect(t)
				return
			}
			h.expect(t, "k has changed for onetwo", "depart")
			if a.Keys() != 0 || a.Readings() != 0 {
				t.Errorf("%d keys and %d readings are left", a.Keys(), a.Readings())
			}
			if ks.Begin(start); ks.attentive {
				t.Error("the shard looks at changes that nobody cares for")
			}
		})
	}
}

// TestRememberedKeysAreBounded has a shard that may remember two keys of three, and
// one that meets two names with one hash.
func TestRememberedKeysAreBounded(t *testing.T) {
	ks, h, a := openTown(t, func(s *Settings) { s.TrackingMaxKeys = 2 })
	who := &Tracker{Task: "x"}
	ks.Reader.Tracker = who // it is told although it is the one at hand
	for _, name := range []string{"a", "b", "c"} {
		key(ks, 0, name).Remember(who)
	}
	if a.Keys() != 2 || len(h.heard) != 1 {
		t.Errorf("%d keys are remembered, heard %q", a.Keys(), h.heard)
	}
	ks.ForgetReadings()
	if a.Keys() != 0 || a.Readings() != 0 {
		t.Errorf("%d keys and %d readings are left", a.Keys(), a.Readings())
	}
	h.heard = nil
	k := key(ks, 0, "a")
	k.Remember(who)
	k = ks.DB(0).Hashed(k.Hash, []byte("same hash"))
	k.Remember(who)
	h.expect(t, "a has changed for x")
}

// TestChangesAreBroadcast has every change told, with its author, in pieces.
func TestChangesAreBroadcast(t *testing.T) {
	ks, h, a := openTown(t)
	put(ks, 0, "before", NoExpire)
	ks.End()
	h.expect(t)
	a.SetBroadcast(true)
	ks.Begin(start)
	put(ks, 0, "a", NoExpire)
	put(ks, 0, "a", NoExpire)
	ks.Reader.Tracker = &Tracker{Task: "me"}
	put(ks, 1, "a", NoExpire)
	key(ks, 0, "before").Write().Delete()
	ks.End()
	h.expect(t, "a was changed by ", "a was changed by me", "before was changed by me", "depart")
	ks.Begin(start)
	for n := range changesMost + 1 {
		put(ks, 0, fmt.Sprint(n), NoExpire)
	}
	if len(h.heard) != changesMost {
		t.Errorf("%d changes are told before the end, want %d", len(h.heard), changesMost)
	}
	a.SetBroadcast(false)
	ks.End()
	ks.Begin(start)
	h.heard = nil
	put(ks, 0, "after", NoExpire)
	ks.End()
	h.expect(t)
}
