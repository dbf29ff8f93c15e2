package shard

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/measure"
)

// queue makes a transaction of lines, each with the owner of its keys.
func (r *rig) queue(lines ...string) *Transaction {
	tx := &Transaction{}
	for _, line := range lines {
		q := Queued{Request: r.request(line), Owner: AllHeld}
		keys, err := q.Command.AppendKeys(nil, q.Args)
		if err == nil && len(keys) > 0 {
			_, q.Owner = r.Locate(q.Args[keys[0].Index])
			for _, k := range keys {
				if _, other := r.Locate(q.Args[k.Index]); other != q.Owner {
					q.Owner = AllHeld
					break
				}
			}
		}
		tx.Queue, tx.Flags = append(tx.Queue, q), tx.Flags|q.Command.Flags
	}
	return tx
}

// exec runs a transaction in one shard's batch.
func (r *rig) exec(owner int, tx *Transaction) string {
	b := &Batch{Shard: owner, Done: make(chan *Batch, 1)}
	return r.execIn(b, tx)
}

func (r *rig) execIn(b *Batch, tx *Transaction) string {
	done := make(chan *Batch, 1)
	b.Done = done
	b.Requests = append(b.Requests, Request{Command: r.rows["get"], Special: &Special{Transaction: tx}})
	r.Send(b)
	<-done
	return string(b.Out.Buf)
}

// execute runs a transaction over the shards members tells.
func (r *rig) execute(tx *Transaction, members func(int) bool) string {
	x := Execution{Out: resp.Writer{Proto: 2}, Command: r.rows["get"]}
	r.Execute(tx, &x, members)
	return string(x.Out.Buf)
}

// watch watches keys.
func (r *rig) watch(keys ...string) (*keyspace.Watcher, []bool) {
	w, shards := &keyspace.Watcher{}, make([]bool, r.Shards())
	names := make([][]byte, len(keys))
	for i, key := range keys {
		names[i] = []byte(key)
	}
	r.Watch(w, 0, names, shards)
	return w, shards
}

// errors returns how many error replies the shards have counted.
func (r *rig) errors() (n int) {
	var commands measure.Commands
	var errors measure.Errors
	r.AddCounts(&commands, &errors)
	for _, count := range errors.Kinds() {
		n += int(count)
	}
	return n
}

// watchers returns how many clients the shards remember.
func (r *rig) watchers() int {
	n := 0
	r.Hold(func(spaces []*keyspace.Keyspace) {
		for _, space := range spaces {
			n += space.Watchers()
		}
	})
	return n
}

// TestTransactionReplies runs the same transactions in one turn and in a fence.
func TestTransactionReplies(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
		fails int
	}{
		{nil, "*0\r\n", 0},
		{[]string{"SET a 1", "INCR a", "GET a"}, "*3\r\n+OK\r\n:2\r\n$1\r\n2\r\n", 0},
		{[]string{"LPUSH l x", "INCR l", "LLEN l"}, "*3\r\n:1\r\n-" + command.ErrWrongType + "\r\n:1\r\n", 1},
		{[]string{"BLPOP none 0", "BLMOVE none l LEFT LEFT 0", "GET none"}, "*3\r\n*-1\r\n$-1\r\n$-1\r\n", 0},
		{[]string{"MSET a 1 b 2 c 3", "DEL a b", "EXISTS a b c"}, "*3\r\n+OK\r\n:2\r\n:1\r\n", 0},
		{[]string{"panics", "SET a 1"}, "*2\r\n-" + command.ErrInternal + "\r\n+OK\r\n", 1},
	} {
		t.Run(strings.Join(c.lines, ";"), func(t *testing.T) {
			r := start(t, 1, nil)
			r.add("panics", command.ReadOnly, func(*command.Ctx) { panic("on purpose") })
			tx := r.queue(c.lines...)
			r.expect("in one turn", r.exec(0, tx), c.want)
			if n := r.errors(); n != c.fails {
				t.Errorf("%d errors, want %d", n, c.fails)
			}
			r.ResetStats()
			r.do("FLUSHALL")
			tx = r.queue(c.lines...)
			r.expect("in a fence", r.execute(tx, Everyone), c.want)
			if n := r.errors(); n != c.fails {
				t.Errorf("%d errors in a fence, want %d", n, c.fails)
			}
		})
	}
}

// TestWatchedTransactions changes one of several watched keys.
func TestWatchedTransactions(t *testing.T) {
	r := start(t, 3, nil)
	a, b, c := r.in(0, "a"), r.in(1, "b"), r.in(2, "c")
	for _, changed := range []string{"", a, b, c} {
		for _, fenced := range []bool{false, true} {
			watched := []string{a}
			if fenced {
				watched = []string{a, b, c}
			}
			w, _ := r.watch(watched...)
			if changed != "" {
				r.do("SET " + changed + " x")
			}
			tx := r.queue("SET " + a + " 1")
			tx.Watcher = w
			var got string
			if fenced {
				got = r.execute(tx, Everyone)
			} else {
				got = r.exec(0, tx)
			}
			want := "*1\r\n+OK\r\n"
			if changed == a || fenced && changed != "" {
				want = "*-1\r\n"
			}
			r.expect(fmt.Sprintf("%q changed, fenced %v", changed, fenced), got, want)
			if n := r.watchers(); n != 0 {
				t.Fatalf("%d watchers are left", n)
			}
		}
	}
	w, shards := r.watch(a, b, c, a)
	if n := r.watchers(); n != 3 {
		t.Errorf("watched in %d shards of 3", n)
	}
	r.Unwatch(w, shards)
	if n := r.watchers(); n != 0 {
		t.Errorf("%d watchers are left after Unwatch", n)
	}
}

// TestTransactionServesWaitersLate has a client wait for a key that a transaction
// makes, changes and perhaps takes away again.
func TestTransactionServesWaitersLate(t *testing.T) {
	for _, fenced := range []bool{false, true} {
		r := start(t, 2, nil)
		l, other := r.in(0, "l"), r.in(1, "o")
		run := func(lines ...string) string {
			if fenced {
				return r.execute(r.queue(append(lines, "SET "+other+" 1")...), Everyone)
			}
			return r.exec(0, r.queue(lines...))
		}
		w := r.block("BLPOP " + l + " 0")
		run("RPUSH "+l+" a", "DEL "+l)
		select {
		case <-w.Done:
			t.Errorf("served with what is gone: %q", w.Out.Buf)
		default:
		}
		run("RPUSH "+l+" b", "LPUSH "+l+" c", "LRANGE "+l+" 0 -1")
		r.expect("waiter", r.served(w), popped(l, "c"))
		r.send(0, "DEL "+l)
		far := r.block("BLMOVE " + l + " " + r.in(1, "far") + " LEFT LEFT 0") // its shard is borrowed
		run("RPUSH "+l+" d", "RPUSH "+l+" e")
		r.expect("waiter for two shards", r.served(far), bulk("d"))
		r.expect("what is left", r.send(0, "LRANGE "+l+" 0 -1")[0], "*1\r\n"+bulk("e"))
	}
}

// TestTransactionWithoutRoom is refused as a whole, before anything has run.
func TestTransactionWithoutRoom(t *testing.T) {
	r := start(t, 2, nil)
	a, b := r.in(0, "a"), r.in(1, "b")
	r.do("MSET " + a + " 1 " + b + " 2")
	r.set(func(s *keyspace.Settings) { s.MaxMemory = 1 })
	if got := r.MakeRoom(); got != command.ErrOOM {
		t.Errorf("room is said to be there: %q", got)
	}
	w, _ := r.watch(a)
	tx := r.queue("GET "+a, "SET "+a+" 3")
	tx.Watcher = w
	r.expect("one shard", r.exec(0, tx), "-"+command.Aborted(command.ErrOOM)+"\r\n")
	tx = r.queue("SET "+a+" 3", "SET "+b+" 3")
	r.expect("fence", r.execute(tx, Everyone), "-"+command.Aborted(command.ErrOOM)+"\r\n")
	r.expect("reads", r.exec(0, r.queue("GET "+a)), "*1\r\n$1\r\n1\r\n")
	if n := r.watchers(); n != 0 {
		t.Errorf("%d watchers are left", n)
	}
	r.set(func(s *keyspace.Settings) { s.Policy = keyspace.AllKeysRandom })
	first := func(i int) bool { return i == 0 }
	r.execute(r.queue("SET "+a+" 3"), first) // shard 0 alone cannot make room; it needs the others
	r.set(func(s *keyspace.Settings) { s.MaxMemory = 0 })
	r.expect("evicted", r.do("EXISTS "+b), ":0\r\n")
	if got := r.MakeRoom(); got != "" {
		t.Errorf("no limit, and yet %q", got)
	}
}

// TestStandingTroupe asks the shards for everything from within a transaction that
// holds them.
func TestStandingTroupe(t *testing.T) {
	r := start(t, 3, func(s *keyspace.Settings) { s.Policy = keyspace.AllKeysRandom })
	keys := []string{r.in(0, "a"), r.in(1, "b"), r.in(2, "c")}
	from, to := r.in(2, "from"), r.in(0, "to")
	serve := func(x *Execution, args [][]byte) {
		reports := x.Troupe.Reports()
		n := 0
		for _, report := range reports {
			for _, db := range report.DBs {
				n += db.Keys
			}
		}
		call := Call{Request: r.request("GET " + keys[1]), Out: resp.Writer{Proto: 2}}
		x.Troupe.Call(&call, Everyone)
		done := make(chan *Batch, 1)
		b := &Batch{Shard: 2, Done: done, Requests: []Request{r.request("RPUSH " + from + " x")}}
		x.Troupe.Send(b)
		<-done
		held := 0
		x.Troupe.Hold(func(spaces []*keyspace.Keyspace) { held = len(spaces) })
		x.Troupe.ResetStats()
		x.Out.BulkString(fmt.Sprintf("%d keys, %s, %d held, %s", n, call.Out.Buf, held, args[0]))
	}
	tx := r.queue("SET "+keys[0]+" 1", "SET "+keys[1]+" 2", "SET "+keys[2]+" 3")
	tx.Queue = append(tx.Queue, Queued{Request: Request{Command: r.rows["get"], Args: [][]byte{[]byte("arg")}}, Serve: serve})
	w := r.block("BLMOVE " + from + " " + to + " LEFT LEFT 0")
	got := r.execute(tx, Everyone)
	want := "3 keys, $1\r\n2\r\n, 3 held, arg"
	r.expect("transaction", got, "*4\r\n+OK\r\n+OK\r\n+OK\r\n"+bulk(want))
	r.expect("waiter", r.served(w), bulk("x"))
	r.expect("the shards go on", r.do("MGET "+strings.Join(keys, " ")), "*3\r\n"+bulk("1")+bulk("2")+bulk("3"))
}

// TestExecuteEach runs a command on each shard's data.
func TestExecuteEach(t *testing.T) {
	r := start(t, 3, nil)
	tx := r.queue("SET "+r.in(0, "a")+" 1", "SET "+r.in(2, "c")+" 3")
	var replies []string
	tx.Queue = append(tx.Queue, Queued{
		Request: r.request("DBSIZE"),
		Serve: func(x *Execution, args [][]byte) {
			for _, reply := range x.Each(r.rows["dbsize"], args) {
				replies = append(replies, string(reply))
			}
			x.Out.OK()
		},
	})
	r.execute(tx, Everyone)
	r.expect("sizes", strings.Join(replies, ""), ":1\r\n:0\r\n:1\r\n")
}

// TestTransactionsAreAlone has transactions, commands, waiting clients, evictions
// and watchers at the same time. Each transaction counts two keys up and must find
// them equal, however it runs.
func TestTransactionsAreAlone(t *testing.T) {
	r := start(t, 3, nil)
	same := []string{r.in(1, "t"), r.in(1, "u")}
	apart := []string{r.in(0, "v"), r.in(2, "w")}
	var failed atomic.Int64
	var busy sync.WaitGroup
	for id := range 8 {
		busy.Go(func() {
			rng := rand.New(rand.NewPCG(11, uint64(id)))
			for range 300 {
				switch rng.IntN(5) {
				case 0:
					r.do("MSET " + strings.Join(apart, " 0 ") + " 0")
					b := &Batch{Shard: 1}
					r.sendFor(b, make(chan *Batch, 1), []string{"SET " + r.in(1, "x") + " 1"})
				case 1:
					w, shards := r.watch(append(same, apart...)...)
					if rng.IntN(2) == 0 {
						r.Unwatch(w, shards)
						continue
					}
					tx := r.queue("INCR "+apart[0], "INCR "+apart[1])
					tx.Watcher = w
					if got := r.execute(tx, Everyone); got != "*-1\r\n" && !pair(got) {
						failed.Add(1)
					}
				case 2, 3:
					if !pair(r.exec(1, r.queue("INCR "+same[0], "INCR "+same[1]))) {
						failed.Add(1)
					}
				default:
					members := r.Members([][]byte{[]byte(apart[0]), []byte(apart[1])}, []command.KeyRef{{Index: 0}, {Index: 1}})
					if !pair(r.execute(r.queue("INCR "+apart[0], "INCR "+apart[1]), members)) {
						failed.Add(1)
					}
				}
			}
		})
	}
	busy.Wait()
	if n := failed.Load(); n > 0 {
		t.Errorf("%d transactions have seen half of another", n)
	}
	if n := r.watchers(); n != 0 {
		t.Errorf("%d watchers are left", n)
	}
}

// pair tells whether a reply is an array of two equal numbers.
func pair(reply string) bool {
	parts := strings.Split(reply, "\r\n")
	return len(parts) == 4 && parts[0] == "*2" && parts[1] == parts[2]
}
