package server_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// accounts is what is in the accounts of a bank, which has no money of its own:
// together it is always 0.
type accounts [4]int

// transfer is one thing that a client of the bank does.
type transfer struct {
	what     string // "move", "cas", "turn", "read", "mget", "get"
	from, to int
	amount   int
}

// bankModel runs a transfer at one moment. The reply is what the client has read,
// and for "cas" whether EXEC has done anything; if not, what was read before may be
// anything.
func bankModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return accounts{} },
		Step: func(state, input, output any) (bool, any) {
			a, op, got := state.(accounts), input.(transfer), output.(string)
			if op.what == "cas" && got == "*nil" {
				return true, a
			}
			var want string
			switch op.what {
			case "move":
				a.move(op)
				want = ints(a[op.from], a[op.to])
			case "cas":
				want = ints(a[op.from], a[op.to])
				a.move(op)
			case "turn":
				want = ints(a[op.from]+op.amount, a[op.from], a[op.from])
			case "get":
				want = ints(a[op.from])
			default:
				want = ints(a[:]...)
			}
			return got == want, a
		},
	}
}

func (a *accounts) move(op transfer) {
	a[op.from] -= op.amount
	a[op.to] += op.amount
}

func ints(values ...int) string { return strings.Trim(fmt.Sprint(values), "[]") }

// teller is a client of the bank.
type teller struct {
	*inprocess.Conn
	prefix string
}

func (c teller) account(n int) string { return c.prefix + strconv.Itoa(n) }

// transact sends MULTI, lines and EXEC in one write, and returns EXEC's reply.
func (c teller) transact(lines ...string) (string, error) {
	if err := c.SendRaw("MULTI\r\n" + strings.Join(lines, "\r\n") + "\r\nEXEC\r\n"); err != nil {
		return "", err
	}
	for range len(lines) + 1 {
		if _, err := c.Reply(); err != nil {
			return "", err
		}
	}
	reply, err := c.Reply()
	return reply.String(), err
}

// do does op and returns what the model's reply is to be compared with.
func (c teller) do(op transfer) (string, error) {
	from, to := c.account(op.from), c.account(op.to)
	reply, err := "", error(nil)
	switch op.what {
	case "move":
		reply, err = c.transact(fmt.Sprintf("DECRBY %s %d", from, op.amount), fmt.Sprintf("INCRBY %s %d", to, op.amount))
	case "cas":
		return c.compareAndSet(op)
	case "turn":
		reply, err = c.transact(
			fmt.Sprintf("INCRBY %s %d", from, op.amount), fmt.Sprintf("DECRBY %s %d", from, op.amount), "GET "+from)
	case "read":
		reply, err = c.transact("GET "+c.account(0), "GET "+c.account(1), "GET "+c.account(2), "GET "+c.account(3))
	case "mget":
		v, failed := c.Do("MGET", c.account(0), c.account(1), c.account(2), c.account(3))
		reply, err = v.String(), failed
	case "get":
		v, failed := c.Do("GET", from)
		reply, err = v.String(), failed
	}
	return plain(reply), err
}

// compareAndSet moves money in the way of WATCH: read, compute, and write if
// nothing has changed meanwhile.
func (c teller) compareAndSet(op transfer) (string, error) {
	from, to := c.account(op.from), c.account(op.to)
	if _, err := c.Do("WATCH", from, to); err != nil {
		return "", err
	}
	v, err := c.Do("MGET", from, to)
	if err != nil {
		return "", err
	}
	read := plain(v.String())
	var x, y int
	if _, err := fmt.Sscan(read, &x, &y); err != nil {
		return "", fmt.Errorf("MGET says %q: %w", read, err)
	}
	done, err := c.transact(fmt.Sprintf("SET %s %d", from, x-op.amount), fmt.Sprintf("SET %s %d", to, y+op.amount))
	if done == "*nil" {
		return done, err
	}
	return read, err
}

// plain shows numbers alone, and an account that was never used as 0.
func plain(reply string) string {
	return strings.NewReplacer("[", "", "]", "", ",", "", `"`, "", "$nil", "0").Replace(reply)
}

func nextTransfer(rng *rand.Rand) transfer {
	some := rng.Perm(len(accounts{}))
	return transfer{
		what: []string{"move", "move", "cas", "cas", "turn", "read", "read", "mget", "get"}[rng.IntN(9)],
		from: some[0], to: some[1], amount: 1 + rng.IntN(9),
	}
}

// TestBankIsLinearizable has clients move money with transactions and WATCH, and
// looks for an order that explains what everybody has read.
func TestBankIsLinearizable(t *testing.T) {
	const each = 8
	rng := newRand(t)
	for _, shards := range []int{1, 3, 7} {
		s := inprocess.Start(t, "--shards", strconv.Itoa(shards))
		clients := make([]*inprocess.Conn, 6)
		for i := range clients {
			clients[i] = s.Dial(t)
		}
		for n := range *histories {
			history := make([]porcupine.Operation, len(clients)*each)
			seed, start := rng.Uint64(), time.Now()
			var working sync.WaitGroup
			for id, conn := range clients {
				working.Go(func() {
					rng := rand.New(rand.NewPCG(seed, uint64(id)))
					c := teller{conn, fmt.Sprintf("%d:", n)}
					for i := range each {
						op := &history[id*each+i]
						request := nextTransfer(rng)
						op.ClientId, op.Input, op.Call = id, request, int64(time.Since(start))
						reply, err := c.do(request)
						if err != nil {
							t.Errorf("%v: %v", request, err)
						}
						op.Output, op.Return = reply, int64(time.Since(start))
					}
				})
			}
			working.Wait()
			if result := porcupine.CheckOperationsTimeout(bankModel(), history, time.Minute); result != porcupine.Ok {
				var b strings.Builder
				for _, op := range history {
					fmt.Fprintf(&b, "client %d, %9d to %9d ns: %v %q\n", op.ClientId, op.Call, op.Return, op.Input, op.Output)
				}
				t.Fatalf("%d shards, history %d is %s:\n%s", shards, n, result, b.String())
			}
		}
	}
}

// TestBankAddsUp looks at all accounts again and again while money moves.
func TestBankAddsUp(t *testing.T) {
	rng := newRand(t)
	seed := rng.Uint64()
	s := inprocess.Start(t, "--shards", "3")
	var working sync.WaitGroup
	var moved, refused atomic.Int64
	for id := range 6 {
		c := teller{s.Dial(t), "bank:"}
		working.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(id)))
			for range 400 {
				op := nextTransfer(rng)
				got, err := c.do(op)
				if err != nil {
					t.Errorf("%v: %v", op, err)
					return
				}
				switch op.what {
				case "read", "mget":
					sum := 0
					for word := range strings.FieldsSeq(got) {
						sum += number(word)
					}
					if sum != 0 {
						t.Errorf("%s finds %d: %s", op.what, sum, got)
					}
				case "cas":
					if got == "*nil" {
						refused.Add(1)
					} else {
						moved.Add(1)
					}
				}
			}
		})
	}
	working.Wait()
	if moved.Load() == 0 || refused.Load() == 0 {
		t.Errorf("WATCH has let %d pass and stopped %d", moved.Load(), refused.Load())
	}
}

// TestBankModelNotices gives the model histories of banks that lose money.
func TestBankModelNotices(t *testing.T) {
	move, read := transfer{"move", 0, 1, 5}, transfer{what: "read"}
	cas := transfer{"cas", 0, 1, 5}
	op := func(client int, call, end int64, in transfer, out string) porcupine.Operation {
		return porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: end}
	}
	for what, c := range map[string]struct {
		legal   bool
		history []porcupine.Operation
	}{
		"one after the other": {true, []porcupine.Operation{op(0, 1, 2, move, "-5 5"), op(1, 3, 4, read, "-5 5 0 0")}},
		"half of it is seen":  {false, []porcupine.Operation{op(0, 1, 9, move, "-5 5"), op(1, 3, 4, read, "-5 0 0 0")}},
		"an update is lost":   {false, []porcupine.Operation{op(0, 1, 9, cas, "0 0"), op(1, 1, 9, cas, "0 0")}},
		"an update gives way": {true, []porcupine.Operation{op(0, 1, 9, cas, "0 0"), op(1, 1, 9, cas, "*nil")}},
	} {
		if got := porcupine.CheckOperations(bankModel(), c.history); got != c.legal {
			t.Errorf("%s: legal is %v", what, got)
		}
	}
}
