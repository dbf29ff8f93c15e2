package shard

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/troupe-db/troupe/shard/keyhash"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// loneShard returns a shard that nobody runs, so that a test can take its turns.
func loneShard(t *testing.T) *Shard {
	t.Helper()
	source := new(keyspace.Source)
	source.Store(keyspace.DefaultSettings())
	troupe := &Troupe{hasher: keyhash.New(rand.Uint64(), 1), gauges: make([]keyspace.Gauge, 2), settings: source}
	troupe.observer = measure.NewObserver()
	s := newShard(troupe, 0)
	t.Cleanup(s.space.Close)
	return s
}

// TestMassExpiry lets very many keys expire at the same moment. The shard gets
// rid of them within its share of time, and a command that comes in between
// never waits for more than a slice.
func TestMassExpiry(t *testing.T) {
	keys := 1_000_000
	if raceEnabled {
		keys = 200_000
	}
	s := loneShard(t)
	db := s.space.DB(0)
	s.space.Begin(now())
	for i := range keys {
		k := db.KeyOf(fmt.Appendf(nil, "key:%d", i))
		k.Put(k.Write(), keyspace.String, keyspace.Raw, 8, s.space.Now+1)
	}
	const interval = 100 * time.Millisecond
	var taken []time.Duration // by slice, of the processor
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for ticks := 0; db.Len() > keys/10; ticks++ {
		if ticks > 10_000 {
			t.Fatalf("%d of %d keys are left", db.Len(), keys)
		}
		tick{interval: interval}.Receive(s)
		for again := true; again; {
			before := threadTime(t)
			again = s.Rest(true)
			taken = append(taken, threadTime(t)-before)
		}
	}
	slices.Sort(taken)
	at := func(permille int) time.Duration { return taken[(len(taken)-1)*permille/1000] }
	t.Logf("%d slices: median %v, 99%% %v, 99.8%% %v, longest %v", len(taken), at(500), at(990), at(998), at(1000))
	if most := 10 * choreSlice; at(990) > most {
		t.Errorf("one slice in a hundred takes %v, more than %v", at(990), most)
	}
	// The longest are left out: on a machine with neighbours the kernel books a
	// pause of the machine on whoever runs.
	if most := 25 * choreSlice; at(998) > most {
		t.Errorf("one slice in five hundred takes %v, more than %v", at(998), most)
	}
}

// threadTime returns what the thread has had of the processor. Unlike a clock it
// stands still while the machine does something else.
func threadTime(t *testing.T) time.Duration {
	t.Helper()
	var spent unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &spent); err != nil {
		t.Fatal(err)
	}
	return time.Duration(spent.Nano())
}

func TestHousekeepingLeavesRoomForCommands(t *testing.T) {
	s := loneShard(t)
	db := s.space.DB(0)
	s.space.Begin(now())
	for i := range 50_000 {
		k := db.KeyOf(fmt.Appendf(nil, "key:%d", i))
		k.Put(k.Write(), keyspace.String, keyspace.Raw, 8, s.space.Now+1)
	}
	if s.Rest(true) {
		t.Fatal("housekeeping without a tick")
	}
	time.Sleep(2 * time.Millisecond) // they have expired
	tick{interval: time.Hour}.Receive(s)
	if !s.Rest(true) {
		t.Fatal("nothing to do")
	}
	s.chores.last = time.Now().Add(time.Hour) // as if the last slice had just ended
	left := db.Len()
	if !s.Rest(false) || db.Len() != left {
		t.Errorf("a slice although commands are waiting: %d keys before, %d after", left, db.Len())
	}
	if !s.Rest(true) || db.Len() == left {
		t.Error("no slice although nothing is waiting")
	}
	for s.Rest(true) {
	}
	if s.chores.budget != 0 {
		t.Errorf("the budget is %v with nothing left to do", s.chores.budget)
	}
}

// TestTickIsNotRepeated holds the shard while ticks come.
func TestTickIsNotRepeated(t *testing.T) {
	r := start(t, 1, nil)
	r.Hold(func([]*keyspace.Keyspace) {
		for range 5000 { // more than a mailbox holds
			r.Tick(time.Millisecond)
		}
	})
	r.expect("afterwards", r.send(0, "SET k v PX 1")[0], "+OK\r\n")
	deadline := time.Now().Add(patience)
	for r.Reports()[0].Stats.Expired == 0 {
		if time.Now().After(deadline) {
			t.Fatal("ticks do not remove a key that has expired")
		}
		r.Tick(time.Millisecond)
		time.Sleep(time.Millisecond)
	}
}
