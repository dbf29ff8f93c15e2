package servertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// TestGoRedis uses a stock client library as an application would, with both
// protocols, against Troupe and against the oracle (which proves the test).
func TestGoRedis(t *testing.T) {
	for _, server := range []struct {
		name  string
		start Starter
	}{{"redis", Redis}, {"troupe", Troupe}} {
		for _, protocol := range []int{2, 3} {
			t.Run(fmt.Sprintf("%s/resp%d", server.name, protocol), func(t *testing.T) {
				t.Parallel()
				client := redis.NewClient(&redis.Options{
					Addr: server.start(t).Addr, Protocol: protocol, PoolSize: 50, ClientName: "smoke", MaxRetries: -1,
				})
				t.Cleanup(func() { _ = client.Close() })
				a := &application{t: t, ctx: t.Context(), c: client}
				a.strings()
				a.pipelines()
				a.lists()
				a.blocking()
				a.scan()
				a.pubsub()
				a.errors()
				a.pool()
			})
		}
	}
}

// application is what a program does with a client.
type application struct {
	t   *testing.T
	ctx context.Context
	c   *redis.Client
}

// want fails the test unless the command gave this value.
func want[T comparable](a *application, cmd interface{ Result() (T, error) }, value T) {
	a.t.Helper()
	got, err := cmd.Result()
	if err != nil || got != value {
		a.t.Fatalf("%v: got %v (%v), want %v", cmd, got, err, value)
	}
}

func wantSlice(a *application, cmd *redis.StringSliceCmd, value ...string) {
	a.t.Helper()
	got, err := cmd.Result()
	if err != nil || !slices.Equal(got, value) {
		a.t.Fatalf("%v: got %q (%v), want %q", cmd, got, err, value)
	}
}

func (a *application) strings() {
	want(a, a.c.Ping(a.ctx), "PONG")
	want(a, a.c.ClientGetName(a.ctx), "smoke")
	want(a, a.c.Set(a.ctx, "k", "v", time.Hour), "OK")
	want(a, a.c.Get(a.ctx, "k"), "v")
	want(a, a.c.SetNX(a.ctx, "k", "w", 0), false)
	want(a, a.c.SetXX(a.ctx, "k", "w", redis.KeepTTL), true)
	if ttl := a.c.TTL(a.ctx, "k").Val(); ttl <= 59*time.Minute || ttl > time.Hour {
		a.t.Fatalf("TTL is %v", ttl)
	}
	want(a, a.c.TTL(a.ctx, "missing"), time.Duration(-2))
	want(a, a.c.Incr(a.ctx, "n"), 1)
	want(a, a.c.IncrBy(a.ctx, "n", 41), 42)
	want(a, a.c.IncrByFloat(a.ctx, "n", 0.5), 42.5)
	want(a, a.c.Append(a.ctx, "k", "xyz"), 4)
	want(a, a.c.GetRange(a.ctx, "k", 1, -1), "xyz")
	want(a, a.c.GetEx(a.ctx, "k", time.Minute), "wxyz")
	want(a, a.c.GetDel(a.ctx, "k"), "wxyz")
	want(a, a.c.MSet(a.ctx, "a", 1, "b", "two", "c", 3.5), "OK")
	if got := a.c.MGet(a.ctx, "a", "missing", "b", "c").Val(); !slices.Equal(got, []any{"1", nil, "two", "3.5"}) {
		a.t.Fatalf("MGET: %v", got)
	}
	want(a, a.c.Exists(a.ctx, "a", "b", "c", "d"), 3)
	want(a, a.c.Del(a.ctx, "a", "b", "c", "n"), 4)
	want(a, a.c.MSet(a.ctx, "{t}1", "ohmytext", "{t}2", "mynewtext"), "OK")
	match, err := a.c.LCS(a.ctx, &redis.LCSQuery{Key1: "{t}1", Key2: "{t}2", Idx: true}).Result()
	if err != nil || match.Len != 6 || len(match.Matches) != 2 {
		a.t.Fatalf("LCS: %+v (%v)", match, err)
	}
}

func (a *application) pipelines() {
	const n = 500
	pipe := a.c.Pipeline()
	for i := range n {
		pipe.Set(a.ctx, "p"+strconv.Itoa(i), i, 0)
		pipe.Incr(a.ctx, "p"+strconv.Itoa(i))
	}
	cmds, err := pipe.Exec(a.ctx)
	if err != nil || len(cmds) != 2*n {
		a.t.Fatalf("pipeline: %d replies, %v", len(cmds), err)
	}
	for i := range n {
		want(a, cmds[2*i+1].(*redis.IntCmd), int64(i+1))
	}
	pipe = a.c.Pipeline()
	get, bad := pipe.Get(a.ctx, "p7"), pipe.LPush(a.ctx, "p7", "x")
	missing := pipe.Get(a.ctx, "missing")
	if _, err := pipe.Exec(a.ctx); err == nil {
		a.t.Fatal("no error from a pipeline with an error")
	}
	want(a, get, "8")
	if bad.Err() == nil || !errors.Is(missing.Err(), redis.Nil) {
		a.t.Fatalf("errors within a pipeline: %v, %v", bad.Err(), missing.Err())
	}
}

func (a *application) lists() {
	want(a, a.c.RPush(a.ctx, "l", "a", "b", "c"), 3)
	want(a, a.c.LPush(a.ctx, "l", "z"), 4)
	wantSlice(a, a.c.LRange(a.ctx, "l", 0, -1), "z", "a", "b", "c")
	want(a, a.c.LInsertBefore(a.ctx, "l", "b", "x"), 5)
	want(a, a.c.LPos(a.ctx, "l", "x", redis.LPosArgs{}), 2)
	want(a, a.c.LMove(a.ctx, "l", "m", "LEFT", "RIGHT"), "z")
	wantSlice(a, a.c.LPopCount(a.ctx, "l", 2), "a", "x")
	key, values, err := a.c.LMPop(a.ctx, "right", 5, "missing", "l").Result()
	if err != nil || key != "l" || !slices.Equal(values, []string{"c", "b"}) {
		a.t.Fatalf("LMPOP: %s %q %v", key, values, err)
	}
	want(a, a.c.Exists(a.ctx, "l"), 0)
}

func (a *application) blocking() {
	if _, err := a.c.BLPop(a.ctx, time.Second, "nothing").Result(); !errors.Is(err, redis.Nil) {
		a.t.Fatalf("BLPOP of nothing: %v", err)
	}
	const waiters = 10
	var group sync.WaitGroup
	got := make(chan string, waiters)
	for range waiters {
		group.Go(func() {
			popped, err := a.c.BLPop(a.ctx, 20*time.Second, "queue1", "queue2").Result()
			if err != nil {
				a.t.Errorf("BLPOP: %v", err)
				return
			}
			got <- popped[1]
		})
	}
	for i := range waiters {
		if err := a.c.RPush(a.ctx, "queue"+strconv.Itoa(1+i%2), i).Err(); err != nil {
			a.t.Fatal(err)
		}
	}
	group.Wait()
	close(got)
	var all []string
	for v := range got {
		all = append(all, v)
	}
	slices.Sort(all)
	if !slices.Equal(all, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
		a.t.Fatalf("popped %q", all)
	}
}

func (a *application) scan() {
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("scan:%04d", i))
	}
	pipe := a.c.Pipeline()
	for _, name := range names {
		pipe.Set(a.ctx, name, 1, 0)
	}
	if _, err := pipe.Exec(a.ctx); err != nil {
		a.t.Fatal(err)
	}
	var seen []string
	for it := a.c.Scan(a.ctx, 0, "scan:*", 50).Iterator(); it.Next(a.ctx); {
		seen = append(seen, it.Val())
	}
	slices.Sort(seen)
	if seen = slices.Compact(seen); !slices.Equal(seen, names) {
		a.t.Fatalf("SCAN found %d of %d keys", len(seen), len(names))
	}
	keys := a.c.Keys(a.ctx, "scan:00??").Val()
	if len(keys) != 100 {
		a.t.Fatalf("KEYS found %d keys", len(keys))
	}
}

func (a *application) errors() {
	a.c.Set(a.ctx, "text", "abc", 0)
	if err := a.c.Incr(a.ctx, "text").Err(); err == nil || err.Error() != "ERR value is not an integer or out of range" {
		a.t.Fatalf("INCR of a text: %v", err)
	}
	if err := a.c.LPush(a.ctx, "text", 1).Err(); err == nil || !redis.HasErrorPrefix(err, "WRONGTYPE") {
		a.t.Fatalf("LPUSH to a string: %v", err)
	}
	if err := a.c.Do(a.ctx, "nosuch", "x").Err(); err == nil || !strings.HasPrefix(err.Error(), "ERR unknown command 'nosuch'") {
		a.t.Fatalf("unknown command: %v", err)
	}
	if info := a.c.Info(a.ctx, "server").Val(); info == "" {
		a.t.Fatal("no INFO")
	}
	if cmd := a.c.Command(a.ctx).Val()["get"]; cmd == nil || cmd.Arity != 2 || cmd.FirstKeyPos != 1 {
		a.t.Fatalf("COMMAND: %+v", cmd)
	}
	if conf := a.c.ConfigGet(a.ctx, "maxmemory*").Val(); conf["maxmemory-policy"] != "noeviction" {
		a.t.Fatalf("CONFIG GET: %v", conf)
	}
}

// pool uses every connection of the pool at once.
func (a *application) pool() {
	const workers, each = 50, 40
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				key := fmt.Sprintf("worker:%d", w)
				if n, err := a.c.Incr(a.ctx, key).Result(); err != nil || n != int64(i+1) {
					a.t.Errorf("INCR %s: %d (%v), want %d", key, n, err, i+1)
					return
				}
				if err := a.c.Incr(a.ctx, "shared").Err(); err != nil {
					a.t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	want(a, a.c.Get(a.ctx, "shared"), strconv.Itoa(workers*each))
}

// pubsub listens to channels and patterns, and changes what it listens to.
func (a *application) pubsub() {
	p := a.c.Subscribe(a.ctx, "news", "weather")
	defer func() { _ = p.Close() }()
	hear := func(what string, match func(any) bool) {
		a.t.Helper()
		ctx, cancel := context.WithTimeout(a.ctx, 10*time.Second)
		defer cancel()
		if got, err := p.Receive(ctx); err != nil || !match(got) {
			a.t.Fatalf("%s: got %v (%v)", what, got, err)
		}
	}
	confirmed := func(kind, channel string, count int) {
		a.t.Helper()
		hear(kind, func(got any) bool {
			s, ok := got.(*redis.Subscription)
			return ok && *s == redis.Subscription{Kind: kind, Channel: channel, Count: count}
		})
	}
	heard := func(channel, pattern, payload string) {
		a.t.Helper()
		hear(payload, func(got any) bool {
			m, ok := got.(*redis.Message)
			return ok && m.Channel == channel && m.Pattern == pattern && m.Payload == payload
		})
	}
	confirmed("subscribe", "news", 1)
	confirmed("subscribe", "weather", 2)
	want(a, a.c.Publish(a.ctx, "news", "one"), 1)
	heard("news", "", "one")
	if err := p.PSubscribe(a.ctx, "n*s"); err != nil {
		a.t.Fatal(err)
	}
	confirmed("psubscribe", "n*s", 3)
	want(a, a.c.Publish(a.ctx, "news", "two"), 2)
	heard("news", "", "two")
	heard("news", "n*s", "two")
	if err := p.Ping(a.ctx, "there"); err != nil {
		a.t.Fatal(err)
	}
	hear("pong", func(got any) bool { pong, ok := got.(*redis.Pong); return ok && pong.Payload == "there" })
	if err := p.Unsubscribe(a.ctx, "news"); err != nil {
		a.t.Fatal(err)
	}
	confirmed("unsubscribe", "news", 2)
	want(a, a.c.Publish(a.ctx, "nows", "three"), 1)
	heard("nows", "n*s", "three")
	if got := a.c.PubSubNumSub(a.ctx, "news", "weather").Val(); got["news"] != 0 || got["weather"] != 1 {
		a.t.Fatalf("NUMSUB: %v", got)
	}
	wantSlice(a, a.c.PubSubChannels(a.ctx, "*"), "weather")
	want(a, a.c.PubSubNumPat(a.ctx), 1)
}
