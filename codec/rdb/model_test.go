package rdb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/intset"
	"github.com/troupe-db/troupe/codec/listpack"
	"github.com/troupe-db/troupe/codec/num"
)

// model is a value as a Visitor is given it, one line per piece. Sets and hashes
// come in any order.
type model struct {
	kind  Kind
	lines []string
	parts [][]byte // texts, or fields and values in turn
	score []float64
	until []int64
	ids   []ID
	pairs [][][]byte
	info  StreamInfo
	group []groupModel
}

type groupModel struct {
	info      GroupInfo
	pending   []Pending
	consumers []consumerModel
}

type consumerModel struct {
	info  Consumer
	owned []ID
}

func (m *model) note(format string, args ...any) error {
	m.lines = append(m.lines, fmt.Sprintf(format, args...))
	return nil
}

func (m *model) Begin(kind Kind, _ uint64) error {
	m.kind = kind
	return m.note("kind %d", kind)
}

func (m *model) add(text []byte) { m.parts = append(m.parts, bytes.Clone(text)) }

func (m *model) Text(text []byte) error {
	m.add(text)
	return m.note("text %q", text)
}

func (m *model) Element(text []byte) error {
	m.add(text)
	return m.note("element %d %q", len(m.parts), text)
}

func (m *model) Member(text []byte) error {
	m.add(text)
	return m.note("member %q", text)
}

func (m *model) Scored(text []byte, score float64) error {
	m.add(text)
	m.score = append(m.score, score)
	return m.note("member %q %v", text, score+0) // minus zero does not survive a listpack
}

func (m *model) Field(field, value []byte, until int64) error {
	m.add(field)
	m.add(value)
	m.until = append(m.until, until)
	return m.note("field %q %q %d", field, value, until)
}

func (m *model) Entry(id ID, pairs [][]byte) error {
	m.ids = append(m.ids, id)
	m.pairs = append(m.pairs, nil)
	last := &m.pairs[len(m.pairs)-1]
	for _, p := range pairs {
		*last = append(*last, bytes.Clone(p))
	}
	return m.note("entry %v %q", id, pairs)
}

func (m *model) Stream(info *StreamInfo) error {
	m.info = *info
	return m.note("stream %v", *info)
}

func (m *model) Group(g *GroupInfo) error {
	m.group = append(m.group, groupModel{info: *g})
	return m.note("group %q %v %d", g.Name, g.Last, g.Read)
}

func (m *model) last() *groupModel { return &m.group[len(m.group)-1] }

func (m *model) Pending(p *Pending) error {
	g := m.last()
	g.pending = append(g.pending, *p)
	return m.note("pending %v", *p)
}

func (m *model) Consumer(c *Consumer) error {
	g := m.last()
	g.consumers = append(g.consumers, consumerModel{info: *c})
	return m.note("consumer %q %d", c.Name, c.Seen)
}

func (m *model) Owned(id ID) error {
	g := m.last()
	c := &g.consumers[len(g.consumers)-1]
	c.owned = append(c.owned, id)
	return m.note("owned %d %v", len(g.consumers), id)
}

func (m *model) GroupEnd() error { return m.note("end") }

// String returns what the value is, whatever its layout.
func (m *model) String() string {
	lines := slices.Clone(m.lines)
	if m.kind == Set || m.kind == SortedSet || m.kind == Hash {
		slices.Sort(lines)
	}
	return strings.Join(lines, "\n")
}

// packOf returns the listpack of texts.
func packOf(texts ...[]byte) []byte {
	var body []byte
	for _, text := range texts {
		body = listpack.ItemOf(text).Append(body)
	}
	p := make([]byte, len(body)+listpack.EmptySize)
	listpack.Wrap(p, body, len(texts))
	return p
}

// write writes the value, in a compact layout if there is one and flat is set.
func (m *model) write(w *Writer, flat bool) {
	switch m.kind {
	case String:
		w.Text(m.parts[0])
	case List:
		nodes := slices.Collect(slices.Chunk(m.parts, 100))
		w.List(len(nodes))
		for _, node := range nodes {
			p := packOf(node...)
			if flat {
				w.NodeListpack(p)
			} else {
				w.Node(listpack.Body(p), len(node))
			}
		}
	case Set:
		m.writeSet(w, flat)
	case SortedSet:
		m.writeSorted(w, flat)
	case Hash:
		m.writeHash(w, flat)
	case Stream:
		m.writeStream(w)
	}
}

func (m *model) writeSet(w *Writer, flat bool) {
	p := make([]byte, intset.HeaderSize, 8*len(m.parts)+2*intset.HeaderSize)
	intset.PutEmpty(p)
	whole := true
	for _, text := range m.parts {
		n, ok := num.ParseInt(text)
		if whole = whole && ok; whole {
			i, _ := intset.Search(p, n)
			size := intset.Grown(p, n)
			p = p[:size]
			intset.Insert(p, i, n)
		}
	}
	switch {
	case flat && whole:
		w.Intset(p)
	case flat:
		w.SetListpack(packOf(m.parts...))
	default:
		w.Set(len(m.parts))
		for _, text := range m.parts {
			w.Member(text)
		}
	}
}

func (m *model) writeSorted(w *Writer, flat bool) {
	if !flat {
		w.SortedSet(len(m.parts))
		for i, text := range m.parts {
			w.Scored(text, m.score[i])
		}
		return
	}
	order := make([]int, len(m.parts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if m.score[i] != m.score[j] {
			if m.score[i] < m.score[j] {
				return -1
			}
			return 1
		}
		return bytes.Compare(m.parts[i], m.parts[j])
	})
	var texts [][]byte
	for _, i := range order {
		texts = append(texts, m.parts[i], num.AppendFloat(nil, m.score[i]))
	}
	w.SortedSetListpack(packOf(texts...))
}

func (m *model) writeHash(w *Writer, flat bool) {
	first := int64(lastDeadline)
	for _, until := range m.until {
		if until != None {
			first = min(first, until)
		}
	}
	timed := first != lastDeadline
	switch {
	case flat && !timed:
		w.HashListpack(packOf(m.parts...))
	case flat:
		w.TimedHashListpack(m.timedPack(), first)
	case timed:
		w.TimedHash(len(m.until), first)
		for i, until := range m.until {
			w.TimedField(m.parts[2*i], m.parts[2*i+1], until, first)
		}
	default:
		w.Hash(len(m.until))
		for i := range m.until {
			w.Field(m.parts[2*i], m.parts[2*i+1])
		}
	}
}

func (m *model) timedPack() []byte {
	order := make([]int, len(m.until))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(m.until[i] - m.until[j]) })
	var texts, forever [][]byte
	for _, i := range order {
		if m.until[i] == None {
			forever = append(forever, m.parts[2*i], m.parts[2*i+1], []byte("0"))
			continue
		}
		texts = append(texts, m.parts[2*i], m.parts[2*i+1], strconv.AppendInt(nil, m.until[i], 10))
	}
	return packOf(append(texts, forever...)...)
}

func (m *model) writeStream(w *Writer) {
	const node = 30
	w.Stream((len(m.ids) + node - 1) / node)
	for i, id := range m.ids {
		w.StreamEntry(id, m.pairs[i])
		if (i+1)%node == 0 || i == len(m.ids)-1 {
			w.StreamNode()
		}
	}
	w.StreamEnd(&m.info, len(m.group))
	for _, g := range m.group {
		w.Group(&g.info, len(g.pending))
		for i := range g.pending {
			w.Pending(&g.pending[i])
		}
		w.Consumers(len(g.consumers))
		for _, c := range g.consumers {
			w.Consumer(&c.info, len(c.owned))
			for _, id := range c.owned {
				w.Owned(id)
			}
		}
	}
}

// key is a key of a file with its value.
type key struct {
	entry Entry
	value *model
}

// read returns the keys of a file.
func read(in io.Reader) ([]key, error) {
	r, err := NewReader(in, 1<<30, Extras{})
	if err != nil {
		return nil, err
	}
	var keys []key
	for {
		e, err := r.Next()
		if err == io.EOF {
			return keys, nil
		}
		if err != nil {
			return keys, err
		}
		k := key{entry: *e, value: &model{}}
		k.entry.Key = bytes.Clone(e.Key)
		if err := r.Value(k.value); err != nil && !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrModule) {
			return keys, err
		}
		keys = append(keys, k)
	}
}

// write writes a file of keys, which are in the order of their databases.
func write(out io.Writer, version int, keys []key, flat bool) error {
	w := NewWriter(out, version)
	w.Aux("redis-ver", "7.0.15")
	db := -1
	for i := range keys {
		if keys[i].entry.DB != db {
			db = keys[i].entry.DB
			w.SelectDB(db, uint64(len(keys)), 0)
		}
		w.Key(&keys[i].entry)
		keys[i].value.write(w, flat)
	}
	return w.End()
}

// text draws a text of one of the sorts that are written differently.
func text(rng *rand.Rand) []byte {
	switch rng.IntN(6) {
	case 0:
		return strconv.AppendInt(nil, int64(rng.Uint64())>>rng.IntN(64), 10)
	case 1:
		return bytes.Repeat([]byte("ab"), rng.IntN(200))
	case 2:
		b := make([]byte, rng.IntN(90))
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	case 3:
		return []byte([]string{"", "0", "-0", "007", "9223372036854775807"}[rng.IntN(5)])
	default:
		return fmt.Appendf(nil, "w%d", rng.IntN(10_000))
	}
}
