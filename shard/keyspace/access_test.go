package keyspace

import "testing"

func TestIdleTime(t *testing.T) {
	ks := open(t)
	put(ks, 0, "k", NoExpire)
	k := key(ks, 0, "k")
	later := func(seconds int64) { ks.Begin(ks.Now + seconds*1000) }
	idle := func(want int64) {
		t.Helper()
		if got := k.Glance().IdleSeconds(); got != want {
			t.Errorf("idle for %d seconds, want %d", got, want)
		}
	}
	idle(0)
	later(100)
	idle(100)
	k.Peek()
	idle(100)
	k.Read()
	idle(0)
	later(5)
	k.Write()
	idle(0)
	later(7)
	ks.NoTouch = true
	k.Read()
	k.Write()
	idle(7)
	k.Glance().Touch()
	idle(0)
	later(lruMask - 10) // the clock of 24 bits passes its end on the way
	idle(lruMask - 10)
	ks.Begin(ks.Now + 999)
	k.Put(k.Write(), String, Raw, 200, start+1<<40)
	idle(0)
}

func TestNoTouchEndsWithTheTurn(t *testing.T) {
	ks := open(t)
	ks.NoTouch = true
	ks.Begin(start + 1)
	if ks.NoTouch {
		t.Error("a turn starts with the last client's NO-TOUCH")
	}
}

func lfu(s *Settings) { s.Policy = AllKeysLFU }

func TestFrequencyGrowsLogarithmically(t *testing.T) {
	ks := open(t, lfu)
	put(ks, 0, "k", NoExpire)
	k := key(ks, 0, "k")
	if f := k.Glance().Frequency(); f != lfuInitial {
		t.Errorf("a new key has %d", f)
	}
	// What Redis's documentation of lfu-log-factor 10 says, within a third.
	uses := 0
	for _, want := range []struct{ uses, counter int }{{100, 10}, {1000, 18}, {100_000, 142}, {1_000_000, 255}} {
		for ; uses < want.uses; uses++ {
			k.Read()
		}
		got := int(k.Glance().Frequency())
		if got < want.counter*2/3 || got > want.counter*4/3 {
			t.Errorf("%d after %d uses, expected some %d", got, uses, want.counter)
		}
	}
}

func TestFrequencyDecays(t *testing.T) {
	for _, c := range []struct{ period, minutes, want int }{
		{1, 0, 200},
		{1, 1, 199},
		{1, 150, 50},
		{1, 200, 0},
		{1, 60_000, 0},
		{10, 9, 200},
		{10, 10, 199},
		{10, 1999, 1},
		{0, 5000, 200},
	} {
		ks := open(t, lfu, func(s *Settings) { s.LFUDecayTime = c.period })
		put(ks, 0, "k", NoExpire)
		e := key(ks, 0, "k").Glance()
		e.SetAccess(ks.minute()<<8 | 200)
		ks.Begin(start + int64(c.minutes)*60_000)
		if got := int(e.Frequency()); got != c.want {
			t.Errorf("after %d minutes at a decay time of %d: %d, want %d", c.minutes, c.period, got, c.want)
		}
	}
}

func TestUseCountsFromTheDecayedCounter(t *testing.T) {
	ks := open(t, lfu)
	put(ks, 0, "k", NoExpire)
	e := key(ks, 0, "k").Glance()
	e.SetAccess(ks.minute()<<8 | 255)
	ks.Begin(start + 255*60_000)
	key(ks, 0, "k").Read()
	if got := e.Frequency(); got != 1 {
		t.Errorf("a key that has decayed to 0 and was used has %d", got)
	}
	ks.NoTouch = true
	before := e.Access()
	for range 100 {
		key(ks, 0, "k").Read()
	}
	if e.Access() != before {
		t.Error("a client with NO-TOUCH changed the counter")
	}
}
