package session

import (
	"slices"

	"github.com/troupe-db/troupe/codec/resp"
)

// Push is messages for many clients, mostly one. They are encoded once for each
// version of the protocol that some of them speak. It belongs to one goroutine at a
// time.
type Push struct {
	frames [2][]byte // by version, 2 and 3; whoever was sent one keeps it
	text   []byte    // messages that were added, in RESP2; frames are made of it
	starts []int     // where they begin
}

// pushKeeps is how much memory for messages a Push keeps for the next ones, in bytes.
const pushKeeps = 64 << 10

// NewFrames returns a message that is encoded already, in RESP2 and in RESP3. One that
// is nil is not sent to clients that speak that version.
func NewFrames(resp2, resp3 []byte) Push { return Push{frames: [2][]byte{resp2, resp3}} }

// NewPush returns a Push for messages to be added to. Release gives it back.
func NewPush() *Push { return pushes.Get().(*Push) }

// Release ends the use of a Push. Those who were sent what it was keep that.
func (p *Push) Release() {
	if p.large() {
		return
	}
	p.frames, p.text, p.starts = [2][]byte{}, p.text[:0], p.starts[:0]
	pushes.Put(p)
}

// large tells whether the text is too long for its memory to be kept.
func (p *Push) large() bool { return cap(p.text) > pushKeeps }

// Add puts a message of a kind and some words behind the others, before any is sent.
func (p *Push) Add(kind string, words ...[]byte) {
	const header = 16 // bytes at most before and behind a word, for words in memory
	size := header + len(kind) + header
	for _, word := range words {
		size += header + len(word)
	}
	p.starts = append(p.starts, len(p.text))
	w := resp.Writer{Proto: 2, Buf: slices.Grow(p.text, size)}
	w.Push(1 + len(words))
	w.BulkString(kind)
	for _, word := range words {
		w.Bulk(word)
	}
	p.text = w.Buf
}

// Size returns the bytes of the messages that were added.
func (p *Push) Size() int { return len(p.text) }

// Only leaves the message to clients that speak a version of the protocol. It must be
// one of NewFrames.
func (p *Push) Only(proto int) {
	for i := range p.frames {
		if i != proto-2 {
			p.frames[i] = nil
		}
	}
}

// pushMark is how a message begins in RESP3, where RESP2 has an array of the same
// elements.
const pushMark = '>'

// frame returns the messages as they are sent in a version of the protocol.
func (p *Push) frame(proto int) []byte {
	f := &p.frames[proto-2]
	switch {
	case *f != nil || len(p.text) == 0:
	case proto == 3:
		*f = p.clone()
		for _, start := range p.starts {
			(*f)[start] = pushMark
		}
	case p.large():
		*f = p.text
	default:
		*f = p.clone()
	}
	return *f
}

// clone returns a copy of the text that takes no more memory than it has bytes.
func (p *Push) clone() []byte { return append(make([]byte, 0, len(p.text)), p.text...) }
