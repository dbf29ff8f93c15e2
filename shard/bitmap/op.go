package bitmap

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// operation is what BITOP does with the bits of its sources.
type operation uint8

const (
	opAnd operation = iota
	opOr
	opXor
	opNot
)

// source is a string that BITOP reads.
type source struct {
	bytes   []byte
	aliased bool // bytes is a view of the destination's record
}

// runBitop serves BITOP (AND | OR | XOR | NOT) destination source...
func runBitop(ctx *command.Ctx) {
	p := ctx.Parse(1)
	var op operation
	switch {
	case p.Is("AND"):
		op = opAnd
	case p.Is("OR"):
		op = opOr
	case p.Is("XOR"):
		op = opXor
	case p.Is("NOT"):
		op = opNot
		if p.Left() != 2 {
			p.Fail(command.ErrBitopNot)
		}
	default:
		p.Syntax()
	}
	if !p.OK() {
		return
	}
	var room [16]source
	sources, longest, ok := openSources(ctx, room[:0])
	if !ok {
		return
	}
	k := ctx.Key(2)
	e := k.Write()
	if longest == 0 {
		if e.Exists() {
			e.Delete()
			k.Notify(keyspace.EventGeneric, "del")
		}
		ctx.Int(0)
		return
	}
	combine(destination(k, e, sources, longest), sources, op)
	k.Notify(keyspace.EventString, "set")
	ctx.Int(int64(longest))
}

// openSources appends the strings of arguments 3 and on, and returns the length
// of the longest. It replies and reports false when a key holds something else.
func openSources(ctx *command.Ctx, sources []source) (all []source, longest int, ok bool) {
	var scratch []byte // the text of ints
	for i := 3; i < len(ctx.Args); i++ {
		e := ctx.Key(i).Read()
		if !ctx.Holds(e, keyspace.String) {
			return nil, 0, false
		}
		s := source{}
		switch {
		case !e.Exists():
		case e.Encoding() == keyspace.Int:
			from := len(scratch)
			scratch = num.AppendInt(scratch, e.Int())
			s.bytes = scratch[from:]
		default:
			s.bytes, s.aliased = e.Bytes(), string(ctx.Args[i]) == string(ctx.Args[2])
		}
		sources, longest = append(sources, s), max(longest, len(s.bytes))
	}
	return sources, longest, true
}

// destination makes the value of k, which is e now, a raw string of n bytes and
// returns them. If e is one of the sources, its bytes stay and the sources follow.
func destination(k keyspace.Key, e keyspace.Entry, sources []source, n int) []byte {
	aliased := false
	for i := range sources {
		aliased = aliased || sources[i].aliased
	}
	if !aliased {
		return k.Put(e, keyspace.String, keyspace.Raw, n, keyspace.NoExpire).Bytes()
	}
	e = e.Resize(n).SetExpiry(keyspace.NoExpire)
	e.SetEncoding(keyspace.Raw)
	dst := e.Bytes()
	for i := range sources {
		if s := &sources[i]; s.aliased {
			s.bytes = dst[:len(s.bytes)]
		}
	}
	return dst
}

// piece is how many bytes BITOP works on at a time.
const piece = 4 << 10

// combine sets dst to what op makes of the sources, each of which counts as filled
// up with zeros. A source may be the beginning of dst.
func combine(dst []byte, sources []source, op operation) {
	var result [piece]byte
	for from := 0; from < len(dst); from += piece {
		r := result[:min(piece, len(dst)-from)]
		clear(r[copy(r, sources[0].from(from)):])
		for i := 1; i < len(sources); i++ {
			s := sources[i].from(from)
			s = s[:min(len(s), len(r))]
			switch op {
			case opAnd:
				clear(r[len(s):])
				and(r, s)
			case opOr:
				or(r, s)
			case opXor:
				xor(r, s)
			}
		}
		if op == opNot {
			not(r)
		}
		copy(dst[from:], r)
	}
}

// from returns the bytes of s from a position on.
func (s *source) from(at int) []byte { return s.bytes[min(at, len(s.bytes)):] }

// and, or and xor change as many bytes at the beginning of r as s has.
func and(r, s []byte) {
	for ; len(s) >= 8; r, s = r[8:], s[8:] {
		binary.NativeEndian.PutUint64(r, binary.NativeEndian.Uint64(r)&binary.NativeEndian.Uint64(s))
	}
	for i, c := range s {
		r[i] &= c
	}
}

func or(r, s []byte) {
	for ; len(s) >= 8; r, s = r[8:], s[8:] {
		binary.NativeEndian.PutUint64(r, binary.NativeEndian.Uint64(r)|binary.NativeEndian.Uint64(s))
	}
	for i, c := range s {
		r[i] |= c
	}
}

func xor(r, s []byte) {
	for ; len(s) >= 8; r, s = r[8:], s[8:] {
		binary.NativeEndian.PutUint64(r, binary.NativeEndian.Uint64(r)^binary.NativeEndian.Uint64(s))
	}
	for i, c := range s {
		r[i] ^= c
	}
}

func not(r []byte) {
	for ; len(r) >= 8; r = r[8:] {
		binary.NativeEndian.PutUint64(r, ^binary.NativeEndian.Uint64(r))
	}
	for i := range r {
		r[i] = ^r[i]
	}
}
