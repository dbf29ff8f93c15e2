package rdb

// ID is the ID of a stream's entry.
type ID struct{ MS, Seq uint64 }

// less tells whether id comes before o.
func (id ID) less(o ID) bool { return id.MS < o.MS || id.MS == o.MS && id.Seq < o.Seq }

// StreamInfo is what a stream has besides entries. What its version does not tell
// is what a stream has that lost no entry: First is then 0-0.
type StreamInfo struct {
	Length     uint64 // entries that are there
	Last       ID     // the last ID given
	First      ID     // the first entry that is there
	MaxDeleted ID     // the greatest that was deleted by its ID
	Added      uint64 // entries there have ever been
}

// GroupInfo is a consumer group.
type GroupInfo struct {
	Name []byte
	Last ID    // the last one delivered
	Read int64 // entries read up to Last, -1 when that is not known
}

// Pending is an entry that was delivered and not acknowledged.
type Pending struct {
	ID    ID
	At    int64  // when it was delivered, unix milliseconds
	Count uint64 // how often
}

// Consumer is a consumer of a group.
type Consumer struct {
	Name   []byte
	Seen   int64 // when it last asked, unix milliseconds
	Active int64 // when it last got something, None for never
}

// Visitor is given a value piece by piece. Begin comes first, and then the calls of
// the kind of value, in the order in which the value has its elements. Bytes are
// views that die when the call returns. An error ends the visit and is returned to
// whoever asked for the value.
//
// The layout was checked before a piece is handed over: compact layouts are whole,
// in order where they have one, scores are numbers, IDs ascend. What a Visitor has
// to see to is that no member, field, group, consumer or pending entry comes twice,
// since the place it keeps them in tells that at no cost, and that a consumer owns
// only what is pending in its group.
type Visitor interface {
	// Begin says what comes. count is the number of elements there will be, as the
	// sender has it: a hint, which must not size anything. It is 0 when not known.
	Begin(kind Kind, count uint64) error
	// Text is a string.
	Text(text []byte) error
	// Element is the next element of a list.
	Element(text []byte) error
	// Member is a member of a set.
	Member(text []byte) error
	// Scored is a member of a sorted set. The score is not NaN.
	Scored(member []byte, score float64) error
	// Field is a field of a hash, which ends at until, unix milliseconds, or None.
	Field(field, value []byte, until int64) error
	// Entry is the next entry of a stream: fields and values in turn, at least one
	// of each.
	Entry(id ID, pairs [][]byte) error
	// Stream follows the entries.
	Stream(info *StreamInfo) error
	// Group is the next group of a stream. Its pending entries follow, in ascending
	// order, and then its consumers.
	Group(g *GroupInfo) error
	// Pending is the next pending entry of the group.
	Pending(p *Pending) error
	// Consumer is the next consumer of the group.
	Consumer(c *Consumer) error
	// Owned says that the consumer is the one an entry is pending for.
	Owned(id ID) error
	// GroupEnd follows the last consumer of a group.
	GroupEnd() error
}

// ignore is a Visitor that does nothing.
type ignore struct{}

func (ignore) Begin(Kind, uint64) error          { return nil }
func (ignore) Text([]byte) error                 { return nil }
func (ignore) Element([]byte) error              { return nil }
func (ignore) Member([]byte) error               { return nil }
func (ignore) Scored([]byte, float64) error      { return nil }
func (ignore) Field([]byte, []byte, int64) error { return nil }
func (ignore) Entry(ID, [][]byte) error          { return nil }
func (ignore) Stream(*StreamInfo) error          { return nil }
func (ignore) Group(*GroupInfo) error            { return nil }
func (ignore) Pending(*Pending) error            { return nil }
func (ignore) Consumer(*Consumer) error          { return nil }
func (ignore) Owned(ID) error                    { return nil }
func (ignore) GroupEnd() error                   { return nil }
