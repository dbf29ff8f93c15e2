package server_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

var (
	seed      = flag.Uint64("seed", 0, "seed of the random tests; 0 takes one from the clock")
	histories = flag.Int("histories", 60, "histories per model and number of shards")
)

// newRand returns a random source and shows its seed.
func newRand(t testing.TB) *rand.Rand {
	t.Helper()
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed=%d", s)
	return rand.New(rand.NewPCG(s, 0))
}

// workload is what clients do at the same time, and what it has to look like.
type workload struct {
	name  string
	keys  int
	model porcupine.Model
	next  func(rng *rand.Rand, unique int) []string // a request; keys are "0", "1" ...
	at    func(words []string) []int                // the words that are keys
}

func workloads() []workload {
	return []workload{
		{"one key", 2, perKey(valueModel()), nextSingle, firstWord},
		{"several keys", 4, valueModel(), nextSeveral, valueKeys},
		{"two lists", 2, listModel(), nextList, listKeys},
	}
}

// TestLinearizable has clients that wait for each reply work on the same few
// keys, and looks for an order of the commands that explains all replies and
// agrees with when each was sent and answered.
func TestLinearizable(t *testing.T) {
	rng := newRand(t)
	for _, shards := range []int{1, 3, 7} {
		s := inprocess.Start(t, "--shards", strconv.Itoa(shards))
		clients := make([]*inprocess.Conn, 8)
		for i := range clients {
			clients[i] = s.Dial(t)
		}
		for _, w := range workloads() {
			t.Run(fmt.Sprintf("%s, %d shards", w.name, shards), func(t *testing.T) {
				for n := range *histories {
					history := w.record(t, clients[:4+rng.IntN(5)], rng.Uint64(), n)
					result := porcupine.CheckOperationsTimeout(w.model, history, time.Minute)
					if result != porcupine.Ok {
						t.Fatalf("history %d is %s:\n%s", n, result, transcript(history))
					}
				}
			})
		}
	}
}

// record runs clients at the same time and returns what they have heard.
func (w *workload) record(t *testing.T, clients []*inprocess.Conn, seed uint64, n int) []porcupine.Operation {
	const each = 8
	prefix := fmt.Sprintf("%s:%d:", strings.ReplaceAll(w.name, " ", "-"), n)
	history := make([]porcupine.Operation, len(clients)*each)
	start := time.Now()
	var working sync.WaitGroup
	for id, c := range clients {
		working.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(id)))
			for i := range each {
				words := w.next(rng, id*each+i+1)
				wire := append([]string(nil), words...)
				for _, k := range w.at(words) {
					wire[k] = prefix + words[k]
				}
				op := &history[id*each+i]
				op.ClientId, op.Input, op.Call = id, words, int64(time.Since(start))
				reply, err := c.Do(wire...)
				if err != nil {
					t.Errorf("%q: %v", wire, err)
				}
				op.Return = int64(time.Since(start))
				op.Output = strings.ReplaceAll(reply.String(), prefix, "")
			}
		})
	}
	working.Wait()
	return history
}

func transcript(history []porcupine.Operation) string {
	var b strings.Builder
	for _, op := range history {
		fmt.Fprintf(&b, "client %d, %9d to %9d ns: %-30s %s\n", op.ClientId, op.Call, op.Return,
			strings.Join(op.Input.([]string), " "), op.Output)
	}
	return b.String()
}

// values is the state of keys that hold strings, "" where one is absent.
type values [4]string

func valueModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return values{} },
		Step: func(state, input, output any) (bool, any) {
			v := state.(values)
			want := v.run(input.([]string))
			return output.(string) == want, v
		},
	}
}

// perKey looks at each key by itself.
func perKey(m porcupine.Model) porcupine.Model {
	m.Partition = func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := make([][]porcupine.Operation, len(values{}))
		for _, op := range history {
			k := number(op.Input.([]string)[1])
			byKey[k] = append(byKey[k], op)
		}
		return byKey
	}
	return m
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// shown is a value as a bulk string.
func shown(value string) string {
	if value == "" {
		return "$nil"
	}
	return strconv.Quote(value)
}

// run executes a command on the state and returns the reply.
func (v *values) run(words []string) string {
	args := words[1:]
	switch words[0] {
	case "GET":
		return shown(v[number(args[0])])
	case "SET", "MSET":
		v.set(args)
		return "+OK"
	case "MSETNX":
		for i := 0; i < len(args); i += 2 {
			if v[number(args[i])] != "" {
				return "0"
			}
		}
		v.set(args)
		return "1"
	case "INCR":
		k := number(args[0])
		n, _ := strconv.Atoi(v[k])
		v[k] = strconv.Itoa(n + 1)
		return v[k]
	case "DEL", "EXISTS":
		there := 0
		for _, arg := range args {
			if v[number(arg)] != "" {
				there++
			}
			if words[0] == "DEL" {
				v[number(arg)] = ""
			}
		}
		return strconv.Itoa(there)
	case "MGET":
		found := make([]string, len(args))
		for i, arg := range args {
			found[i] = shown(v[number(arg)])
		}
		return "[" + strings.Join(found, ", ") + "]"
	case "RENAME":
		from, to := number(args[0]), number(args[1])
		if v[from] == "" {
			return `-"ERR no such key"`
		}
		value := v[from]
		v[from], v[to] = "", value
		return "+OK"
	}
	panic(words[0])
}

func (v *values) set(pairs []string) {
	for i := 0; i < len(pairs); i += 2 {
		v[number(pairs[i])] = pairs[i+1]
	}
}

func firstWord([]string) []int { return []int{1} }

// valueKeys tells which words of a command on values are keys.
func valueKeys(words []string) []int {
	step := 1
	if strings.HasPrefix(words[0], "MSET") || words[0] == "SET" {
		step = 2
	}
	var at []int
	for i := 1; i < len(words); i += step {
		at = append(at, i)
	}
	return at
}

func nextSingle(rng *rand.Rand, unique int) []string {
	key := strconv.Itoa(rng.IntN(2))
	switch rng.IntN(7) {
	case 0, 1:
		return []string{"GET", key}
	case 2, 3:
		return []string{"SET", key, strconv.Itoa(1000 * unique)}
	case 4, 5:
		return []string{"INCR", key}
	default:
		return []string{"DEL", key}
	}
}

func nextSeveral(rng *rand.Rand, unique int) []string {
	some := rng.Perm(len(values{}))[:2+rng.IntN(3)]
	words := []string{[]string{"MSET", "MSET", "MSETNX", "MGET", "MGET", "MGET", "DEL", "EXISTS", "RENAME", "INCR", "GET"}[rng.IntN(11)]}
	switch words[0] {
	case "RENAME":
		some = some[:2]
	case "INCR", "GET":
		some = some[:1]
	}
	for _, k := range some {
		words = append(words, strconv.Itoa(k))
		if strings.HasPrefix(words[0], "MSET") {
			words = append(words, strconv.Itoa(1000*unique))
		}
	}
	return words
}

// lists is the state of two lists: their elements, each with a comma behind.
type lists [2]string

func listModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return lists{} },
		Step: func(state, input, output any) (bool, any) {
			l := state.(lists)
			want := l.run(input.([]string))
			return output.(string) == want, l
		},
	}
}

// run executes a command on the state and returns the reply. A blocking command
// has waited in vain when it found nothing.
func (l *lists) run(words []string) string {
	switch words[0] {
	case "RPUSH", "LPUSH":
		k := number(words[1])
		l.push(k, words[0] == "LPUSH", words[2])
		return strconv.Itoa(strings.Count(l[k], ","))
	case "LPOP", "RPOP":
		return shown(l.pop(number(words[1]), words[0] == "LPOP"))
	case "LMOVE", "BLMOVE":
		element := l.pop(number(words[1]), words[3] == "LEFT")
		if element != "" {
			l.push(number(words[2]), words[4] == "LEFT", element)
		} else if words[0] == "BLMOVE" {
			return "*nil"
		}
		return shown(element)
	case "BLPOP":
		for _, k := range words[1:3] {
			if element := l.pop(number(k), true); element != "" {
				return "[" + strconv.Quote(k) + ", " + strconv.Quote(element) + "]"
			}
		}
		return "*nil"
	case "LRANGE":
		var quoted []string
		for element := range strings.SplitSeq(strings.TrimSuffix(l[number(words[1])], ","), ",") {
			if element != "" {
				quoted = append(quoted, strconv.Quote(element))
			}
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	panic(words[0])
}

func (l *lists) push(k int, left bool, element string) {
	if left {
		l[k] = element + "," + l[k]
	} else {
		l[k] += element + ","
	}
}

// pop takes an element out, "" when there is none.
func (l *lists) pop(k int, left bool) string {
	all := l[k]
	if all == "" {
		return ""
	}
	cut := strings.IndexByte(all, ',') + 1
	if !left {
		cut = strings.LastIndexByte(all[:len(all)-1], ',') + 1
		l[k] = all[:cut]
		return strings.TrimSuffix(all[cut:], ",")
	}
	l[k] = all[cut:]
	return all[:cut-1]
}

// listKeys tells which words of a command on lists are keys.
func listKeys(words []string) []int {
	switch words[0] {
	case "LMOVE", "BLMOVE", "BLPOP":
		return []int{1, 2}
	}
	return []int{1}
}

func nextList(rng *rand.Rand, unique int) []string {
	a := rng.IntN(2)
	key, other := strconv.Itoa(a), strconv.Itoa(1-a)
	side := func() string { return []string{"LEFT", "RIGHT"}[rng.IntN(2)] }
	switch rng.IntN(10) {
	case 0, 1:
		return []string{"RPUSH", key, strconv.Itoa(unique)}
	case 2:
		return []string{"LPUSH", key, strconv.Itoa(unique)}
	case 3:
		return []string{"LPOP", key}
	case 4:
		return []string{"RPOP", key}
	case 5, 6:
		return []string{"LMOVE", key, other, side(), side()}
	case 7:
		return []string{"BLMOVE", key, other, side(), side(), "0.001"}
	case 8:
		return []string{"BLPOP", key, other, "0.001"}
	default:
		return []string{"LRANGE", key, "0", "-1"}
	}
}

// TestCheckerNotices gives the checker histories of servers that do not exist,
// each wrong in another way.
func TestCheckerNotices(t *testing.T) {
	all := workloads()
	for _, c := range []struct {
		what  string
		model porcupine.Model
		legal bool
		lines []string // from, to, reply, request
	}{
		{"increments one after the other", all[0].model, true, []string{"1 4 1 INCR 0", "2 5 2 INCR 0", "6 7 \"2\" GET 0"}},
		{"an increment is lost", all[0].model, false, []string{"1 4 1 INCR 0", "2 5 1 INCR 0"}},
		{"a read is stale", all[0].model, false, []string{"1 2 +OK SET 0 7", "3 4 $nil GET 0"}},
		{"a read overlaps", all[0].model, true, []string{"1 4 +OK SET 0 7", "3 5 $nil GET 0"}},
		{"a write is seen and gone", all[0].model, false, []string{"1 9 +OK SET 0 7", "2 3 \"7\" GET 0", "4 5 $nil GET 0"}},
		{"half a write is seen", all[1].model, false, []string{"1 9 +OK MSET 0 7 1 7", "2 3 [\"7\", $nil] MGET 0 1"}},
		{"two see halves in turn", all[1].model, false, []string{"1 9 +OK MSET 0 7 1 7", "2 3 \"7\" GET 0", "4 5 $nil GET 1"}},
		{"a key is there twice", all[1].model, false, []string{"1 2 +OK SET 0 7", "3 9 +OK RENAME 0 1", "4 5 2 EXISTS 0 1"}},
		{
			"an element is gone while it moves", all[2].model, false,
			[]string{"1 2 1 RPUSH 0 a", "3 9 \"a\" LMOVE 0 1 LEFT LEFT", "4 5 *nil BLPOP 0 1 0.001"},
		},
		{"an element is given twice", all[2].model, false, []string{"1 2 1 RPUSH 0 a", "3 9 \"a\" LPOP 0", "3 9 \"a\" RPOP 0"}},
	} {
		var history []porcupine.Operation
		for id, line := range c.lines {
			history = append(history, operation(id, line))
		}
		if got := porcupine.CheckOperations(c.model, history); got != c.legal {
			t.Errorf("%s: legal is %v", c.what, got)
		}
	}
}

// operation reads "from to reply request"; a reply that is an array has its end
// at the bracket.
func operation(id int, line string) porcupine.Operation {
	parts := strings.SplitN(line, " ", 3)
	reply, request, _ := strings.Cut(parts[2], " ")
	if strings.HasPrefix(reply, "[") {
		reply, request, _ = strings.Cut(parts[2], "] ")
		reply += "]"
	}
	return porcupine.Operation{
		ClientId: id, Call: int64(number(parts[0])), Return: int64(number(parts[1])),
		Input: strings.Fields(request), Output: reply,
	}
}
