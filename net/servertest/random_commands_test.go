package servertest

import (
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// command is one random request.
type command struct {
	args  []string
	match match
}

// generator makes random commands. The same seed makes the same commands.
type generator struct {
	rnd    *rand.Rand
	makers []recipe
	total  int // of the weights
	names  int // how many different keys there are
	clock  int // the last stream ID's first half
}

// recipe is a maker, looked at once.
type recipe struct {
	maker
	words  []string // of the name
	until  int      // the sum of the weights up to here
	spoils bool
}

func newGenerator(seed uint64, makers []maker, names int) *generator {
	g := &generator{rnd: rand.New(rand.NewPCG(seed, 0)), names: names}
	for _, m := range makers {
		g.total += m.weight
		g.makers = append(g.makers, recipe{maker: m, words: strings.Fields(m.name), until: g.total, spoils: m.spoils()})
	}
	return g
}

// maker is a way to make the arguments of a command, with its share of all
// commands. The name stands in front of what args returns.
type maker struct {
	weight int
	name   string
	match  match
	args   func(g *generator) []string
}

// stringMakers make commands for strings.
var stringMakers = []maker{
	{20, "SET", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.value()}, g.some(setOptions, 2)...)
	}},
	{15, "GET", matchExact, oneKey},
	{6, "APPEND", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{5, "INCR", matchExact, oneKey},
	{5, "DECR", matchExact, oneKey},
	{5, "INCRBY", matchExact, func(g *generator) []string { return []string{g.key(), g.integer()} }},
	{5, "DECRBY", matchExact, func(g *generator) []string { return []string{g.key(), g.integer()} }},
	{6, "INCRBYFLOAT", matchExact, func(g *generator) []string { return []string{g.key(), g.float()} }},
	{3, "GETDEL", matchExact, oneKey},
	{5, "GETEX", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.some(getexOptions, 1)...) }},
	{4, "GETRANGE", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.index()} }},
	{1, "SUBSTR", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.index()} }},
	{4, "SETRANGE", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.value()} }},
	{3, "GETSET", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{3, "STRLEN", matchExact, oneKey},
	{3, "SETNX", matchExact, func(g *generator) []string { return []string{g.key(), g.value()} }},
	{2, "SETEX", matchExact, func(g *generator) []string { return []string{g.key(), g.seconds(), g.value()} }},
	{2, "PSETEX", matchExact, func(g *generator) []string { return []string{g.key(), g.seconds() + "000", g.value()} }},
	{5, "MGET", matchExact, func(g *generator) []string { return g.keys(5) }},
	{4, "MSET", matchExact, func(g *generator) []string { return g.pairs(4) }},
	{3, "MSETNX", matchExact, func(g *generator) []string { return g.pairs(2) }},
	{2, "LCS", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.key()}, g.some([]string{"LEN", "IDX", "WITHMATCHLEN", "MINMATCHLEN 2"}, 2)...)
	}},
}

// keyMakers make commands for keys of any type.
var keyMakers = []maker{
	{6, "DEL", matchExact, func(g *generator) []string { return g.keys(2) }},
	{3, "UNLINK", matchExact, func(g *generator) []string { return g.keys(2) }},
	{4, "EXISTS", matchExact, func(g *generator) []string { return g.keys(4) }},
	{2, "TOUCH", matchExact, func(g *generator) []string { return g.keys(4) }},
	{4, "TYPE", matchExact, oneKey},
	{4, "EXPIRE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.seconds()}, g.some(expireOptions, 1)...)
	}},
	{2, "PEXPIRE", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.seconds() + "000"}, g.some(expireOptions, 1)...)
	}},
	{3, "EXPIREAT", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.unixTime()}, g.some(expireOptions, 1)...)
	}},
	{2, "PEXPIREAT", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.unixTime() + "000"}, g.some(expireOptions, 1)...)
	}},
	{3, "TTL", matchSeconds, oneKey},
	{3, "PTTL", matchMillis, oneKey},
	{2, "EXPIRETIME", matchSeconds, oneKey},
	{2, "PEXPIRETIME", matchMillis, oneKey},
	{3, "PERSIST", matchExact, oneKey},
	{1, "KEYS", matchSorted, func(g *generator) []string {
		return []string{g.pick([]string{"*", "k?", "k[0-4]*", "{tag}*", "nosuch*", "*1"})}
	}},
	{2, "DBSIZE", matchExact, nothing},
	{1, "RANDOMKEY", matchNull, nothing},
	{4, "RENAME", matchExact, twoKeys},
	{3, "RENAMENX", matchExact, twoKeys},
	{4, "COPY", matchExact, func(g *generator) []string {
		return append(twoKeys(g), g.some([]string{"REPLACE", "DB 0", "DB 1", "DB 2", "DB 99"}, 2)...)
	}},
	{3, "MOVE", matchExact, func(g *generator) []string { return []string{g.key(), g.database()} }},
	{1, "SWAPDB", matchExact, func(g *generator) []string { return []string{g.database(), g.database()} }},
	{4, "OBJECT ENCODING", matchWord, oneKey},
	{1, "OBJECT REFCOUNT", matchNull, oneKey},
	{1, "OBJECT IDLETIME", matchNull, oneKey},
	{1, "OBJECT FREQ", matchExact, oneKey},
	{1, "MEMORY USAGE", matchNull, oneKey},
	{3, "SELECT", matchExact, func(g *generator) []string { return []string{g.database()} }},
}

// listMakers make commands for lists.
var listMakers = []maker{
	{8, "LPUSH", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{8, "RPUSH", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(4)...) }},
	{1, "RPUSH", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(300)...) }},
	{2, "LPUSHX", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(3)...) }},
	{2, "RPUSHX", matchExact, func(g *generator) []string { return append([]string{g.key()}, g.elements(3)...) }},
	{5, "LPOP", matchExact, keyCount},
	{5, "RPOP", matchExact, keyCount},
	{4, "LLEN", matchExact, oneKey},
	{4, "LINDEX", matchExact, func(g *generator) []string { return []string{g.key(), g.index()} }},
	{4, "LINSERT", matchExact, func(g *generator) []string {
		return []string{g.key(), g.pick([]string{"BEFORE", "AFTER"}), g.element(), g.element()}
	}},
	{5, "LRANGE", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.index()} }},
	{4, "LREM", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.element()} }},
	{4, "LSET", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.element()} }},
	{2, "LTRIM", matchExact, func(g *generator) []string { return []string{g.key(), g.index(), g.index()} }},
	{3, "LPOS", matchExact, func(g *generator) []string {
		return append([]string{g.key(), g.element()}, g.some([]string{"RANK 1", "RANK -1", "RANK 2", "RANK 0", "COUNT 0", "COUNT 2", "MAXLEN 3", "MAXLEN 0"}, 3)...)
	}},
	{5, "LMOVE", matchExact, func(g *generator) []string { return append(twoKeys(g), g.side(), g.side()) }},
	{3, "RPOPLPUSH", matchExact, twoKeys},
	{4, "LMPOP", matchExact, manyKeysAndSide},
	{2, "BLPOP", matchExact, func(g *generator) []string { return append(g.keys(3), shortTime) }},
	{2, "BRPOP", matchExact, func(g *generator) []string { return append(g.keys(3), shortTime) }},
	{2, "BLMOVE", matchExact, func(g *generator) []string { return append(twoKeys(g), g.side(), g.side(), shortTime) }},
	{1, "BRPOPLPUSH", matchExact, func(g *generator) []string { return append(twoKeys(g), shortTime) }},
	{2, "BLMPOP", matchExact, func(g *generator) []string { return append([]string{shortTime}, manyKeysAndSide(g)...) }},
}

// Options. A time in the past is not among those of SET: the key stays until
// somebody asks or housekeeping passes, which no two servers do at one time.
var (
	setOptions = []string{
		"NX", "XX", "GET", "KEEPTTL", "EX 5000", "PX 7000000", "EXAT 40000000000", "PXAT 40000000000000",
		"EX 0", "PX -1", "EX abc", "FOO", "nx", "get",
	}
	getexOptions  = []string{"PERSIST", "EX 5000", "PX 7000000", "EXAT 40000000000", "PXAT 1", "EX 0", "EX abc", "FOO"}
	expireOptions = []string{"NX", "XX", "GT", "LT", "XX GT", "XX LT", "NX GT", "GT LT", "FOO", "xx"}
)

// shortTime is the time-out of random blocking commands, in seconds.
const shortTime = "0.001"

// next returns a random command: mostly a sensible one, at times with an
// argument too many, too few or out of place.
func (g *generator) next() command {
	at := g.rnd.IntN(g.total)
	i := sort.Search(len(g.makers), func(i int) bool { return at < g.makers[i].until })
	m := &g.makers[i]
	c := command{args: append(slices.Clip(m.words), m.args(g)...), match: m.match}
	if m.spoils && g.rnd.IntN(25) == 0 {
		c.args = g.spoil(c.args, len(m.words))
	}
	return c
}

// spoils tells whether arguments of the command may be damaged. A spoiled time-out
// would make its client wait for long, a spoiled count might ask for more elements
// than there is memory, a made-up cursor stands for no place that two servers agree
// on, and some replies agree only with the arguments they have.
func (m *maker) spoils() bool {
	waits := strings.HasPrefix(m.name, "B") && !strings.HasPrefix(m.name, "BIT") || strings.HasPrefix(m.name, "XREAD")
	return !waits && m.match != matchWhole && m.match != matchShape && m.match != matchScan && m.name != "SORT"
}

// spoil damages arguments from index first on. It never makes a number with
// which a server would take hundreds of megabytes.
func (g *generator) spoil(args []string, first int) []string {
	junk := []string{"", "abc", "-1", "0", "1.5", " 1", "9223372036854775807", "-9223372036854775807", "9223372036854775808", "1e3"}
	at := first + g.rnd.IntN(max(1, len(args)-first))
	switch {
	case g.rnd.IntN(3) == 0:
		return append(args, g.pick(junk))
	case at >= len(args):
		return args
	case g.rnd.IntN(2) == 0:
		return args[:at]
	}
	args[at] = g.pick(junk)
	return args
}

func nothing(*generator) []string   { return nil }
func oneKey(g *generator) []string  { return []string{g.key()} }
func twoKeys(g *generator) []string { return []string{g.key(), g.key()} }
func keyCount(g *generator) []string {
	return append([]string{g.key()}, g.some([]string{"0", "1", "3", "1000"}, 1)...)
}
func (g *generator) side() string     { return g.pick([]string{"LEFT", "RIGHT", "left"}) }
func (g *generator) database() string { return strconv.Itoa(g.rnd.IntN(databases)) }
func (g *generator) seconds() string  { return strconv.Itoa(1000 + 100*g.rnd.IntN(1_000_000)) }

func (g *generator) unixTime() string        { return strconv.Itoa(40_000_000_000 + g.rnd.IntN(1_000_000)) }
func (g *generator) pick(of []string) string { return of[g.rnd.IntN(len(of))] }

func manyKeysAndSide(g *generator) []string {
	keys := g.keys(3)
	args := append([]string{strconv.Itoa(len(keys))}, keys...)
	return append(append(args, g.side()), g.some([]string{"COUNT 1", "COUNT 2", "COUNT 100", "COUNT 0"}, 1)...)
}

// key is one of few keys, so that commands meet: all types share them. A quarter
// carries a hash tag and so a shard.
func (g *generator) key() string {
	n := g.rnd.IntN(g.names)
	if n >= g.names*3/4 {
		return "{tag}" + strconv.Itoa(n)
	}
	return "k" + strconv.Itoa(n)
}

func (g *generator) keys(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, g.key())
	}
	return out
}

func (g *generator) pairs(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, g.key(), g.value())
	}
	return out
}

// some returns up to most of the options, each of one or more words. One that
// begins with an exclamation mark is an error, and comes seldom.
func (g *generator) some(options []string, most int) []string {
	var out []string
	for range g.rnd.IntN(most + 1) {
		option, bad := strings.CutPrefix(g.pick(options), "!")
		if !bad || g.seldom() {
			out = append(out, strings.Fields(option)...)
		}
	}
	return out
}

// mostly returns one of the texts. One that begins with an exclamation mark comes
// seldom.
func (g *generator) mostly(of ...string) string {
	for {
		if text, bad := strings.CutPrefix(g.pick(of), "!"); !bad || g.seldom() {
			return text
		}
	}
}

func (g *generator) seldom() bool { return g.rnd.IntN(10) == 0 }

func (g *generator) value() string {
	switch g.rnd.IntN(8) {
	case 0, 1, 2:
		return g.integer()
	case 3:
		return g.float()
	case 4:
		return strings.Repeat(string(rune('a'+g.rnd.IntN(26))), g.pickInt(1, 43, 44, 45, 46, 63, 64, 200))
	case 5:
		return g.pick([]string{"", "\x00\xff\r\n", "hello world", " 1", "01", "+1", "-0"})
	}
	return g.pick([]string{"abc", "xyz", "foobar", "abcxyz"})
}

func (g *generator) elements(most int) []string {
	var out []string
	for range 1 + g.rnd.IntN(most) {
		out = append(out, g.element())
	}
	return out
}

// element is a value for lists: few different ones, so that searches hit, of
// every integer size, and now and then one that fills a node by itself.
func (g *generator) element() string {
	switch g.rnd.IntN(12) {
	case 0:
		return g.integer()
	case 1:
		return g.value()
	case 2:
		if g.rnd.IntN(20) == 0 {
			return strings.Repeat("L", g.pickInt(4000, 4090, 8180, 8192, 9000))
		}
		return strings.Repeat("m", 100)
	}
	return strconv.Itoa(g.rnd.IntN(10))
}

func (g *generator) pickInt(of ...int) int { return of[g.rnd.IntN(len(of))] }

func (g *generator) index() string {
	return strconv.Itoa(g.pickInt(0, 0, 0, 1, 2, 3, 5, 10, 50, 250, -1, -1, -1, -2, -3, -5, -10, -50, -250))
}

func (g *generator) integer() string {
	switch g.rnd.IntN(6) {
	case 0:
		return g.pick([]string{"127", "128", "-128", "-129", "4095", "4096", "32767", "32768", "-32769", "8388607", "-8388609", "2147483647", "2147483648", "-2147483649"})
	case 1:
		return g.pick([]string{"9223372036854775807", "-9223372036854775808", "9223372036854775800", "-1", "0"})
	}
	return strconv.Itoa(g.rnd.IntN(2000) - 1000)
}

func (g *generator) float() string {
	switch g.rnd.IntN(4) {
	case 0:
		return g.pick([]string{"0.1", "-0.1", "1e3", "3.0e-5", "1e18", "-1e18", "0.30000000000000004", "17179869185.5", "1e-17"})
	case 1:
		return strconv.FormatFloat(g.rnd.NormFloat64()*1e6, 'g', -1, 64)
	}
	return strconv.FormatFloat(float64(g.rnd.IntN(2000)-1000)/8, 'f', -1, 64)
}
