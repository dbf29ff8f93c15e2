package shard

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// popped is BLPOP's reply.
func popped(key, element string) string {
	return fmt.Sprintf("*2\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", len(key), key, len(element), element)
}

func bulk(s string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(s), s) }

// queued returns how many keys have a queue, in all shards. The keyspace shows
// its queues to nobody, so that this looks at the field.
func (r *rig) queued() int {
	keys := 0
	r.Hold(func(spaces []*keyspace.Keyspace) {
		for _, space := range spaces {
			space.Each(func(db *keyspace.DB) {
				keys += reflect.ValueOf(db).Elem().FieldByName("waiting").Len()
			})
		}
	})
	return keys
}

func TestWaitersAreServedInOrder(t *testing.T) {
	r := start(t, 2, nil)
	key := r.in(1, "l")
	var waits []*Wait
	for range 5 {
		waits = append(waits, r.block("BLPOP "+key+" 0"))
	}
	r.send(1, "RPUSH "+key+" 0 1", "RPUSH "+key+" 2", "RPUSH "+key+" 3 4 5")
	for i, w := range waits {
		r.expect(fmt.Sprint("waiter ", i), r.served(w), popped(key, strconv.Itoa(i)))
	}
	r.expect("what is left", r.send(1, "LRANGE "+key+" 0 -1")[0], "*1\r\n$1\r\n5\r\n")
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}

// TestServedBeforeTheNextCommand has a push and a pop in one batch: who waited
// comes first.
func TestServedBeforeTheNextCommand(t *testing.T) {
	r := start(t, 1, nil)
	w := r.block("BLPOP l 0")
	got := r.send(0, "RPUSH l a", "LPOP l")
	r.expect("batch", strings.Join(got, ""), ":1\r\n$-1\r\n")
	r.expect("waiter", r.served(w), popped("l", "a"))
}

func TestWaitForKeysOfSeveralShards(t *testing.T) {
	r := start(t, 3, nil)
	keys := []string{r.in(0, "a"), r.in(1, "b"), r.in(2, "c")}
	for i, key := range keys {
		w := r.block("BLPOP " + strings.Join(keys, " ") + " " + keys[0] + " 0")
		r.send(i, "RPUSH "+key+" x")
		r.expect("waiter", r.served(w), popped(key, "x"))
		for j, other := range keys { // it has left the other queues too
			r.expect("push", r.send(j, "RPUSH "+other+" y", "LPOP "+other)[1], bulk("y"))
		}
	}
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}

// TestWaitersOfOneFence has one command bring two keys into being.
func TestWaitersOfOneFence(t *testing.T) {
	r := start(t, 3, nil)
	a, b := r.in(0, "a"), r.in(2, "b")
	r.send(0, "RPUSH "+a+" x")
	first, second := r.block("BLPOP "+b+" 0"), r.block("BLPOP "+b+" 0")
	r.expect("rename", r.do("RENAME "+a+" "+b), "+OK\r\n")
	r.expect("first", r.served(first), popped(b, "x"))
	if second.Claimed() {
		t.Error("one element has served two")
	}
	r.send(2, "RPUSH "+b+" y")
	r.expect("second", r.served(second), popped(b, "y"))
}

func TestKeyOfAnotherType(t *testing.T) {
	r := start(t, 1, nil)
	w := r.block("BLPOP k 0")
	r.send(0, "SET k v", "DEL k", "SET k w", "DEL k")
	if w.Claimed() {
		t.Fatal("a string has served it")
	}
	r.send(0, "RPUSH k a")
	r.expect("waiter", r.served(w), popped("k", "a"))
}

// TestWaitersHearThatAKeyIsGone has clients wait in a consumer group, of two
// streams in two shards, and takes the group away in every way there is.
func TestWaitersHearThatAKeyIsGone(t *testing.T) {
	noGroup := "-NOGROUP No such key '%s' or consumer group 'g' in XREADGROUP with GROUP option\r\n"
	wrongType := "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
	for _, c := range []struct{ end, want string }{
		{"DEL %[1]s", noGroup},
		{"XGROUP DESTROY %[1]s g", noGroup},
		{"SET %[1]s x", wrongType},
		{"RENAME %[1]s %[2]s", noGroup},
		{"PEXPIRE %[1]s -1", noGroup},
		{"FLUSHDB", noGroup},
		{"SWAPDB 0 3", noGroup},
	} {
		r := start(t, 2, nil)
		other, key := r.in(0, "a"), r.in(1, "b")
		list := r.block("BLPOP " + key + " 0")
		for _, k := range []string{other, key} {
			r.do("XGROUP CREATE " + k + " g $ MKSTREAM")
		}
		alone := r.block("XREADGROUP GROUP g c BLOCK 0 STREAMS " + key + " >")
		both := r.block("XREADGROUP GROUP g c BLOCK 0 STREAMS " + key + " " + other + " > >")
		want := c.want
		if strings.Contains(want, "%") {
			want = fmt.Sprintf(want, key)
		}
		line := c.end
		if strings.Contains(line, "%") {
			line = strings.ReplaceAll(strings.ReplaceAll(line, "%[1]s", key), "%[2]s", r.in(1, "c"))
		}
		r.do(line)
		r.expect(line, r.served(alone), want)
		if got := r.served(both); !strings.Contains(got, "NOGROUP") && got != want {
			t.Errorf("%s: of two streams: %q", line, got)
		}
		if list.Claimed() {
			t.Errorf("%s: who waits for a list was served", line)
		}
	}
}

// TestExpiredGroupIsHeardOf lets housekeeping find the key.
func TestExpiredGroupIsHeardOf(t *testing.T) {
	r := start(t, 1, nil)
	r.do("XGROUP CREATE s g $ MKSTREAM")
	w := r.block("XREADGROUP GROUP g c BLOCK 0 STREAMS s >")
	r.do("PEXPIRE s 20")
	for !w.Claimed() {
		r.Tick(10 * time.Millisecond)
		time.Sleep(time.Millisecond)
	}
	if got := r.served(w); !strings.HasPrefix(got, "-NOGROUP") {
		t.Errorf("%q", got)
	}
}

func TestForgetEmptiesTheQueues(t *testing.T) {
	r := start(t, 4, nil)
	var waits []*Wait
	for i := range 50 {
		line := "BLPOP"
		for k := range 5 {
			line += fmt.Sprintf(" k%d", i*k)
		}
		waits = append(waits, r.block(line+" 0"))
	}
	if n := r.queued(); n == 0 {
		t.Fatal("nobody waits")
	}
	for _, w := range waits {
		if !w.Claim() {
			t.Fatal("served by nobody")
		}
		w.Expire()
		r.expect("reply", string(w.Out.Buf), "*-1\r\n")
		close(w.Done)
		r.Forget(w)
	}
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}

// TestTimeoutRacesService lets waits run out at the moment they are served. Each
// ends once, and no element is lost or given twice.
func TestTimeoutRacesService(t *testing.T) {
	const rounds = 3000
	r := start(t, 2, nil)
	key, other := r.in(0, "l"), r.in(1, "l")
	seen := map[string]int{}
	var elements, expired int
	for i := range rounds {
		w := r.block("BLPOP " + key + " " + other + " 0")
		var timeout sync.WaitGroup
		timeout.Go(func() {
			if w.Claim() {
				w.Expire()
				w.Finish()
			}
		})
		owner := i % 2
		r.send(owner, fmt.Sprintf("RPUSH %s %d", []string{key, other}[owner], i))
		timeout.Wait()
		if reply := r.served(w); reply == "*-1\r\n" {
			expired++
		} else {
			elements++
			seen[strings.Fields(reply)[4]]++
		}
		for _, left := range []string{r.send(0, "LPOP "+key)[0], r.send(1, "LPOP "+other)[0]} {
			if left != "$-1\r\n" {
				seen[strings.Fields(left)[1]]++
			}
		}
	}
	if elements+expired != rounds || len(seen) != rounds {
		t.Errorf("%d served and %d expired of %d, %d elements seen", elements, expired, rounds, len(seen))
	}
	for element, n := range seen {
		if n != 1 {
			t.Errorf("element %s was given %d times", element, n)
		}
	}
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
	t.Logf("%d served, %d expired", elements, expired)
}

// TestServingChains pushes one element that goes through waits of four shards.
func TestServingChains(t *testing.T) {
	r := start(t, 4, nil)
	keys := make([]string, 4)
	for i := range keys {
		keys[i] = r.in(i, "chain")
	}
	var waits []*Wait
	for i := range 3 {
		waits = append(waits, r.block(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", keys[i], keys[i+1])))
	}
	last := r.block("BLPOP " + keys[3] + " 0")
	r.expect("push", r.send(0, "RPUSH "+keys[0]+" x")[0], ":1\r\n")
	for _, w := range waits {
		r.expect("move", r.served(w), bulk("x"))
	}
	r.expect("pop", r.served(last), popped(keys[3], "x"))
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}

// TestServingInACircle has waits that move the element back to where it came
// from, and one onto its own list: it comes to rest.
func TestServingInACircle(t *testing.T) {
	r := start(t, 2, nil)
	a, b := r.in(0, "a"), r.in(1, "b")
	waits := []*Wait{
		r.block(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", a, b)),
		r.block(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", b, a)),
		r.block(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", a, a)),
	}
	r.send(0, "RPUSH "+a+" x")
	for _, w := range waits {
		r.expect("move", r.served(w), bulk("x"))
	}
	r.expect("a", r.send(0, "LLEN "+a)[0], ":1\r\n")
	r.expect("b", r.send(1, "LLEN "+b)[0], ":0\r\n")
}

func TestServingOntoAWrongType(t *testing.T) {
	r := start(t, 2, nil)
	a, b := r.in(0, "a"), r.in(1, "b")
	r.send(1, "SET "+b+" text")
	w := r.block(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", a, b))
	r.send(0, "RPUSH "+a+" x")
	r.expect("move", r.served(w), "-"+command.ErrWrongType+"\r\n")
	r.expect("a", r.send(0, "LLEN "+a)[0], ":1\r\n")
}

// TestMovesAreAtomic has movers, some of which wait, push elements round a ring
// of lists in different shards, while observers count all elements in a fence.
// None is ever missing or there twice.
func TestMovesAreAtomic(t *testing.T) {
	const shards, elements, movers, rounds = 5, 7, 6, 250
	r := start(t, shards, nil)
	r.add("count", command.ReadOnly, r.countAll)
	keys := make([]string, shards)
	for i := range keys {
		keys[i] = r.in(i, "ring")
	}
	for i := range elements {
		r.send(0, fmt.Sprintf("RPUSH %s %d", keys[0], i))
	}
	count := "count " + strings.Join(keys, " ")
	var moving, watching sync.WaitGroup
	var over atomic.Bool
	for m := range movers {
		moving.Go(func() { r.moveRound(rand.New(rand.NewPCG(7, uint64(m))), keys, rounds) })
	}
	for range 2 {
		watching.Go(func() {
			for !over.Load() {
				if got := r.do(count); got != fmt.Sprintf(":%d\r\n", elements) {
					t.Errorf("%d elements were %q", elements, got)
					return
				}
			}
		})
	}
	moving.Wait()
	over.Store(true)
	watching.Wait()
	if n := r.queued(); n != 0 {
		t.Errorf("%d queues are left", n)
	}
}

// countAll replies with the sum of the lengths of the lists it is given.
func (r *rig) countAll(ctx *command.Ctx) {
	sum, names, start := 0, ctx.Args[1:], len(ctx.Buf)
	for _, name := range names {
		ctx.Request([][]byte{[]byte("llen"), name}, 0, 0)
		r.rows["llen"].Run(ctx)
		n, _ := strconv.Atoi(strings.Trim(string(ctx.Buf[start:]), ":\r\n"))
		sum += n
		ctx.Buf = ctx.Buf[:start]
	}
	ctx.Int(int64(sum))
}

// moveRound moves elements on, some by BLMOVE and some by LMOVE, which may find
// nothing. Waits are given up after a moment.
func (r *rig) moveRound(rng *rand.Rand, keys []string, rounds int) {
	for range rounds {
		from := rng.IntN(len(keys))
		to := (from + 1 + rng.IntN(2)) % len(keys)
		if rng.IntN(2) == 0 {
			r.do(fmt.Sprintf("LMOVE %s %s LEFT RIGHT", keys[from], keys[to]))
			continue
		}
		c := r.call(fmt.Sprintf("BLMOVE %s %s LEFT RIGHT 0", keys[from], keys[to]))
		if c.Wait == nil {
			continue
		}
		select {
		case <-c.Wait.Done:
		case <-time.After(time.Duration(rng.IntN(300)) * time.Microsecond):
			if c.Wait.Claim() {
				close(c.Wait.Done)
			}
			<-c.Wait.Done
		}
		r.Forget(c.Wait)
	}
}
