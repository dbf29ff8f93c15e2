package keyspace

import (
	"fmt"
	"testing"
)

// timedObject is an Object with elements that end.
type timedObject struct{ next int64 }

func (timedObject) Bytes() int64     { return 100 }
func (o timedObject) Clone() Object  { return o }
func (o timedObject) Freeze() Object { return o }
func (o timedObject) Next() int64    { return o.next }

// sweepAll runs housekeeping until it has nothing to do and returns the names of
// the keys that were swept.
func sweepAll(t *testing.T, ks *Keyspace, steps int) (swept []string) {
	t.Helper()
	ks.Sweeper = func(k Key, e Entry, now int64) {
		if !e.Exists() || now != ks.Now {
			t.Errorf("%q is swept at %d", k.Name(), now)
		}
		swept = append(swept, string(k.Name()))
	}
	for ks.ExpireStep() {
		if steps--; steps < 0 {
			t.Fatal("housekeeping never ends")
		}
	}
	return swept
}

func TestSweep(t *testing.T) {
	ks := open(t)
	for _, name := range []string{"early", "late", "gone", "replaced", "ended", "persistent"} {
		k := key(ks, 0, name)
		k.PutObject(k.Write(), Hash, Hashtable, timedObject{next: start + 10}, NoExpire)
	}
	if n := ks.DB(0).Sweeps(); n != 6 {
		t.Fatalf("%d keys to sweep", n)
	}
	key(ks, 0, "late").SweepAt(start + 20)
	key(ks, 0, "gone").Write().Delete()
	replaced := key(ks, 0, "replaced")
	replaced.Put(replaced.Write(), String, Raw, 0, NoExpire)
	key(ks, 0, "ended").Write().SetExpiry(start + 10)
	key(ks, 0, "persistent").SweepAt(Never)
	if swept := sweepAll(t, ks, 10); len(swept) != 0 {
		t.Errorf("%q are swept before their time", swept)
	}
	ks.Begin(start + 10)
	if swept := sweepAll(t, ks, 10); fmt.Sprint(swept) != "[early]" {
		t.Errorf("%q are swept, want early", swept)
	}
	ks.Begin(start + 20)
	if swept := sweepAll(t, ks, 10); fmt.Sprint(swept) != "[late]" {
		t.Errorf("%q are swept, want late", swept)
	}
	if n := ks.DB(0).Sweeps(); n != 0 {
		t.Errorf("%d keys are left to sweep", n)
	}
}

// TestSweepFlat checks that a record with deadlines is looked at, whoever has put
// it there.
func TestSweepFlat(t *testing.T) {
	ks := open(t)
	k := key(ks, 3, "k")
	k.Put(k.Write(), Hash, ListpackEx, 7, NoExpire)
	ks.Swap(3, 4)
	if swept := sweepAll(t, ks, 10); fmt.Sprint(swept) != "[k]" || ks.DB(3).Sweeps()+ks.DB(4).Sweeps() != 0 {
		t.Errorf("%q are swept", swept)
	}
	k = key(ks, 4, "k")
	k.SweepAt(start)
	_, release := ks.DB(4).Flush()
	release()
	if swept := sweepAll(t, ks, 10); len(swept) != 0 {
		t.Errorf("%q are swept after a flush", swept)
	}
}

// TestManySweepsTakeManySteps lets the elements of many keys end at once.
func TestManySweepsTakeManySteps(t *testing.T) {
	const n = 20000
	ks := open(t)
	for i := range n {
		k := key(ks, 0, fmt.Sprint(i))
		k.PutObject(k.Write(), Hash, Hashtable, timedObject{next: start + 10}, NoExpire)
	}
	ks.Begin(start + 10)
	swept, largest := 0, 0
	ks.Sweeper = func(Key, Entry, int64) { swept++ }
	for more := true; more; {
		before := swept
		more = ks.ExpireStep()
		largest = max(largest, swept-before)
	}
	if swept != n || largest > 64 {
		t.Errorf("%d keys were swept, %d in one step", swept, largest)
	}
}
