package hll

import (
	"encoding/binary"
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// runPfdebug serves PFDEBUG (GETREG | DECODE | ENCODING | TODENSE) key.
func runPfdebug(ctx *command.Ctx) {
	k := ctx.Key(2)
	e := k.Write()
	if !e.Exists() {
		ctx.Error(command.ErrNoSuchHLL)
		return
	}
	b, ok := open(ctx, e)
	if !ok {
		return
	}
	e.SetEncoding(keyspace.Raw)
	p := ctx.Parse(1)
	switch {
	case p.Is("GETREG"):
		if b, ok = densify(ctx, k, e, b); ok {
			ctx.Array(registers)
			for i := range registers {
				ctx.Int(int64(register(b, i)))
			}
		}
	case p.Is("DECODE"):
		decode(ctx, b)
	case p.Is("ENCODING"):
		if isDense(b) {
			ctx.Status("dense")
		} else {
			ctx.Status("sparse")
		}
	case p.Is("TODENSE"):
		was := isDense(b)
		if _, ok = densify(ctx, k, e, b); ok {
			ctx.Int(int64(map[bool]int{false: 1}[was]))
		}
	default:
		ctx.Error(command.UnknownPfdebug(ctx.Args[1]))
	}
}

// densify makes a sketch dense and returns it. It replies and reports false when
// the sketch is corrupt.
func densify(ctx *command.Ctx, k keyspace.Key, e keyspace.Entry, b []byte) ([]byte, bool) {
	if isDense(b) {
		return b, true
	}
	dense, ok := toDense(b)
	if !ok {
		ctx.Error(command.ErrCorruptHLL)
		return nil, false
	}
	store(k, e, dense)
	return dense, true
}

// decode replies with the opcodes of a sparse sketch as text: z:n and Z:n for n
// zeros as ZERO and XZERO, v:x,n for n registers with x.
func decode(ctx *command.Ctx, b []byte) {
	if isDense(b) {
		ctx.Error(command.ErrNotSparse)
		return
	}
	var text []byte
	for at := headerBytes; at < len(b); {
		v, run, next := opcode(b, at)
		switch {
		case v > 0:
			text = num.AppendInt(append(text, "v:"...), int64(v))
			text = append(text, ',')
		case next == at+1:
			text = append(text, "z:"...)
		default:
			text = append(text, "Z:"...)
		}
		text = append(num.AppendInt(text, int64(run)), ' ')
		at = next
	}
	ctx.Bulk(text[:max(len(text)-1, 0)])
}

const (
	testElements = 50_000 // that PFSELFTEST adds
	testError    = 6      // standard errors that its estimates may be off
)

// runPfselftest serves PFSELFTEST: it adds elements to a sparse and a dense
// sketch, which must agree with each other and, within what the method promises,
// with the truth.
func runPfselftest(ctx *command.Ctx) {
	sparse := editor{b: appendEmpty(nil), limit: ctx.Settings.HLLSparseMaxBytes}
	empty, _ := toDense(sparse.b)
	dense := editor{b: empty}
	checkpoint := uint64(1)
	for i := uint64(1); i <= testElements; i++ {
		var element [8]byte
		binary.LittleEndian.PutUint64(element[:], i*0x9e3779b97f4a7c15)
		index, value := place(element[:])
		var one, two outcome
		sparse, one = sparse.offer(index, value)
		dense, two = dense.offer(index, value)
		if one != two || register(dense.b, index) < value {
			ctx.Error(command.ErrSelfTestRegister)
			return
		}
		if i != checkpoint {
			continue
		}
		checkpoint *= 10
		h, ok := histogramOf(sparse.b)
		same, _ := histogramOf(dense.b)
		off := math.Abs(float64(h.estimate()) - float64(i))
		if !ok || h != same || off > math.Ceil(testError*float64(i)*1.04/math.Sqrt(registers)) {
			ctx.Error(command.ErrSelfTestEstimate)
			return
		}
	}
	ctx.OK()
}
