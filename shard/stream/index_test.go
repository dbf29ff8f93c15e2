package stream

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestIndexIsItsTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		memory := int64(0)
		x := index[nack]{width: nackBytes, memory: &memory}
		twin := map[ID]nack{}
		top := uint64(0)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			switch op := rapid.IntRange(0, 9).Draw(rt, "op"); {
			case op < 4: // in ascending order, as entries are delivered
				for range rapid.IntRange(1, 300).Draw(rt, "n") {
					top++
					x.put(ID{top, 0}, nack{at: int64(top)})
					twin[ID{top, 0}] = nack{at: int64(top)}
				}
			case op < 6: // anywhere
				for i := range rapid.IntRange(1, 100).Draw(rt, "n") {
					id := ID{rapid.Uint64Range(0, top+5).Draw(rt, "ms"), uint64(i % 3)}
					x.put(id, nack{count: int64(i)})
					twin[id] = nack{count: int64(i)}
				}
			case op < 8: // from the front, as they are acknowledged
				for range rapid.IntRange(1, 300).Draw(rt, "n") {
					if !x.has(place{}) {
						break
					}
					id, _ := x.ends()
					x.remove(id)
					delete(twin, id)
				}
			default:
				for range rapid.IntRange(1, 200).Draw(rt, "n") {
					id := ID{rapid.Uint64Range(0, top+5).Draw(rt, "ms"), 0}
					_, there := twin[id]
					if x.remove(id) != there {
						rt.Fatalf("%s: removed %v, want %v", id, !there, there)
					}
					delete(twin, id)
				}
			}
			sameIndex(rt, &x, twin)
			if rapid.IntRange(0, 5).Draw(rt, "clone") == 0 {
				other := int64(0)
				c := x.clone(&other)
				x.drop()
				if memory != 0 {
					rt.Fatalf("%d bytes of nothing", memory)
				}
				x, memory = c, other
				x.memory = &memory
				sameIndex(rt, &x, twin)
			}
		}
	})
}

func sameIndex(rt *rapid.T, x *index[nack], twin map[ID]nack) {
	ids := make([]ID, 0, len(twin))
	for id := range twin {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, ID.Compare)
	if x.n != len(ids) {
		rt.Fatalf("%d IDs, want %d", x.n, len(ids))
	}
	p := x.seek(ID{})
	for _, want := range ids {
		if !x.has(p) {
			rt.Fatalf("%s is missing", want)
		}
		if id, v := x.at(p); id != want || *v != twin[id] {
			rt.Fatalf("%s %v, want %s %v", id, *v, want, twin[want])
		}
		p = x.next(p)
	}
	if x.has(p) {
		rt.Fatal("there are more")
	}
	room := int64(0)
	for i := range x.blocks {
		b := &x.blocks[i]
		if len(b.ids) == 0 || len(b.ids) != len(b.vals) || cap(b.ids) > blockMost || cap(b.ids) != cap(b.vals) {
			rt.Fatalf("block %d: %d of %d IDs, %d of %d values", i, len(b.ids), cap(b.ids), len(b.vals), cap(b.vals))
		}
		room += blockBytes + x.width*int64(cap(b.ids))
	}
	if room != *x.memory {
		rt.Fatalf("%d bytes, on the books %d", room, *x.memory)
	}
	probe := ID{rapid.Uint64Range(0, 50).Draw(rt, "probe"), 0}
	v := x.find(probe)
	if want, ok := twin[probe]; ok != (v != nil) || ok && *v != want {
		rt.Fatalf("%s: %v", probe, v)
	}
}
