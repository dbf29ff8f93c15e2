package rdb

import (
	"encoding/binary"
	"math"

	"github.com/troupe-db/troupe/codec/listpack"
)

// Text writes a string.
func (w *Writer) Text(text []byte) {
	w.begin(typeString, Redis70Version)
	w.text(text)
}

// List begins a list of so many nodes.
func (w *Writer) List(nodes int) {
	w.begin(typeQuicklist2, Redis70Version)
	w.length(uint64(nodes))
}

// Node writes a node of a list: the count elements of a listpack's body, at least
// one.
func (w *Writer) Node(body []byte, count int) {
	w.length(nodePack)
	p := make([]byte, len(body)+listpack.EmptySize)
	listpack.Wrap(p, body, count)
	w.blob(p)
}

// NodeListpack is Node for a whole listpack.
func (w *Writer) NodeListpack(p []byte) {
	w.length(nodePack)
	w.blob(p)
}

// Set begins a set of so many members.
func (w *Writer) Set(members int) {
	w.begin(typeSet, Redis70Version)
	w.length(uint64(members))
}

// Member writes a member of a set.
func (w *Writer) Member(text []byte) { w.text(text) }

// Intset writes a set that is an intset.
func (w *Writer) Intset(p []byte) {
	w.begin(typeIntset, Redis70Version)
	w.blob(p)
}

// SetListpack writes a set that is a listpack. Where the version does not know that
// it is written member by member.
func (w *Writer) SetListpack(p []byte) {
	if w.version >= versionSetListpack {
		w.begin(typeSetListpack, versionSetListpack)
		w.blob(p)
		return
	}
	w.Set(listpack.Count(p))
	c := compact{p: listpack.Body(p)}
	for c.more() {
		w.Member(c.text())
	}
}

// SortedSet begins a sorted set of so many members, which are written from the last
// to the first, as readers can insert them fastest.
func (w *Writer) SortedSet(members int) {
	w.begin(typeZSet2, Redis70Version)
	w.length(uint64(members))
}

// Scored writes a member of a sorted set.
func (w *Writer) Scored(member []byte, score float64) {
	w.text(member)
	w.uint64(math.Float64bits(score))
}

// SortedSetListpack writes a sorted set that is a listpack.
func (w *Writer) SortedSetListpack(p []byte) {
	w.begin(typeZSetListpack, Redis70Version)
	w.blob(p)
}

// Hash begins a hash of so many fields without deadlines.
func (w *Writer) Hash(fields int) {
	w.begin(typeHash, Redis70Version)
	w.length(uint64(fields))
}

// Field writes a field of a hash.
func (w *Writer) Field(field, value []byte) {
	w.text(field)
	w.text(value)
}

// HashListpack writes a hash that is a listpack of fields and values.
func (w *Writer) HashListpack(p []byte) {
	w.begin(typeHashListpack, Redis70Version)
	w.blob(p)
}

// TimedHash begins a hash of so many fields, the first of which ends at first, unix
// milliseconds. A file has to be of version 12.
func (w *Writer) TimedHash(fields int, first int64) {
	w.begin(typeHashTimed, versionTimedHash)
	w.uint64(uint64(first))
	w.length(uint64(fields))
}

// TimedField writes a field of a TimedHash that began with first. It ends at until,
// or never for None.
func (w *Writer) TimedField(field, value []byte, until, first int64) {
	behind := uint64(0)
	if until != None {
		behind = uint64(until-first) + 1
	}
	w.length(behind)
	w.text(field)
	w.text(value)
}

// TimedHashListpack writes a hash that is a listpack of fields, values and deadlines
// in the order of these, 0 for none. The first one ends at first.
func (w *Writer) TimedHashListpack(p []byte, first int64) {
	w.begin(typeHashTimedLP, versionTimedHash)
	w.uint64(uint64(first))
	w.blob(p)
}

// node is a node of a stream that is being put together.
type node struct {
	first  ID
	live   int
	fields [][]byte // of the first entry, in names
	names  []byte
	body   []byte // of the entries
	head   []byte // of the master entry
}

// Stream begins a stream with so many nodes of entries.
func (w *Writer) Stream(nodes int) {
	t, version := byte(typeStream2), Redis70Version
	if w.version >= versionStream3 {
		t, version = typeStream3, versionStream3
	}
	w.begin(t, version)
	w.length(uint64(nodes))
}

// StreamEntry adds an entry to a node: fields and values in turn. IDs ascend.
func (w *Writer) StreamEntry(id ID, pairs [][]byte) {
	n := &w.node
	if n.live == 0 {
		n.open(id, pairs)
	}
	same := len(pairs) == 2*len(n.fields)
	for i := 0; same && i < len(pairs); i += 2 {
		same = string(pairs[i]) == string(n.fields[i/2])
	}
	marks, count := int64(entrySame), int64(len(pairs)/2+sameExtra)
	if !same {
		marks, count = 0, int64(len(pairs)+ownExtra)
	}
	n.int(marks)
	n.int(int64(id.MS - n.first.MS))
	n.int(int64(id.Seq - n.first.Seq))
	if !same {
		n.int(int64(len(pairs) / 2))
	}
	for i, p := range pairs {
		if !same || i&1 != 0 {
			n.body = listpack.ItemOf(p).Append(n.body)
		}
	}
	n.int(count)
	n.live++
}

// open starts a node with the fields of its first entry.
func (n *node) open(id ID, pairs [][]byte) {
	n.first = id
	n.fields, n.names, n.body = n.fields[:0], n.names[:0], n.body[:0]
	for i := 0; i < len(pairs); i += 2 {
		n.names = append(n.names, pairs[i]...)
	}
	from := 0
	for i := 0; i < len(pairs); i += 2 {
		to := from + len(pairs[i])
		n.fields = append(n.fields, n.names[from:to])
		from = to
	}
}

func (n *node) int(v int64) { n.body = listpack.IntItem(v).Append(n.body) }

// StreamNode ends a node with the entries that were added to it, at least one.
func (w *Writer) StreamNode() {
	n := &w.node
	head := listpack.IntItem(int64(n.live)).Append(n.head[:0])
	head = listpack.IntItem(0).Append(head)
	head = listpack.IntItem(int64(len(n.fields))).Append(head)
	for _, f := range n.fields {
		head = listpack.ItemOf(f).Append(head)
	}
	head = listpack.IntItem(0).Append(head)
	n.head = head
	p := make([]byte, 0, len(head)+len(n.body)+listpack.EmptySize)
	p = append(append(p, head...), n.body...)
	count := listpack.CountBody(p)
	p = p[:cap(p)]
	listpack.Wrap(p, p[:len(head)+len(n.body)], count)
	n.live = 0
	var id [16]byte
	w.blob(appendID(id[:0], n.first))
	w.blob(p)
}

// appendID appends an ID of 16 bytes, big endian.
func appendID(buf []byte, id ID) []byte {
	buf = binary.BigEndian.AppendUint64(buf, id.MS)
	return binary.BigEndian.AppendUint64(buf, id.Seq)
}

// StreamEnd follows the last node. So many groups follow.
func (w *Writer) StreamEnd(info *StreamInfo, groups int) {
	w.length(info.Length)
	for _, id := range [...]ID{info.Last, info.First, info.MaxDeleted} {
		w.length(id.MS)
		w.length(id.Seq)
	}
	w.length(info.Added)
	w.length(uint64(groups))
}

// Group writes a consumer group. Its pending entries follow, which are so many.
func (w *Writer) Group(g *GroupInfo, pending int) {
	w.text(g.Name)
	w.length(g.Last.MS)
	w.length(g.Last.Seq)
	w.length(uint64(g.Read))
	w.length(uint64(pending))
}

// Pending writes a pending entry of a group. IDs ascend.
func (w *Writer) Pending(p *Pending) {
	w.buf = appendID(w.buf, p.ID)
	w.uint64(uint64(p.At))
	w.length(p.Count)
	w.flush()
}

// Consumers follows the last pending entry of a group, which has so many consumers.
func (w *Writer) Consumers(n int) { w.length(uint64(n)) }

// Consumer writes a consumer of a group, which so many entries are pending for.
// Versions below 11 do not know Active.
func (w *Writer) Consumer(c *Consumer, owned int) {
	w.text(c.Name)
	w.uint64(uint64(c.Seen))
	if w.version >= versionStream3 {
		w.uint64(uint64(c.Active))
	}
	w.length(uint64(owned))
}

// Owned writes the ID of an entry that is pending for the consumer.
func (w *Writer) Owned(id ID) {
	w.buf = appendID(w.buf, id)
	w.flush()
}
