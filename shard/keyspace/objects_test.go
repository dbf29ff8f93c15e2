package keyspace

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestObjectsAreAccountedFor does anything that may be done with keys, and adds up
// what the Objects that are left take.
func TestObjectsAreAccountedFor(t *testing.T) {
	ks := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		for n := range 2 {
			_, release := ks.DB(n).Flush()
			release()
		}
		ks.Begin(start)
		steps := rapid.IntRange(1, 60).Draw(rt, "steps")
		for range steps {
			step(rt, ks)
			for n := range 2 {
				checkObjects(rt, ks.DB(n))
			}
		}
	})
}

func step(rt *rapid.T, ks *Keyspace) {
	size := rapid.Int64Range(0, 50).Draw(rt, "size")
	k := key(ks, rapid.IntRange(0, 1).Draw(rt, "db"), fmt.Sprint(rapid.IntRange(0, 5).Draw(rt, "key")))
	at := rapid.SampledFrom([]int64{NoExpire, ks.Now + 1, ks.Now + 5}).Draw(rt, "at")
	e := k.Write()
	switch op := rapid.IntRange(0, 9).Draw(rt, "op"); {
	case op == 0:
		k.Put(e, String, Raw, int(size), at)
	case op == 1 || !e.Exists():
		k.PutObject(e, List, Quicklist, &blob{size}, at)
	case op == 2:
		e.Delete()
	case op == 3:
		e.SetExpiry(at)
	case op == 4:
		ks.Begin(ks.Now + size/10)
	case op == 5:
		ks.Swap(0, 1)
	case op == 6:
		for ks.ExpireStep() {
			continue
		}
	case op == 7 && e.Object() == nil || op == 8:
		before := e.Expiry()
		e = e.Promote(Hashtable, &blob{size})
		if e.Encoding() != Hashtable || len(e.Bytes()) != 0 || e.Expiry() != before {
			rt.Fatalf("promoted to %v of %d bytes, expiry %d", e.Encoding(), len(e.Bytes()), e.Expiry())
		}
	case op == 7:
		before, access := e.Expiry(), e.Access()
		e = e.Demote(Listpack, int(size))
		if e.Object() != nil || len(e.Bytes()) != int(size) || e.Expiry() != before || e.Access() != access {
			rt.Fatalf("demoted to %d bytes, expiry %d, access %d", len(e.Bytes()), e.Expiry(), e.Access())
		}
	case e.Object() != nil:
		obj := e.Object().(*blob)
		before := obj.size
		obj.size = size
		e.Changed(obj.size - before)
	}
}

func checkObjects(rt *rapid.T, db *DB) {
	sum, now := int64(0), db.ks.Now
	db.ks.Now = 0 // expired keys that are still there count
	db.Scan(0, 1<<30, func(_ []byte, e Entry) {
		if obj := e.Object(); obj != nil {
			sum += obj.Bytes()
			if e.RecordBytes() < obj.Bytes() {
				rt.Fatalf("a record takes %d, its Object %d", e.RecordBytes(), obj.Bytes())
			}
		}
	})
	db.ks.Now = now
	if sum != db.objectBytes {
		rt.Fatalf("database %d: Objects take %d, on the books are %d", db.Number, sum, db.objectBytes)
	}
	if used := db.UsedBytes(); used < sum {
		rt.Fatalf("database %d uses %d, less than its Objects", db.Number, used)
	}
}
