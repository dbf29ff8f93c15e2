package hash

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// modelKeys lie on different shards, but for those with the same tag.
var modelKeys = [...]string{"a", "b", "{t}1", "{t}2"}

// newHarness returns shards that sweep hashes.
func newHarness(tb testing.TB, shards int) *commandtest.Harness {
	h := commandtest.New(tb, shards, generic.Commands, Commands)
	for _, ks := range h.Spaces {
		ks.Sweeper = Sweep
	}
	return h
}

// everywhere runs a test with one shard and with several.
func everywhere(t *testing.T, test func(*testing.T, *commandtest.Harness)) {
	for _, shards := range []int{1, 3} {
		t.Run(fmt.Sprint("shards=", shards), func(t *testing.T) { test(t, newHarness(t, shards)) })
	}
}

type modelField struct {
	value string
	until int64 // never for none
}

// walk is a random sequence of requests, made to the server and to plain maps.
type walk struct {
	*rapid.T
	h      *commandtest.Harness
	hashes map[string]map[string]modelField
}

// TestAgainstMaps runs random requests on hashes and on maps, under limits that
// make hashes meet every change of encoding, and compares them after each.
func TestAgainstMaps(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		rapid.Check(t, func(rt *rapid.T) {
			h.Clear()
			s := keyspace.DefaultSettings()
			s.HashMaxListpackEntries = rapid.SampledFrom([]int{0, 4, 12, 512}).Draw(rt, "entries")
			s.HashMaxListpackValue = rapid.SampledFrom([]int{0, 5, 64}).Draw(rt, "value")
			h.Set(s)
			w := walk{T: rt, h: h, hashes: map[string]map[string]modelField{}}
			rt.Repeat(map[string]func(*rapid.T){
				"set": w.set, "set more": w.set, "setnx": w.setNX, "setex": w.setEx, "delete": w.delete, "many": w.many,
				"incr": w.incr, "expire": w.expire, "persist": w.persist, "getex": w.getEx, "getdel": w.getDel,
				"random": w.random, "rename": w.rename, "copy": w.copy, "time": w.time, "": w.check,
			})
		})
	})
}

func (w walk) key() string { return rapid.SampledFrom(modelKeys[:]).Draw(w.T, "key") }

func (w walk) text(name string) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "0", "7", "-7", "007", "9223372036854775807", "x", strings.Repeat("long", 20), strings.Repeat("l", 1500)}),
		rapid.Map(rapid.IntRange(0, 30), strconv.Itoa),
	).Draw(w.T, name)
}

func (w walk) fields() []string {
	n := rapid.IntRange(1, 4).Draw(w.T, "count")
	list := make([]string, n)
	for i := range list {
		list[i] = w.text("field")
	}
	return list
}

// until draws a deadline, which may have passed.
func (w walk) until() int64 { return w.h.Now() + int64(rapid.IntRange(-1, 20).Draw(w.T, "ms")) }

// want makes a request and compares its reply.
func (w walk) want(want string, words ...string) {
	if got := w.h.Do(words...); got != commandtest.Wire(want) {
		w.Fatalf("%.200q: %.200q, want %.200q", words, got, want)
	}
}

// put sets a field of the model. Fields that have ended, and hashes without
// fields, go.
func (w walk) put(key, field, value string, until int64) {
	if w.hashes[key] == nil {
		w.hashes[key] = map[string]modelField{}
	}
	w.hashes[key][field] = modelField{value, until}
	w.settle()
}

func (w walk) settle() {
	for key, m := range w.hashes {
		for field, f := range m {
			if f.until <= w.h.Now() {
				delete(m, field)
			}
		}
		if len(m) == 0 {
			delete(w.hashes, key)
		}
	}
}

func (w walk) set(*rapid.T) {
	key, words, added := w.key(), []string{"HSET"}, 0
	words = append(words, key)
	for _, field := range w.fields() {
		value := w.text("value")
		words = append(words, field, value)
		if _, ok := w.hashes[key][field]; !ok {
			added++
		}
		w.put(key, field, value, never)
	}
	w.want(fmt.Sprint(":", added), words...)
}

func (w walk) setNX(*rapid.T) {
	key, field, value := w.key(), w.text("field"), w.text("value")
	if _, ok := w.hashes[key][field]; ok {
		w.want(":0", "HSETNX", key, field, value)
		return
	}
	w.want(":1", "HSETNX", key, field, value)
	w.put(key, field, value, never)
}

// many sets or removes so many fields that a hash changes its encoding.
func (w walk) many(*rapid.T) {
	key, words := w.key(), []string{"HSET"}
	words = append(words, key)
	gone := rapid.Bool().Draw(w.T, "gone")
	if gone {
		words[0] = "HDEL"
	}
	for i := range rapid.IntRange(1, 100).Draw(w.T, "fields") {
		field := strconv.Itoa(i)
		words = append(words, field)
		if gone {
			delete(w.hashes[key], field)
		} else {
			words = append(words, "v")
			w.put(key, field, "v", never)
		}
	}
	w.settle()
	w.h.Do(words...)
}

func (w walk) delete(*rapid.T) {
	key, fields, removed := w.key(), w.fields(), 0
	for _, field := range fields {
		if _, ok := w.hashes[key][field]; ok {
			removed++
		}
		delete(w.hashes[key], field)
	}
	w.settle()
	w.want(fmt.Sprint(":", removed), append([]string{"HDEL", key}, fields...)...)
}

func (w walk) incr(*rapid.T) {
	key, field, by := w.key(), w.text("field"), rapid.Int64Range(-5, 5).Draw(w.T, "by")
	f, ok := w.hashes[key][field]
	n, err := strconv.ParseInt(f.value, 10, 64)
	switch {
	case !ok:
		f.until = never
	case err != nil || strconv.FormatInt(n, 10) != f.value:
		w.want("-"+command.ErrHashNotInteger, "HINCRBY", key, field, fmt.Sprint(by))
		return
	case by > 0 && n+by < n:
		w.want("-"+command.ErrOverflow, "HINCRBY", key, field, fmt.Sprint(by))
		return
	}
	w.want(fmt.Sprint(":", n+by), "HINCRBY", key, field, fmt.Sprint(by))
	w.put(key, field, strconv.FormatInt(n+by, 10), f.until)
}

// expire gives fields deadlines under a condition.
func (w walk) expire(*rapid.T) {
	key, fields, until := w.key(), w.fields(), w.until()
	cond := rapid.SampledFrom([]string{"", "NX", "XX", "GT", "LT"}).Draw(w.T, "condition")
	words := []string{"HPEXPIREAT", key, fmt.Sprint(until)}
	if cond != "" {
		words = append(words, cond)
	}
	words = append(words, "FIELDS", fmt.Sprint(len(fields)))
	want := fmt.Sprint("*", len(fields))
	for _, field := range fields {
		f, ok := w.hashes[key][field]
		timed := f.until != never
		switch {
		case !ok:
			want += "|:-2"
			continue
		case cond == "NX" && timed, cond == "XX" && !timed, cond == "GT" && (!timed || until <= f.until),
			cond == "LT" && timed && until >= f.until:
			want += "|:0"
			continue
		case until <= w.h.Now():
			want += "|:2"
		default:
			want += "|:1"
		}
		w.put(key, field, f.value, until)
	}
	w.want(want, append(words, fields...)...)
}

func (w walk) persist(*rapid.T) {
	key, fields := w.key(), w.fields()
	want := fmt.Sprint("*", len(fields))
	for _, field := range fields {
		switch f, ok := w.hashes[key][field]; {
		case !ok:
			want += "|:-2"
		case f.until == never:
			want += "|:-1"
		default:
			want += "|:1"
			w.put(key, field, f.value, never)
		}
	}
	w.want(want, append([]string{"HPERSIST", key, "FIELDS", fmt.Sprint(len(fields))}, fields...)...)
}

func (w walk) setEx(*rapid.T) {
	key, fields, until := w.key(), w.fields(), int64(never)
	words := []string{"HSETEX", key}
	cond := rapid.SampledFrom([]string{"", "FNX", "FXX"}).Draw(w.T, "condition")
	if cond != "" {
		words = append(words, cond)
	}
	end := rapid.SampledFrom([]string{"", "PXAT", "KEEPTTL"}).Draw(w.T, "end")
	if end != "" {
		words = append(words, end)
	}
	if end == "PXAT" {
		until = w.until()
		words = append(words, fmt.Sprint(until))
	}
	words = append(words, "FIELDS", fmt.Sprint(len(fields)))
	there, values := 0, make([]string, len(fields))
	for i, field := range fields {
		values[i] = w.text("value")
		words = append(words, field, values[i])
		if _, ok := w.hashes[key][field]; ok {
			there++
		}
	}
	if cond == "FNX" && there > 0 || cond == "FXX" && there < len(fields) {
		w.want(":0", words...)
		return
	}
	w.want(":1", words...)
	for i, field := range fields {
		at := until
		if f, ok := w.hashes[key][field]; ok && end == "KEEPTTL" {
			at = f.until
		}
		w.put(key, field, values[i], at)
	}
}

// values returns the reply with the values of fields.
func (w walk) values(key string, fields []string) string {
	want := fmt.Sprint("*", len(fields))
	for _, field := range fields {
		if f, ok := w.hashes[key][field]; ok {
			want += fmt.Sprintf("|$%d|%s", len(f.value), f.value)
		} else {
			want += "|$-1"
		}
	}
	return want
}

func (w walk) getEx(*rapid.T) {
	key, fields := w.key(), w.fields()[:1]
	words, want := []string{"HGETEX", key}, w.values(key, fields)
	f, ok := w.hashes[key][fields[0]]
	switch rapid.SampledFrom([]string{"", "PX", "PERSIST"}).Draw(w.T, "end") {
	case "PX":
		f.until = max(w.until(), w.h.Now())
		words = append(words, "PX", fmt.Sprint(f.until-w.h.Now()))
	case "PERSIST":
		f.until = never
		words = append(words, "PERSIST")
	}
	if ok {
		w.put(key, fields[0], f.value, f.until)
	}
	w.want(want, append(append(words, "FIELDS", "1"), fields...)...)
}

func (w walk) getDel(*rapid.T) {
	key, fields := w.key(), w.fields()[:1]
	want := w.values(key, fields)
	delete(w.hashes[key], fields[0])
	w.settle()
	w.want(want, append([]string{"HGETDEL", key, "FIELDS", "1"}, fields...)...)
}

// random asks for some different fields, and for some that may be the same.
func (w walk) random(*rapid.T) {
	key, count := w.key(), rapid.IntRange(-5, 100).Draw(w.T, "count")
	got := w.elements("HRANDFIELD", key, fmt.Sprint(count), "WITHVALUES")
	n := len(w.hashes[key])
	want := min(count, n)
	if count < 0 && n > 0 {
		want = -count
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(got); i += 2 {
		f, ok := w.hashes[key][got[i]]
		if !ok || f.value != got[i+1] || count > 0 && seen[got[i]] {
			w.Fatalf("HRANDFIELD %s %d: %.200q of %.200v", key, count, got, w.hashes[key])
		}
		seen[got[i]] = true
	}
	if len(got) != 2*max(want, 0) {
		w.Fatalf("HRANDFIELD %s %d: %d words, want %d", key, count, len(got), 2*want)
	}
}

func (w walk) rename(*rapid.T) {
	from, to := w.key(), w.key()
	if w.hashes[from] != nil && from != to {
		w.want("+OK", "RENAME", from, to)
		w.hashes[to] = w.hashes[from]
		delete(w.hashes, from)
	}
}

func (w walk) copy(*rapid.T) {
	from, to := w.key(), w.key()
	if w.hashes[from] != nil && from != to {
		w.want(":1", "COPY", from, to, "REPLACE")
		delete(w.hashes, to)
		for field, f := range w.hashes[from] {
			w.put(to, field, f.value, f.until)
		}
	}
}

// time lets milliseconds pass. Sometimes housekeeping removes what has ended.
func (w walk) time(*rapid.T) {
	w.h.Advance(int64(rapid.IntRange(0, 10).Draw(w.T, "ms")))
	w.settle()
	if rapid.Bool().Draw(w.T, "swept") {
		sweep(w.h)
		for _, key := range modelKeys {
			w.want(fmt.Sprint(":", min(len(w.hashes[key]), 1)), "EXISTS", key)
		}
	}
}

// sweep runs housekeeping until it has nothing to do.
func sweep(h *commandtest.Harness) {
	for _, ks := range h.Spaces {
		ks.Begin(h.Now())
		for ks.ExpireStep() {
			continue
		}
		ks.End()
	}
}

// elements makes a request and returns the strings of its reply, an array.
func (w walk) elements(words ...string) []string {
	v, err := resp.ReadReply(bufio.NewReader(strings.NewReader(w.h.Do(words...))))
	if err != nil || v.Kind != resp.KindArray {
		w.Fatalf("%q: %v %v", words, v, err)
	}
	list := make([]string, len(v.Elems))
	for i, e := range v.Elems {
		list[i] = e.Str
	}
	return list
}

// check compares every hash with its twin.
func (w walk) check(*rapid.T) {
	total := 0
	for _, key := range modelKeys {
		m := w.hashes[key]
		total += len(m)
		var want []string
		for field, f := range m {
			want = append(want, field+"="+f.value)
			left := int64(-1)
			if f.until != never {
				left = f.until - w.h.Now()
			}
			w.want(fmt.Sprintf("*1|:%d", left), "HPTTL", key, "FIELDS", "1", field)
			w.want(fmt.Sprintf("$%d|%s", len(f.value), f.value), "HGET", key, field)
			w.want(fmt.Sprint(":", len(f.value)), "HSTRLEN", key, field)
		}
		slices.Sort(want)
		for _, words := range [][]string{{"HGETALL", key}, {"HSCAN", key, "0", "COUNT", "100000"}} {
			flat := w.elementsOf(words)
			var got []string
			for i := 0; i+1 < len(flat); i += 2 {
				got = append(got, flat[i]+"="+flat[i+1])
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				w.Fatalf("%q: %.300q, want %.300q", words, got, want)
			}
		}
		w.want(fmt.Sprint(":", len(m)), "HLEN", key)
	}
	if total == 0 {
		w.checkEmpty()
	}
}

// elementsOf is elements for a request whose reply may be that of a scan.
func (w walk) elementsOf(words []string) []string {
	if words[0] != "HSCAN" {
		return w.elements(words...)
	}
	v, err := resp.ReadReply(bufio.NewReader(strings.NewReader(w.h.Do(words...))))
	if err != nil || len(v.Elems) != 2 || v.Elems[0].Str != "0" {
		w.Fatalf("%q: %v %v", words, v, err)
	}
	var list []string
	for _, e := range v.Elems[1].Elems {
		list = append(list, e.Str)
	}
	return list
}

// checkEmpty checks that nothing is accounted for and nothing waits to be swept
// when no key is left.
func (w walk) checkEmpty() {
	sweep(w.h)
	for _, ks := range w.h.Spaces {
		ks.Each(func(db *keyspace.DB) {
			stats := db.StoreStats()
			if db.Len() != 0 || db.Sweeps() != 0 || stats.Objects != 0 {
				w.Fatalf("%d keys, %d to sweep, %d objects", db.Len(), db.Sweeps(), stats.Objects)
			}
		})
	}
}
