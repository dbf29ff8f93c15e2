package generic

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

const modelDBs = 3

// modelKeys lie on different shards, but for those with the same tag.
var modelKeys = [...]string{"a", "b", "{t}1", "{t}2", "c", ""}

type value struct {
	text string
	at   int64 // -1 for none
}

// model is the keyspace as plain maps.
type model struct {
	dbs [modelDBs]map[string]value
	now int64
}

func (m *model) expire() {
	for _, db := range m.dbs {
		maps.DeleteFunc(db, func(_ string, v value) bool { return v.at >= 0 && v.at <= m.now })
	}
}

// TestCommandsAgainstAModel runs random requests on the server's keyspace and on
// maps, and compares all keys after each.
func TestCommandsAgainstAModel(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		rapid.Check(t, func(rt *rapid.T) {
			h.Do("FLUSHALL")
			m := &model{now: h.Now()}
			for n := range m.dbs {
				m.dbs[n] = map[string]value{}
			}
			for range rapid.IntRange(1, 40).Draw(rt, "steps") {
				m.step(rt, h)
				m.compare(rt, h)
			}
		})
	})
}

// step draws a request, runs it on both and compares the replies.
func (m *model) step(rt *rapid.T, h *commandtest.Harness) {
	n := rapid.IntRange(0, modelDBs-1).Draw(rt, "db")
	key := rapid.SampledFrom(modelKeys[:]).Draw(rt, "key")
	to := rapid.SampledFrom(modelKeys[:]).Draw(rt, "to")
	other := rapid.IntRange(0, modelDBs-1).Draw(rt, "other db")
	h.Select(n)
	m.expire()
	db := m.dbs[n]
	var reply, want string
	switch rapid.IntRange(0, 9).Draw(rt, "command") {
	case 0, 1:
		v := value{rapid.SampledFrom([]string{"v", "7", "@o", "@other"}).Draw(rt, "value"), -1}
		if rapid.Bool().Draw(rt, "volatile") {
			v.at = m.now + rapid.Int64Range(1, 50).Draw(rt, "ms")
		}
		reply, want, db[key] = h.Do("PUT", key, v.text, fmt.Sprint(v.at)), "+OK", v
	case 2:
		ms := rapid.Int64Range(-5, 50).Draw(rt, "ms")
		reply, want = h.Do("PEXPIRE", key, fmt.Sprint(ms)), m.pexpire(db, key, ms)
	case 3:
		v, ok := db[key]
		reply, want = h.Do("PERSIST", key), number(ok && v.at >= 0)
		if ok {
			db[key] = value{v.text, -1}
		}
	case 4:
		reply, want = h.Do("RENAME", key, to), rename(db, key, to)
	case 5:
		_, there := db[key]
		_, taken := db[to]
		reply, want = h.Do("RENAMENX", key, to), number(!taken)
		if !there || !taken {
			if wanted := rename(db, key, to); !there {
				want = wanted
			}
		}
	case 6:
		args := []string{"COPY", key, to, "DB", fmt.Sprint(other)}
		replace := rapid.Bool().Draw(rt, "replace")
		if replace {
			args = append(args, "REPLACE")
		}
		reply, want = h.Do(args...), m.copy(n, key, other, to, replace)
	case 7:
		reply, want = h.Do("MOVE", key, fmt.Sprint(other)), m.copy(n, key, other, key, false)
		if want == ":1" {
			delete(db, key)
		}
	case 8:
		reply, want = h.Do("SWAPDB", fmt.Sprint(n), fmt.Sprint(other)), "+OK"
		m.dbs[n], m.dbs[other] = m.dbs[other], m.dbs[n]
	case 9:
		ms := rapid.Int64Range(0, 20).Draw(rt, "passed")
		h.Advance(ms)
		m.now += ms
		return
	}
	if reply != want+"\r\n" {
		rt.Fatalf("got %q, want %q", reply, want)
	}
}

func number(yes bool) string {
	if yes {
		return ":1"
	}
	return ":0"
}

func (m *model) pexpire(db map[string]value, key string, ms int64) string {
	v, ok := db[key]
	switch {
	case ok && ms > 0:
		db[key] = value{v.text, m.now + ms}
	case ok:
		delete(db, key)
	}
	return number(ok)
}

func rename(db map[string]value, key, to string) string {
	v, ok := db[key]
	if !ok {
		return missing
	}
	delete(db, key)
	db[to] = v
	return "+OK"
}

func (m *model) copy(n int, key string, other int, to string, replace bool) string {
	if n == other && key == to {
		return same
	}
	v, ok := m.dbs[n][key]
	if _, taken := m.dbs[other][to]; !ok || taken && !replace {
		return ":0"
	}
	m.dbs[other][to] = v
	return ":1"
}

func (m *model) compare(rt *rapid.T, h *commandtest.Harness) {
	m.expire()
	for n, db := range m.dbs {
		h.Select(n)
		for _, key := range modelKeys {
			got, want := h.Do("SEE", key), "$-1\r\n"
			if v, ok := db[key]; ok {
				want = fmt.Sprintf("*3\r\n$%d\r\n%s\r\n:%d\r\n:", len(v.text), v.text, v.at)
			}
			if !strings.HasPrefix(got, want) {
				rt.Fatalf("database %d, key %q: got %q, want %q", n, key, got, want)
			}
		}
		if got := h.Do("DBSIZE"); got != fmt.Sprintf(":%d\r\n", len(db)) {
			rt.Fatalf("database %d has %q keys, want %d", n, got, len(db))
		}
		if got := h.Do("KEYS", "*"); !strings.HasPrefix(got, fmt.Sprintf("*%d\r\n", len(db))) {
			rt.Fatalf("database %d: KEYS says %q, want %d", n, got, len(db))
		}
	}
}
