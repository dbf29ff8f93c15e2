package commandtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/shard/command"
)

// Maker makes random requests out of the rows of commands: their grammar says what
// words come in which order, and the names in it of what kind each is. Most
// requests make sense, and meet keys of the type they are for. The same seed makes
// the same requests.
type Maker struct {
	// Now is about when requests are run, unix milliseconds.
	Now int64

	rng   *rand.Rand
	forms []form
	total int       // weights of all forms
	heard [][]byte  // IDs of the last entries that were added
	due   []string  // key, group and ID of an entry that was delivered
	dump  string    // the last payload of DUMP
	made  *madeWord // of the request at hand
}

// form is a command with its grammar.
type form struct {
	words  []string // the command's name, and the subcommand's
	row    *command.Command
	args   []command.Arg
	weight int
}

// madeWord is what the words so far of a request ask of the next.
type madeWord struct {
	form  *form
	words []string
	count int // where in words the number of what comes repeated stands, 0 for nowhere
	keys  int // how many keys the last list of them had
}

// NewMaker returns a Maker of requests to the commands of h that wanted agrees to.
func NewMaker(h *Harness, seed uint64, wanted func(*command.Command) bool) *Maker {
	h.tb.Helper()
	m := &Maker{rng: rand.New(rand.NewPCG(seed, 1)), Now: h.now}
	names := make([]string, 0, len(h.rows))
	for name := range h.rows {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row := h.rows[name]
		if len(row.Sub) == 0 {
			m.add(h.tb, row, wanted, name)
		}
		for i := range row.Sub {
			m.add(h.tb, &row.Sub[i], wanted, name, row.Sub[i].Name)
		}
	}
	return m
}

func (m *Maker) add(tb testing.TB, row *command.Command, wanted func(*command.Command) bool, words ...string) {
	tb.Helper()
	if row.Run == nil || !wanted(row) {
		return
	}
	args, err := command.ParseGrammar(row.Args)
	if err != nil {
		tb.Fatal(err)
	}
	f := form{words: words, row: row, args: args, weight: 4}
	switch {
	case strings.HasPrefix(words[0], "flush"), words[0] == "swapdb":
		f.weight = 1
	case row.Name == "destroy":
		f.weight = 10
	case row.Name == "xreadgroup", row.Name == "xack":
		f.weight = 120
	case row.Group == command.GroupStream && row.Flags&command.Write != 0:
		f.weight = 60
	case row.Flags&(command.Write|command.DenyOOM) == command.Write|command.DenyOOM:
		f.weight = 60
	case row.Flags&command.Write != 0:
		f.weight = 20
	}
	m.forms = append(m.forms, f)
	m.total += f.weight
}

// Next returns a request and the row of its command.
func (m *Maker) Next() ([]string, *command.Command) {
	draw := m.rng.IntN(m.total)
	i := 0
	for draw >= m.forms[i].weight {
		draw -= m.forms[i].weight
		i++
	}
	f := &m.forms[i]
	m.made = &madeWord{form: f, words: slices.Clone(f.words)}
	for j := range f.args {
		m.arg(&f.args[j])
	}
	if f.words[0] == "xack" && m.due != nil && m.odds(50) {
		m.made.words = append(slices.Clone(f.words), m.due...)
	}
	return m.made.words, f.row
}

// Hear takes what a reply says that later requests may ask for.
func (m *Maker) Hear(words []string, reply string) {
	head, rest, _ := strings.Cut(reply, "\r\n")
	if words[0] == "xreadgroup" && strings.HasPrefix(head, "*1") {
		m.delivered(words, strings.Split(rest, "\r\n"))
		return
	}
	if !strings.HasPrefix(head, "$") || head == "$-1" {
		return
	}
	switch words[0] {
	case "xadd":
		const most = 5
		if m.heard = append(m.heard, []byte(strings.TrimSpace(rest))); len(m.heard) > most {
			m.heard = m.heard[1:]
		}
	case "dump":
		m.dump = strings.TrimSuffix(rest, "\r\n")
	}
}

// delivered takes note of the first entry that a consumer has got: behind the name
// of its stream come the array of entries, the entry, and its ID.
func (m *Maker) delivered(words, reply []string) {
	const key, id = 2, 6
	if len(reply) > id && reply[id-1] != "" && reply[id-1][0] == '$' {
		m.due = []string{reply[key], words[2], reply[id]}
	}
}

func (m *Maker) word(w string) { m.made.words = append(m.made.words, w) }

// one returns one of some words.
func (m *Maker) one(words ...string) string { return words[m.rng.IntN(len(words))] }

// odds tells, so many times in a hundred, true.
func (m *Maker) odds(percent int) bool { return m.rng.IntN(100) < percent }

// arg makes the words of an argument.
func (m *Maker) arg(a *command.Arg) {
	const given = 40
	if a.Optional && !m.odds(given) {
		return
	}
	times := 1
	if a.Multiple {
		times = m.times(a)
	}
	if a.Token != "" && !a.MultipleToken && a.Type != command.ArgPureToken {
		m.word(a.Token)
	}
	for range times {
		if a.Token != "" && a.MultipleToken {
			m.word(a.Token)
		}
		switch a.Type {
		case command.ArgPureToken:
			m.word(a.Token)
		case command.ArgOneOf:
			m.arg(&a.Args[m.rng.IntN(len(a.Args))])
		case command.ArgBlock:
			for i := range a.Args {
				m.arg(&a.Args[i])
			}
		default:
			m.value(a)
		}
	}
	if a.Type == command.ArgKey {
		m.made.keys = times
	}
}

// times returns how often an argument is repeated, and corrects the number in front
// of it that says so.
func (m *Maker) times(a *command.Arg) int {
	made := m.made
	n := 1 + m.rng.IntN(4)
	switch {
	case a.Type == command.ArgKey && made.form.words[0] == "xreadgroup" && m.odds(80):
		n = 1 // all of them need the group
	case made.keys > 0 && (a.Name == "weight" || a.Name == "id" && made.form.words[0] != "xack"):
		n = made.keys
	case m.odds(2) && made.form.row.Flags&command.Write != 0 && a.Type != command.ArgKey:
		n = 40
	}
	if made.count > 0 {
		made.words[made.count] = strconv.Itoa(n)
		made.count = 0
	}
	return n
}

// value makes one word.
func (m *Maker) value(a *command.Arg) {
	switch a.Type {
	case command.ArgKey:
		m.word(m.key())
	case command.ArgInteger:
		if strings.HasPrefix(a.Name, "num") && a.Name != "num-matches" {
			m.made.count = len(m.made.words)
		}
		m.word(m.integer(a.Name))
	case command.ArgUnixTime:
		at := m.Now + int64(m.rng.IntN(400)-50)
		if strings.Contains(a.Name, "seconds") && !strings.Contains(a.Name, "milli") {
			at /= 1000
			at += int64(m.rng.IntN(2))
		}
		m.word(strconv.FormatInt(at, 10))
	case command.ArgDouble:
		m.word(m.double(a.Name))
	case command.ArgPattern:
		m.word(m.one("*", "*0", "w*", "nosort"))
	default:
		m.word(m.text(a.Name))
	}
}

// families are the beginnings of the names of keys, by the commands that go with
// them.
var families = [...]struct {
	group command.Group
	names []string
}{
	{command.GroupString, []string{"s"}},
	{command.GroupBitmap, []string{"s", "b"}},
	{command.GroupHyperLogLog, []string{"hll"}},
	{command.GroupList, []string{"l"}},
	{command.GroupSet, []string{"set"}},
	{command.GroupSortedSet, []string{"z", "z", "z", "set"}},
	{command.GroupGeo, []string{"g"}},
	{command.GroupHash, []string{"h"}},
	{command.GroupStream, []string{"x"}},
}

// key returns the name of a key, mostly of one that the command is for.
func (m *Maker) key() string {
	names := families[m.rng.IntN(len(families))].names
	if !m.odds(3) {
		for _, f := range families {
			if f.group == m.made.form.row.Group {
				names = f.names
			}
		}
	}
	return m.one(names...) + m.one("0", "0", "1", "2")
}

func (m *Maker) integer(name string) string {
	n := m.rng.IntN(12) - 2
	switch {
	case name == "db", name == "destination-db", strings.HasPrefix(name, "index") && m.made.form.words[0] == "swapdb":
		n = m.rng.IntN(3)
	case name == "milliseconds", name == "ttl":
		n = m.rng.IntN(300) - 5
	case name == "seconds":
		n = m.rng.IntN(4)
	case name == "offset", name == "cursor", name == "entries_read":
		n = max(n, 0)
	case name == "weight":
		n = 1 + m.rng.IntN(5) // a score of -0 would be one of 0 in a flat set
	case name == "value" && m.made.form.words[0] == "setbit", name == "bit":
		n = m.rng.IntN(2)
	case name == "count" && !m.odds(5), name == "len":
		n = 1 + m.rng.IntN(5)
	case name == "entries_added":
		n = 100 + m.rng.IntN(100)
	}
	return strconv.Itoa(n)
}

func (m *Maker) double(name string) string {
	switch name {
	case "longitude", "latitude":
		return fmt.Sprintf("%.4f", m.rng.Float64()*4)
	case "radius", "width", "height":
		return strconv.Itoa(1 + m.rng.IntN(300))
	case "timeout":
		return m.one("0", "10", "0.5")
	case "score":
		return m.one("0", "1", "1", "2", "3", "-1", "0.1", "2.5", "1e3", "-7.25", "3.0e-1", "inf")
	case "min", "max":
		return m.one("-inf", "+inf", "0", "(1", "2", "5.5")
	default:
		return m.one("0", "1", "1", "2", "3", "-1", "0.1", "2.5", "1e3", "-7.25", "3.0e-1", "inf")
	}
}

func (m *Maker) text(name string) string {
	stream := m.made.form.row.Group == command.GroupStream
	switch name {
	case "field":
		return "f" + strconv.Itoa(m.rng.IntN(12))
	case "group", "groupname":
		return m.one("g1", "g1", "g1", "g1", "g1", "g2")
	case "consumer", "consumername":
		return m.one("ann", "bob", "eve")
	case "id", "last-id", "max_deleted_entry_id", "start", "end":
		if stream {
			return m.id(name)
		}
		return strconv.Itoa(m.rng.IntN(6) - 3)
	case "min", "max", "stop":
		return m.one("-", "+", "[a", "(w1", "[w5", "0", "3", "-1", "(2")
	case "subcommand":
		return m.one("GETREG", "DECODE", "ENCODING", "TODENSE")
	case "threshold":
		return m.one("0", "1", "5", "5", "20", m.id("threshold"))
	case "min-idle-time":
		return m.one("0", "0", "20")
	case "encoding":
		return m.one("u8", "i5", "u1", "i16")
	case "operation":
		return m.one("AND", "OR", "XOR")
	case "type":
		return m.one("string", "list", "zset")
	case "serialized-value":
		return m.dump
	default:
		return m.thing()
	}
}

// id returns the ID of an entry of a stream.
func (m *Maker) id(name string) string {
	if len(m.heard) > 0 && m.odds(60) {
		return string(m.heard[m.rng.IntN(len(m.heard))])
	}
	ms := m.Now + int64(m.rng.IntN(5))
	switch words := m.made.form.words; {
	case words[0] == "xreadgroup":
		return m.one(">", ">", ">", "0")
	case words[0] == "xread":
		return m.one("$", "0", "0")
	case words[0] == "xadd" && name == "id":
		return fmt.Sprintf("%d-%s", ms, m.one("*", "*", "5", "9"))
	case words[0] == "xrange", words[0] == "xrevrange", words[0] == "xpending":
		return m.one("-", "+")
	default:
		return m.one("0", "0-1", strconv.FormatInt(ms, 10))
	}
}

// thing returns an element, a member or a value.
func (m *Maker) thing() string {
	switch m.rng.IntN(20) {
	case 0:
		return strings.Repeat("long", 20) + strconv.Itoa(m.rng.IntN(3))
	case 1, 2, 3, 4:
		return strconv.Itoa(m.rng.IntN(20))
	case 5:
		return m.one("1.5", "70000", "-5000000000", "")
	default:
		return "w" + strconv.Itoa(m.rng.IntN(10))
	}
}
