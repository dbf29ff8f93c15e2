package keyspace

import "testing"

// pieces is an Object of buffers of ten bytes.
type pieces struct {
	blob
	left int
}

func (p *pieces) Bytes() int64 { return int64(p.left) * 10 }

func (p *pieces) Salvage(n int) []byte {
	if n != 10 || p.left == 0 {
		return nil
	}
	p.left--
	return make([]byte, n)
}

func putObject(ks *Keyspace, name string, obj Object) Entry {
	k := key(ks, 0, name)
	return k.PutObject(k.Write(), List, Quicklist, obj, NoExpire)
}

// salvaged returns how many buffers of n bytes can be had.
func salvaged(e Entry, n int) (count int) {
	for e.Remains().Salvage(n) != nil {
		count++
	}
	return count
}

func TestScrap(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	putObject(ks, "deleted", &pieces{left: 7}).Delete()
	putObject(ks, "plain", &blob{5}).Scrap()
	if n := salvaged(e, 10); n != 0 {
		t.Errorf("%d buffers of values that are not scrapped or cannot be reused", n)
	}
	putObject(ks, "a", &pieces{left: 3}).Scrap()
	putObject(ks, "b", &pieces{left: 2}).Scrap()
	if key(ks, 0, "a").Write().Exists() {
		t.Error("a scrapped key is still there")
	}
	if n := salvaged(e, 10); n != 5 || e.Remains().bytes != 0 {
		t.Errorf("%d buffers of 5, %d bytes are left", n, e.Remains().bytes)
	}
}

// TestRemainsOfAnotherSize asks for what no value that was scrapped has.
func TestRemainsOfAnotherSize(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	putObject(ks, "a", &pieces{left: 3}).Scrap()
	if n := salvaged(e, 11); n != 0 || e.Remains().bytes != 0 {
		t.Errorf("%d buffers, %d bytes are left", n, e.Remains().bytes)
	}
}

// TestSalvageIsBounded has many values of which nothing can be had.
func TestSalvageIsBounded(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	for range 3 * remainsTries {
		putObject(ks, "a", &pieces{left: 3}).Scrap()
	}
	if buf := e.Remains().Salvage(11); buf != nil || len(e.Remains().young) != 2*remainsTries {
		t.Errorf("%d values are left of %d", len(e.Remains().young), 3*remainsTries)
	}
}

func TestRemainsAge(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	ks.Begin(start)
	ks.AgeRemains()
	putObject(ks, "a", &pieces{left: 3}).Scrap()
	later := func(ms int64) {
		ks.Begin(ks.Now + ms)
		ks.AgeRemains()
	}
	later(remainsAge - 1)
	later(1)
	later(remainsAge - 1)
	if e.Remains().Salvage(10) == nil {
		t.Error("what was deleted a moment ago is forgotten")
	}
	later(1)
	if n := salvaged(e, 10); n != 0 || e.Remains().bytes != 0 {
		t.Errorf("%d buffers, %d bytes are left after %d ms", n, e.Remains().bytes, 2*remainsAge)
	}
}

func TestRemainsAreBounded(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	putObject(ks, "large", &pieces{left: remainsMost/10 + 1}).Scrap()
	if e.Remains().bytes != 0 {
		t.Error("more is kept than may be")
	}
	putObject(ks, "small", &pieces{left: 1}).Scrap()
	if n := salvaged(e, 10); n != 1 {
		t.Errorf("%d buffers of 1", n)
	}
}

func TestForgetRemains(t *testing.T) {
	ks := open(t)
	e := putObject(ks, "other", &blob{5})
	putObject(ks, "a", &pieces{left: 3}).Scrap()
	ks.ForgetRemains()
	if n := salvaged(e, 10); n != 0 {
		t.Errorf("%d buffers of what is forgotten", n)
	}
}
