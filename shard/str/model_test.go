package str

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

// model is the strings as a map from key to text, with nothing of the encodings
// in it, and the replies that go with it.
type model map[string]string

// bulk is the reply to a request for the value of key.
func (m model) bulk(key string) string {
	v, ok := m[key]
	if !ok {
		return "$-1\r\n"
	}
	return fmt.Sprintf("$%d\r\n%s\r\n", len(v), v)
}

func intReply(n int) string { return fmt.Sprintf(":%d\r\n", n) }

// setrange overlays the value of key.
func (m model) setrange(key string, offset int, value string) string {
	if value != "" {
		b := []byte(m[key])
		if missing := offset + len(value) - len(b); missing > 0 {
			b = append(b, make([]byte, missing)...)
		}
		copy(b[offset:], value)
		m[key] = string(b)
	}
	return intReply(len(m[key]))
}

// incrby adds to the value of key.
func (m model) incrby(key string, by int64) string {
	old := int64(0)
	if v, ok := m[key]; ok {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != v {
			return "-ERR value is not an integer or out of range\r\n"
		}
		old = n
	}
	if by > 0 && old > math.MaxInt64-by || by < 0 && old < math.MinInt64-by {
		return "-ERR increment or decrement would overflow\r\n"
	}
	m[key] = strconv.FormatInt(old+by, 10)
	return ":" + m[key] + "\r\n"
}

// getrange cuts a piece out of the value of key.
func (m model) getrange(key string, start, end int) string {
	v := m[key]
	if start < 0 && end < 0 && start > end {
		return "$0\r\n\r\n"
	}
	position := func(p int) int {
		if p < 0 {
			return max(p+len(v), 0)
		}
		return p
	}
	piece := ""
	for i := position(start); i <= position(end) && i < len(v); i++ {
		piece += v[i : i+1]
	}
	return fmt.Sprintf("$%d\r\n%s\r\n", len(piece), piece)
}

func TestAgainstModel(t *testing.T) {
	for _, shards := range []int{1, 4} {
		t.Run(fmt.Sprintf("shards=%d", shards), func(t *testing.T) {
			h := commandtest.New(t, shards, Commands)
			rapid.Check(t, func(rt *rapid.T) {
				h.Clear()
				w := walk{T: rt, h: h, m: model{}}
				rt.Repeat(map[string]func(*rapid.T){
					"set": w.set, "set get": w.setGet, "mset": w.mset, "msetnx": w.msetnx,
					"append": w.append, "setrange": w.setrange, "incrby": w.incrby,
					"getrange": w.getrange, "getdel": w.getdel, "": w.check,
				})
			})
		})
	}
}

// walk is a random sequence of requests, made to the server and to the model.
type walk struct {
	*rapid.T
	h *commandtest.Harness
	m model
}

func (w walk) key() string {
	return rapid.SampledFrom([]string{"a", "b", "c", "", "{x}1", "{x}2"}).Draw(w.T, "key")
}

func (w walk) value() string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "0", "12", "-7", "007", "9223372036854775807", "-9223372036854775808"}),
		rapid.StringN(0, 60, 200),
	).Draw(w.T, "value")
}

func (w walk) size() int {
	return rapid.OneOf(rapid.IntRange(0, 100), rapid.IntRange(0, 60_000)).Draw(w.T, "size")
}

// same makes a request and compares the reply.
func (w walk) same(want string, words ...string) {
	if got := w.h.Do(words...); got != want {
		w.Fatalf("%.200q\n got %.200q\nwant %.200q", words, got, want)
	}
}

func (w walk) set(*rapid.T) {
	k, v := w.key(), w.value()
	w.m[k] = v
	w.same("+OK\r\n", "SET", k, v)
}

func (w walk) setGet(*rapid.T) {
	k, v := w.key(), w.value()
	w.same(w.m.bulk(k), "SET", k, v, "GET")
	w.m[k] = v
}

func (w walk) mset(*rapid.T) {
	k, l, v, u := w.key(), w.key(), w.value(), w.value()
	w.m[k] = v
	w.m[l] = u
	w.same("+OK\r\n", "MSET", k, v, l, u)
}

func (w walk) msetnx(*rapid.T) {
	k, l, v := w.key(), w.key(), w.value()
	_, first := w.m[k]
	_, second := w.m[l]
	if first || second {
		w.same(":0\r\n", "MSETNX", k, v, l, v)
		return
	}
	w.m[k], w.m[l] = v, v
	w.same(":1\r\n", "MSETNX", k, v, l, v)
}

func (w walk) append(*rapid.T) {
	k, v := w.key(), w.value()
	w.m[k] += v
	w.same(intReply(len(w.m[k])), "APPEND", k, v)
}

func (w walk) setrange(*rapid.T) {
	k, n, v := w.key(), w.size(), w.value()
	w.same(w.m.setrange(k, n, v), "SETRANGE", k, strconv.Itoa(n), v)
}

func (w walk) incrby(*rapid.T) {
	k, by := w.key(), rapid.OneOf(rapid.Int64Range(-9, 9), rapid.Int64()).Draw(w.T, "by")
	w.same(w.m.incrby(k, by), "INCRBY", k, strconv.FormatInt(by, 10))
}

func (w walk) getrange(*rapid.T) {
	k, start, end := w.key(), w.size()-50, w.size()-50
	w.same(w.m.getrange(k, start, end), "GETRANGE", k, strconv.Itoa(start), strconv.Itoa(end))
}

func (w walk) getdel(*rapid.T) {
	k := w.key()
	w.same(w.m.bulk(k), "GETDEL", k)
	delete(w.m, k)
}

func (w walk) check(*rapid.T) {
	k, l := w.key(), w.key()
	w.same("*2\r\n"+w.m.bulk(k)+w.m.bulk(l), "MGET", k, l)
	w.same(intReply(len(w.m[k])), "STRLEN", k)
}
