package set

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// modelKeys lie on different shards, but for those with the same tag.
var modelKeys = [...]string{"a", "b", "{t}1", "{t}2"}

// walk is a random sequence of requests, made to the server and to plain maps.
type walk struct {
	*rapid.T
	h    *commandtest.Harness
	sets map[string]map[string]bool
}

// TestAgainstMaps runs random requests on sets and on maps, under limits that
// make small sets meet every change of encoding, and compares all sets after each.
func TestAgainstMaps(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		rapid.Check(t, func(rt *rapid.T) {
			h.Clear()
			s := keyspace.DefaultSettings()
			s.SetMaxIntsetEntries = rapid.SampledFrom([]int{0, 4, 10, 512}).Draw(rt, "intset")
			s.SetMaxListpackEntries = rapid.SampledFrom([]int{0, 5, 12, 128}).Draw(rt, "listpack")
			s.SetMaxListpackValue = rapid.SampledFrom([]int{0, 3, 64}).Draw(rt, "value")
			h.Set(s)
			w := walk{T: rt, h: h, sets: map[string]map[string]bool{}}
			for _, key := range modelKeys {
				w.sets[key] = map[string]bool{}
			}
			rt.Repeat(map[string]func(*rapid.T){
				"add": w.add, "add many": w.addMany, "remove": w.remove, "move": w.move, "is member": w.isMember,
				"pop": w.pop, "random": w.random, "algebra": w.algebra, "store": w.store, "card": w.card, "": w.check,
			})
		})
	})
}

func (w walk) key() string { return rapid.SampledFrom(modelKeys[:]).Draw(w.T, "key") }

func (w walk) keys() []string {
	return rapid.SliceOfN(rapid.SampledFrom(modelKeys[:]), 1, 4).Draw(w.T, "keys")
}

func (w walk) member() string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"0", "7", "-7", "07", "-0", "", "x", "40000", "-40000", "3000000000", "9223372036854775807", "-9223372036854775808"}),
		rapid.Map(rapid.IntRange(0, 30), strconv.Itoa),
		rapid.StringN(0, 5, 12),
		rapid.Just(strings.Repeat("long", 400)),
	).Draw(w.T, "member")
}

func (w walk) members() []string {
	n := rapid.IntRange(1, 8).Draw(w.T, "count")
	list := make([]string, n)
	for i := range list {
		list[i] = w.member()
	}
	return list
}

// number makes a request that is answered with a number.
func (w walk) number(want int, words ...string) {
	if got := w.h.Do(words...); got != fmt.Sprintf(":%d\r\n", want) {
		w.Fatalf("%.200q: %.200q, want %d", words, got, want)
	}
}

// texts makes a request that is answered with strings.
func (w walk) texts(words ...string) []string {
	reply := w.h.Do(words...)
	if !strings.HasPrefix(reply, "*") {
		w.Fatalf("%.200q: %.200q", words, reply)
	}
	return bulks(reply)
}

// bulks returns the strings in an array.
func bulks(reply string) []string {
	list := []string{}
	for rest := reply; ; {
		at := strings.Index(rest, "$")
		if at < 0 {
			return list
		}
		head, body, _ := strings.Cut(rest[at+1:], "\r\n")
		n, _ := strconv.Atoi(head)
		list = append(list, body[:n])
		rest = body[n+2:]
	}
}

func (w walk) addTo(key string, members []string) {
	added := 0
	for _, m := range members {
		if !w.sets[key][m] {
			w.sets[key][m] = true
			added++
		}
	}
	w.number(added, append([]string{"SADD", key}, members...)...)
}

func (w walk) add(*rapid.T) { w.addTo(w.key(), w.members()) }

func (w walk) addMany(*rapid.T) {
	from, n := rapid.IntRange(-20, 20).Draw(w.T, "from"), rapid.IntRange(100, 200).Draw(w.T, "n")
	w.addTo(w.key(), strings.Fields(numbers(from, from+n)))
}

func (w walk) remove(*rapid.T) {
	key, members, removed := w.key(), w.members(), 0
	for _, m := range members {
		if w.sets[key][m] {
			delete(w.sets[key], m)
			removed++
		}
	}
	w.number(removed, append([]string{"SREM", key}, members...)...)
}

func (w walk) move(*rapid.T) {
	from, to, m := w.key(), w.key(), w.member()
	moved := 0
	if w.sets[from][m] {
		delete(w.sets[from], m)
		w.sets[to][m] = true
		moved = 1
	}
	w.number(moved, "SMOVE", from, to, m)
}

func (w walk) isMember(*rapid.T) {
	key, members, want := w.key(), w.members(), ""
	for _, m := range members {
		is := 0
		if w.sets[key][m] {
			is = 1
		}
		w.number(is, "SISMEMBER", key, m)
		want += fmt.Sprintf(":%d\r\n", is)
	}
	want = fmt.Sprintf("*%d\r\n", len(members)) + want
	if got := w.h.Do(append([]string{"SMISMEMBER", key}, members...)...); got != want {
		w.Fatalf("SMISMEMBER %q: %q, want %q", members, got, want)
	}
}

func (w walk) card(*rapid.T) {
	key := w.key()
	w.number(len(w.sets[key]), "SCARD", key)
}

// pop takes some members out, which must have been in.
func (w walk) pop(*rapid.T) {
	key, n := w.key(), rapid.IntRange(0, 150).Draw(w.T, "count")
	got := w.texts("SPOP", key, strconv.Itoa(n))
	if len(got) != min(n, len(w.sets[key])) {
		w.Fatalf("SPOP %s %d: %d members of %d", key, n, len(got), len(w.sets[key]))
	}
	for _, m := range got {
		if !w.sets[key][m] {
			w.Fatalf("SPOP %s %d: %q is not in, or twice", key, n, m)
		}
		delete(w.sets[key], m)
	}
}

func (w walk) random(*rapid.T) {
	key, n := w.key(), rapid.IntRange(-20, 150).Draw(w.T, "count")
	got := w.texts("SRANDMEMBER", key, strconv.Itoa(n))
	want := min(n, len(w.sets[key]))
	if n < 0 && len(w.sets[key]) > 0 {
		want = -n
	}
	if len(got) != max(want, 0) {
		w.Fatalf("SRANDMEMBER %s %d: %d members of %d", key, n, len(got), len(w.sets[key]))
	}
	seen := map[string]bool{}
	for _, m := range got {
		if !w.sets[key][m] || n > 0 && seen[m] {
			w.Fatalf("SRANDMEMBER %s %d: %q is not in, or twice", key, n, m)
		}
		seen[m] = true
	}
}

// compute returns what SINTER, SUNION or SDIFF of the keys is.
func (w walk) compute(verb string, keys []string) map[string]bool {
	set := maps.Clone(w.sets[keys[0]])
	for _, key := range keys[1:] {
		other := w.sets[key]
		if verb == "SUNION" {
			maps.Copy(set, other)
			continue
		}
		maps.DeleteFunc(set, func(m string, _ bool) bool { return other[m] == (verb == "SDIFF") })
	}
	return set
}

func (w walk) verb() string {
	return rapid.SampledFrom([]string{"SINTER", "SUNION", "SDIFF"}).Draw(w.T, "verb")
}

func (w walk) algebra(*rapid.T) {
	verb, keys := w.verb(), w.keys()
	want := w.compute(verb, keys)
	got := w.texts(append([]string{verb}, keys...)...)
	w.same(append([]string{verb}, keys...), got, want)
	if limit := rapid.IntRange(0, 5).Draw(w.T, "limit"); verb == "SINTER" {
		n := len(want)
		if limit > 0 {
			n = min(n, limit)
		}
		words := append([]string{"SINTERCARD", strconv.Itoa(len(keys))}, keys...)
		w.number(n, append(words, "LIMIT", strconv.Itoa(limit))...)
	}
}

func (w walk) store(*rapid.T) {
	verb, keys, to := w.verb(), w.keys(), w.key()
	set := w.compute(verb, keys)
	w.sets[to] = set
	w.number(len(set), append([]string{verb + "STORE", to}, keys...)...)
}

func (w walk) same(request, got []string, want map[string]bool) {
	slices.Sort(got)
	if list := slices.Sorted(maps.Keys(want)); !slices.Equal(got, list) {
		w.Fatalf("%q: %.300q, want %.300q", request, got, list)
	}
}

// check compares all sets, and holds the server to its invariants.
func (w walk) check(*rapid.T) {
	for key, want := range w.sets {
		w.same([]string{"SMEMBERS", key}, w.texts("SMEMBERS", key), want)
		e := w.h.Key(key).Glance()
		if e.Exists() != (len(want) > 0) {
			w.Fatalf("%s exists: %v, but it has %d members", key, e.Exists(), len(want))
		}
		if m := View(e); m.Len() > 0 && m.table == nil && m.size() != len(m.flat) {
			w.Fatalf("%s takes %d bytes of %d", key, m.size(), len(m.flat))
		}
	}
}
