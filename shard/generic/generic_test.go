package generic

import (
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// thing is an Object for tests.
type thing struct {
	text  string
	owner *int // clones share the count of themselves
}

func (o *thing) Bytes() int64 { return int64(len(o.text)) }

func (o *thing) Freeze() keyspace.Object { return o.Clone() }

func (o *thing) Clone() keyspace.Object {
	*o.owner++
	return &thing{text: o.text, owner: o.owner}
}

// testRows writes and reads values, without what SET and GET do besides.
//
//	PUT key value [unix-time-milliseconds]    a value that begins with @ is an Object
//	SEE key                                   the value, its expiry and its age
func testRows() []command.Command {
	keys := []command.KeySpec{command.KeyAt(1, command.KeyRW)}
	return []command.Command{
		{Spec: command.Spec{Name: "put", Arity: -3, Keys: keys, Route: command.RouteKeys}, Run: runPut},
		{Spec: command.Spec{Name: "see", Arity: 2, Keys: keys, Route: command.RouteKeys}, Run: runSee},
		{Spec: command.Spec{Name: "memory", Arity: -2}, Sub: []command.Command{MemoryUsage}},
		{Spec: command.Spec{Name: "debug", Arity: -2}, Sub: []command.Command{DebugObject}},
	}
}

func runPut(ctx *command.Ctx) {
	at := keyspace.NoExpire
	if len(ctx.Args) > 3 {
		at, _ = num.ParseInt(ctx.Args[3])
	}
	k, value := ctx.Key(1), string(ctx.Args[2])
	n, isInt := num.ParseInt(ctx.Args[2])
	switch {
	case strings.HasPrefix(value, "@"):
		k.PutObject(k.Write(), keyspace.List, keyspace.Quicklist, &thing{value, new(int)}, at)
	case isInt:
		k.Put(k.Write(), keyspace.String, keyspace.Int, 8, at).SetInt(n)
	default:
		copy(k.Put(k.Write(), keyspace.String, keyspace.Raw, len(value), at).Bytes(), value)
	}
	ctx.OK()
}

func runSee(ctx *command.Ctx) {
	e := ctx.Key(1).Glance()
	if !e.Exists() {
		ctx.Null()
		return
	}
	ctx.Array(3)
	switch obj, _ := e.Object().(*thing); {
	case obj != nil:
		ctx.BulkString(obj.text)
	case e.Encoding() == keyspace.Int:
		ctx.BulkInt(e.Int())
	default:
		ctx.Bulk(e.Bytes())
	}
	ctx.Int(e.Expiry())
	ctx.Int(e.IdleSeconds())
}

func newHarness(t testing.TB, shards int) *commandtest.Harness {
	return commandtest.New(t, shards, Commands, testRows())
}

// everywhere runs a test on one shard and on several.
func everywhere(t *testing.T, test func(t *testing.T, h *commandtest.Harness)) {
	for name, shards := range map[string]int{"one shard": 1, "three shards": 3, "eight shards": 8} {
		t.Run(name, func(t *testing.T) { test(t, newHarness(t, shards)) })
	}
}

func TestKeys(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Expect([][2]string{
			{"PUT a 1", "+OK"},
			{"PUT b @big", "+OK"},
			{"PUT c 3", "+OK"},
			{"PUT d 4", "+OK"},
			{"EXISTS a", ":1"},
			{"EXISTS a a b x", ":3"},
			{"TOUCH a b x", ":2"},
			{"TYPE a", "+string"},
			{"TYPE b", "+list"},
			{"TYPE x", "+none"},
			{"DBSIZE", ":4"},
			{"DEL a a x", ":1"},
			{"UNLINK b c x", ":2"},
			{"DBSIZE", ":1"},
			{"EXISTS a b c d", ":1"},
			{"DEL", "-ERR wrong number of arguments for 'del' command"},
		}...)
	})
}

func TestOtherDatabasesAreNotTouched(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		h.Do("PUT", "k", "0")
		h.Select(1)
		h.Expect([][2]string{
			{"EXISTS k", ":0"},
			{"DEL k", ":0"},
			{"DBSIZE", ":0"},
			{"KEYS *", "*0"},
			{"RANDOMKEY", "$-1"},
			{"EXPIRE k 1", ":0"},
			{"TTL k", ":-2"},
			{"RENAME k l", "-ERR no such key"},
			{"TYPE k", "+none"},
		}...)
		h.Select(0)
		h.Expect([2]string{"DBSIZE", ":1"})
	})
}

func TestExpiredKeysAreMissing(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for _, request := range []struct{ words, reply string }{
			{"EXISTS k", ":0"},
			{"DEL k", ":0"},
			{"TOUCH k", ":0"},
			{"TYPE k", "+none"},
			{"TTL k", ":-2"},
			{"EXPIRE k 100", ":0"},
			{"PERSIST k", ":0"},
			{"RENAME k l", "-ERR no such key"},
			{"COPY k l", ":0"},
			{"MOVE k 1", ":0"},
			{"OBJECT ENCODING k", "$-1"},
			{"KEYS k", "*0"},
			{"KEYS *", "*0"},
			{"RANDOMKEY", "$-1"},
			{"MEMORY USAGE k", "$-1"},
			{"DEBUG OBJECT k", "-ERR no such key"},
		} {
			h.Dof("PUT k v %d", h.Now()+10)
			h.Advance(10)
			h.Expect([2]string{request.words, request.reply})
		}
	})
}
