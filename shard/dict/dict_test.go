package dict

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

func TestSizes(t *testing.T) {
	for name, c := range map[string][2]uintptr{
		"Dict":    {unsafe.Sizeof(Dict{}), dictBytes},
		"rest":    {unsafe.Sizeof(rest{}), restBytes},
		"segment": {unsafe.Sizeof(segment{}), segmentBytes},
		"chunk":   {unsafe.Sizeof(chunk{}), chunkBytes},
		"big":     {unsafe.Sizeof(bigChunk{}), chunkBytes},
	} {
		if c[0] > c[1] || c[0]+16 < c[1] {
			t.Errorf("%s takes %d bytes, accounted for are %d", name, c[0], c[1])
		}
	}
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// check compares everything a table says about itself with a twin, and its parts
// with each other.
func check(t fataler, d *Dict, twin map[string]twinElement) {
	t.Helper()
	if d.Len() != len(twin) {
		t.Fatalf("Len is %d, want %d", d.Len(), len(twin))
	}
	seen, timed := map[string]bool{}, 0
	d.Each(func(e Element) bool {
		want, ok := twin[string(e.Key)]
		if !ok || want.value != string(e.Value) || want.until != e.Until || seen[string(e.Key)] {
			t.Fatalf("Each gives %.20q=%.20q until %d, want %.20q until %d", e.Key, e.Value, e.Until, want.value, want.until)
		}
		seen[string(e.Key)] = true
		if e.Until != Never {
			timed++
		}
		return true
	})
	if len(seen) != len(twin) || d.Timed() != timed {
		t.Fatalf("Each gives %d elements, want %d; Timed is %d, want %d", len(seen), len(twin), d.Timed(), timed)
	}
	checkSegments(t, d)
	if got := measured(d); got != d.Bytes() {
		t.Fatalf("Bytes is %d, want %d", d.Bytes(), got)
	}
}

func checkSegments(t fataler, d *Dict) {
	t.Helper()
	named := map[uint32]int{}
	for _, n := range d.dir {
		named[n]++
	}
	deepest := uint32(0)
	for i := range d.number {
		s := d.at(i)
		if d.depth > 0 && named[i] != 1<<(d.depth-s.depth) {
			t.Fatalf("segment %d of depth %d has %d names, depth %d", i, s.depth, named[i], d.depth)
		}
		if s.depth == d.depth {
			deepest++
		}
		live := 0
		for slot := range int(s.count) {
			e := d.element(s, slot)
			hash := d.hash(e.Key)
			if s.depth > 0 && hash>>(64-s.depth) != uint64(s.prefix) || s.buf[slot] != s.tag(hash) {
				t.Fatalf("segment %d holds %.20q, which is not its own", i, e.Key)
			}
			if s.next > e.Until || d.Next() > s.next {
				t.Fatalf("%.20q ends at %d, segment says %d, table %d", e.Key, e.Until, s.next, d.Next())
			}
			live += d.size(s.data()[s.offset(slot):])
		}
		if live != s.live() {
			t.Fatalf("segment %d has %d live bytes, says %d", i, live, s.live())
		}
	}
	if deepest != d.deepest {
		t.Fatalf("%d deepest segments, says %d", deepest, d.deepest)
	}
}

// measured adds up what the slices of a table can hold.
func measured(d *Dict) int64 {
	n := int64(dictBytes + cap(d.dir)*4 + cap(d.chunks)*chunkBytes)
	for _, c := range d.chunks {
		n += int64(cap(c.segs)) * segmentBytes
		for i := range c.segs {
			n += int64(cap(c.segs[i].buf))
		}
	}
	if r := d.rest; r != nil {
		n += int64(restBytes + cap(r.big)*chunkBytes + cap(r.freeBig)*4)
		big := r.spare[:]
		for _, c := range r.big {
			n += int64(cap(c.slots)) * sliceBytes
			big = slices.Concat(big, c.slots)
		}
		for _, b := range big {
			n += int64(cap(b))
		}
	}
	return n
}

type twinElement struct {
	value string
	until int64
}

// texts draws keys and values of all sizes that are laid out differently.
func texts(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		text := fmt.Sprint(rapid.IntRange(0, most).Draw(t, "n"))
		size := rapid.SampledFrom([]int{0, 0, 0, 0, 10, 31, 32, 127, 128, 400, 992, 1000, 5000}).Draw(t, "size")
		return text + strings.Repeat("x", max(size-len(text), 0))
	})
}

func TestTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.Bool().Draw(t, "values")
		most := rapid.SampledFrom([]int{3, 40, 2000}).Draw(t, "keys")
		d, twin, now := New(values), map[string]twinElement{}, int64(1000)
		keys, contents := texts(most), texts(1000)
		if rapid.Bool().Draw(t, "filled") {
			for i := range most {
				k := fmt.Sprint(i)
				d.Set([]byte(k), nil)
				twin[k] = twinElement{until: Never}
			}
		}
		until := func() int64 {
			if rapid.Bool().Draw(t, "timed") {
				return now + int64(rapid.IntRange(0, 50).Draw(t, "ms"))
			}
			return Never
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { check(t, d, twin) },
			"set": func(t *rapid.T) {
				k, v, at := keys.Draw(t, "key"), "", until()
				if values {
					v = contents.Draw(t, "value")
				}
				_, there := twin[k]
				if added := d.SetUntil([]byte(k), []byte(v), at); added == there {
					t.Fatalf("SetUntil %q: added %v", k, added)
				}
				twin[k] = twinElement{v, at}
			},
			"delete": func(t *rapid.T) {
				k := keys.Draw(t, "key")
				_, there := twin[k]
				if d.Delete([]byte(k)) != there {
					t.Fatalf("Delete %q, there %v", k, there)
				}
				delete(twin, k)
			},
			"thin": func(t *rapid.T) {
				part := rapid.IntRange(1, 20).Draw(t, "part")
				for i := range most {
					if k := fmt.Sprint(i); i%20 < part {
						d.Delete([]byte(k))
						delete(twin, k)
					}
				}
			},
			"deadline": func(t *rapid.T) {
				k, at := keys.Draw(t, "key"), until()
				e, there := twin[k]
				if d.SetDeadline([]byte(k), at) != there {
					t.Fatalf("SetDeadline %q, there %v", k, there)
				}
				if there {
					twin[k] = twinElement{e.value, at}
				}
			},
			"expire": func(t *rapid.T) {
				now += int64(rapid.IntRange(0, 100).Draw(t, "ms"))
				for d.Next() <= now {
					d.Expire(now, rapid.IntRange(1, 10).Draw(t, "budget"), func(e Element) {
						if twin[string(e.Key)].until > now || twin[string(e.Key)].until != e.Until {
							t.Fatalf("%q expires at %d", e.Key, now)
						}
						delete(twin, string(e.Key))
					})
				}
				for k, e := range twin {
					if e.until <= now {
						t.Fatalf("%q is left", k)
					}
				}
			},
			"get": func(t *rapid.T) {
				k := keys.Draw(t, "key")
				e, ok := d.Get([]byte(k))
				want, there := twin[k]
				if ok != there || ok != d.Has([]byte(k)) || ok && (string(e.Key) != k || string(e.Value) != want.value) {
					t.Fatalf("Get %q: %q %v", k, e.Value, ok)
				}
			},
			"clone": func(t *rapid.T) {
				old := d
				d = d.Clone()
				old.Each(func(e Element) bool {
					for i := range e.Value {
						e.Value[i] = '!'
					}
					return true
				})
			},
		})
	})
}

// TestScan checks the guarantee of Scan while elements come and go.
func TestScan(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		d := New(false)
		size := 1 << rng.IntN(13)
		for i := range size {
			d.Set(fmt.Append(nil, "stays", i), nil)
		}
		other, seen, cursor := 0, map[string]bool{}, uint64(0)
		for {
			cursor = d.Scan(cursor, 1+rng.IntN(40), func(e Element) { seen[string(e.Key)] = true })
			if cursor == 0 {
				break
			}
			switch rng.IntN(3) {
			case 0:
				for range rng.IntN(300) {
					d.Set(fmt.Append(nil, "other", other), nil)
					other++
				}
			case 1:
				for range rng.IntN(other + 1) {
					other--
					d.Delete(fmt.Append(nil, "other", other))
				}
			}
		}
		for i := range size {
			if !seen[fmt.Sprint("stays", i)] {
				t.Fatalf("seed %d: element %d of %d was not given", seed, i, size)
			}
		}
	}
}

// TestScanCount checks that a call looks at about as many elements as it is asked
// to, and that nothing is given twice while nothing changes.
func TestScanCount(t *testing.T) {
	d := New(false)
	for i := range 10000 {
		d.Set(fmt.Append(nil, i), nil)
	}
	for _, count := range []int{1, 10, 100, 1000} {
		total, calls, cursor := 0, 0, uint64(0)
		for {
			n := 0
			cursor = d.Scan(cursor, count, func(Element) { n++ })
			if n > count+maxSlots {
				t.Errorf("%d elements for COUNT %d", n, count)
			}
			total, calls = total+n, calls+1
			if cursor == 0 {
				break
			}
		}
		if total != 10000 || calls > 2*10000/count {
			t.Errorf("COUNT %d: %d elements in %d calls", count, total, calls)
		}
	}
	for _, cursor := range []uint64{1, 1<<40 - 1, 1 << 40, 1<<64 - 1} {
		d.Scan(cursor, 10, func(Element) {})
	}
}

// TestRandom draws often and compares frequencies with a chi-squared test.
func TestRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct{ size, keep int }{{5, 5}, {300, 300}, {20000, 60}} {
		d := New(false)
		for i := range c.size {
			d.Set(fmt.Append(nil, i), nil)
		}
		for i := c.keep; i < c.size; i++ {
			d.Delete(fmt.Append(nil, i))
		}
		draws, counts := 200*c.keep, map[string]int{}
		for range draws {
			e, ok := d.Random(rng.Uint64)
			if !ok {
				t.Fatal("nothing was drawn")
			}
			counts[string(e.Key)]++
		}
		chi := 0.0
		for i := range c.keep {
			off := float64(counts[fmt.Sprint(i)]) - 200
			chi += off * off / 200
		}
		// Mean is keep-1, the standard deviation the root of twice that.
		if k := float64(c.keep); (chi-k)*(chi-k) > 36*2*k {
			t.Errorf("%d elements of %d: chi squared is %.0f", c.keep, c.size, chi)
		}
	}
	if _, ok := New(false).Random(rng.Uint64); ok {
		t.Error("something was drawn from nothing")
	}
}

func TestAllocations(t *testing.T) {
	d, rng := New(true), rand.New(rand.NewPCG(1, 1))
	for i := range 10000 {
		d.Set(fmt.Append(nil, i), []byte("value"))
	}
	key, value, longer := []byte("4711"), []byte("other"), []byte("longer value")
	for name, f := range map[string]func(){
		"get":      func() { d.Get(key) },
		"set":      func() { d.Set(key, value) },
		"change":   func() { d.Set(key, longer); d.Set(key, value) },
		"delete":   func() { d.Delete(key); d.Set(key, value) },
		"deadline": func() { d.SetDeadline(key, 5); d.SetDeadline(key, 7); d.SetDeadline(key, Never) },
		"until":    func() { d.SetUntil(key, value, 5); d.SetUntil(key, value, 7) },
		"random":   func() { d.Random(rng.Uint64) },
		"scan":     func() { d.Scan(0, 10, func(Element) {}) },
	} {
		if got := testing.AllocsPerRun(1000, f); got >= 1 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}
