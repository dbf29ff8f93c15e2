package keyspace

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func names(keys []Key) string {
	var list []string
	for _, k := range keys {
		list = append(list, fmt.Sprintf("%d:%s", k.DB.Number, k.Name()))
	}
	return fmt.Sprint(list)
}

func TestWaitersAreServedInOrder(t *testing.T) {
	ks := open(t)
	k := key(ks, 0, "k")
	if k.Next(List, nil) != nil {
		t.Error("somebody waits for a key nobody waits for")
	}
	a, b, c := &Waiter{Type: List}, &Waiter{Type: ZSet}, &Waiter{Type: List}
	for _, w := range []*Waiter{a, b, c} {
		k.Wait(w)
	}
	if k.Next(List, nil) != a || k.Next(ZSet, nil) != b || k.Next(Stream, nil) != nil {
		t.Error("not the first in the queue that waits for the type")
	}
	if !a.Claim() || a.Claim() || !a.Claimed() {
		t.Error("a wait ends other than once")
	}
	if k.Next(List, nil) != c {
		t.Error("a claimed waiter stands in the way")
	}
	k.Leave(b)
	k.Leave(b)
	k.Leave(a)
	if k.Next(ZSet, nil) != nil || k.Next(List, nil) != c {
		t.Error("the wrong one has left")
	}
	k.Leave(c)
	if k.Next(List, nil) != nil || len(ks.DB(0).waiting) != 0 {
		t.Errorf("an empty queue stays: %v", ks.DB(0).waiting)
	}
}

func TestKeysThatComeIntoBeingAreReady(t *testing.T) {
	ks := open(t)
	put(ks, 0, "k", NoExpire)
	if ks.HasReady() {
		t.Error("a key is ready that nobody waits for")
	}
	key(ks, 0, "k").Glance().Delete()
	w := &Waiter{Type: List}
	key(ks, 0, "k").Wait(w)
	key(ks, 4, "k").Wait(w)
	put(ks, 0, "other", NoExpire)
	put(ks, 1, "k", NoExpire)
	if ks.HasReady() {
		t.Errorf("%s is ready", names(ks.Ready()))
	}
	name := []byte("k")
	k := ks.DB(0).KeyOf(name)
	k.Put(k.Write(), String, Raw, 0, NoExpire)
	name[0] = 'x'
	if got := names(ks.Ready()); got != "[0:k]" || ks.HasReady() {
		t.Errorf("ready: %s", got)
	}
	k = key(ks, 0, "k")
	k.PutObject(k.Write(), List, Quicklist, &blob{}, NoExpire) // a value of another type
	k.Signal()
	put(ks, 4, "k", NoExpire)
	if got := names(ks.Ready()); got != "[0:k 0:k 4:k]" {
		t.Errorf("ready: %s", got)
	}
}

func TestSwapWakesThoseWhoWaitForWhatComes(t *testing.T) {
	ks := open(t)
	put(ks, 1, "there", NoExpire)
	put(ks, 1, "expired", start+1)
	w := &Waiter{Type: String}
	for _, name := range []string{"there", "expired", "missing"} {
		key(ks, 0, name).Wait(w)
	}
	ks.Begin(start + 1)
	ks.Swap(0, 1)
	if got := names(ks.Ready()); got != "[0:there]" {
		t.Errorf("ready: %s", got)
	}
	if key(ks, 0, "missing").Next(String, nil) != w || key(ks, 1, "there").Next(String, nil) != nil {
		t.Error("a waiter has moved to another database")
	}
}

func TestOneOfManyClaims(t *testing.T) {
	for range 200 {
		var w Waiter
		var won atomic.Int32
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if w.Claim() {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d claimed the same wait", won.Load())
		}
	}
}

func TestThoseWhoWantToKnowHearThatAKeyIsGone(t *testing.T) {
	ks := open(t)
	put(ks, 0, "k", NoExpire)
	put(ks, 0, "plain", NoExpire)
	key(ks, 0, "plain").Wait(&Waiter{Type: List})
	key(ks, 0, "plain").Glance().Delete()
	if ks.HasReady() {
		t.Errorf("nobody wants to know: %s", names(ks.Ready()))
	}
	w := &Waiter{Type: String, Gone: true}
	key(ks, 0, "k").Wait(w)
	gone := func(how string) {
		t.Helper()
		if got := names(ks.Ready()); got != "[0:k]" {
			t.Errorf("%s: ready: %s", how, got)
		}
		if key(ks, 0, "k").Next(None, nil) != w || key(ks, 0, "k").Next(List, nil) != w {
			t.Errorf("%s: not served", how)
		}
		put(ks, 0, "k", start+1)
		ks.Ready()
	}
	key(ks, 0, "k").Glance().Delete()
	gone("deleted")
	_, release := ks.DB(0).Flush()
	release()
	gone("flushed")
	ks.Swap(0, 1)
	gone("swapped")
	ks.Begin(start + 1)
	key(ks, 0, "k").Read()
	gone("expired")
}
