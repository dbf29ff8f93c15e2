package hll

// The limits of the opcodes of a sparse sketch.
const (
	maxZero     = 64 // registers of a ZERO
	maxRun      = 4  // registers of a VAL
	maxValue    = 32 // value of a VAL
	valMark     = 0x80
	xzeroMark   = 0x40
	longestPart = 5 // bytes that replace one opcode: XZERO VAL XZERO
)

// opcode reads the opcode at a position: the value of its registers, 0 for ZERO
// and XZERO, their number, and where the next one begins, which is behind the end
// for an XZERO that is cut off.
func opcode(b []byte, at int) (value uint8, run, next int) {
	switch c := b[at]; {
	case c&valMark != 0:
		return c>>2&(maxValue-1) + 1, int(c&(maxRun-1)) + 1, at + 1
	case c&xzeroMark == 0:
		return 0, int(c) + 1, at + 1
	default:
		low := 0
		if at+1 < len(b) {
			low = int(b[at+1])
		}
		return 0, int(c&^xzeroMark)<<8 + low + 1, at + 2
	}
}

// appendZeros appends n registers without a value, 1 to 16,384.
func appendZeros(b []byte, n int) []byte {
	if n <= maxZero {
		return append(b, byte(n-1))
	}
	return append(b, byte((n-1)>>8)|xzeroMark, byte(n-1))
}

// val returns the opcode of n registers with a value.
func val(value uint8, n int) byte { return valMark | (value-1)<<2 | byte(n-1) }

// appendRun appends n registers with a value, which may be 0, and nothing for none.
func appendRun(b []byte, value uint8, n int) []byte {
	switch {
	case n == 0:
		return b
	case value == 0:
		return appendZeros(b, n)
	default:
		return append(b, val(value, n))
	}
}

// outcome is what became of an offer to a register.
type outcome uint8

const (
	kept    outcome = iota // the register has as much
	raised                 // it has the offer now
	full                   // the sketch would grow too long: nothing was changed
	corrupt                // the runs do not reach the register: nothing was changed
)

// spot is an opcode of a sparse sketch, and the first of its registers.
type spot struct{ at, first int }

// editor changes the registers of a sketch. It is passed and returned by value, so
// that the sketch may stand on the stack.
type editor struct {
	b     []byte
	limit int64 // bytes up to which the sketch stays sparse
	// known is an opcode from which to look for a register behind those it covers:
	// the one before the last that was found, since changes begin behind its first
	// byte and do not move it. At 0 there is none.
	known spot
}

// find returns the opcode that covers a register, and the one before it, at 0 when
// there is none. Registers in ascending order are found in O(1) amortised.
func (e editor) find(register int) (prev, this spot, ok bool) {
	this = spot{at: headerBytes}
	if e.known.at > 0 {
		if _, run, _ := opcode(e.b, e.known.at); register >= e.known.first+run {
			this = e.known
		}
	}
	for this.at < len(e.b) {
		_, run, next := opcode(e.b, this.at)
		if register < this.first+run {
			return prev, this, next <= len(e.b)
		}
		prev, this = this, spot{next, this.first + run}
	}
	return prev, this, false
}

// offer raises a register to a value if it is less. A sparse sketch that would
// grow too long becomes dense. A corrupt one stays as it is.
func (e editor) offer(index int, value uint8) (editor, outcome) {
	if !isDense(e.b) {
		if value <= maxValue {
			after, result := e.offerSparse(index, value)
			if result != full {
				return after, result
			}
		}
		dense, ok := toDense(e.b)
		if !ok {
			return e, corrupt
		}
		e.b = dense
	}
	if register(e.b, index) >= value {
		return e, kept
	}
	setRegister(e.b, index, value)
	return e, raised
}

func (e editor) offerSparse(register int, value uint8) (editor, outcome) {
	prev, this, ok := e.find(register)
	if !ok {
		return e, corrupt
	}
	e.known = prev
	old, run, next := opcode(e.b, this.at)
	if old >= value {
		return e, kept
	}
	if run == 1 {
		e.b[this.at] = val(value, 1)
		if next > this.at+1 { // an XZERO of one register, which only clients write
			e.b = append(e.b[:this.at+1], e.b[next:]...)
		}
	} else {
		var room [longestPart]byte
		part := appendRun(room[:0], old, register-this.first)
		part = append(part, val(value, 1))
		part = appendRun(part, old, this.first+run-1-register)
		if growth := len(part) - (next - this.at); growth > 0 && int64(len(e.b)+growth) > e.limit {
			return e, full
		}
		e.b = splice(e.b, this.at, next, part)
	}
	e.b = join(e.b, max(prev.at, headerBytes))
	spoil(e.b)
	return e, raised
}

// splice replaces the bytes from a position to another.
func splice(b []byte, from, to int, part []byte) []byte {
	n, growth := len(b), len(part)-(to-from)
	if growth > 0 {
		b = append(b, part[:growth]...)
	}
	copy(b[to+growth:], b[to:n])
	copy(b[from:], part)
	return b[:n+growth]
}

// join makes one VAL of neighbours with the same value, among five opcodes from a
// position on: that is as far as a change reaches, and joining no more than Redis
// keeps the bytes the same.
func join(b []byte, at int) []byte {
	for range 5 {
		if at >= len(b) {
			break
		}
		v, run, next := opcode(b, at)
		if v > 0 && next < len(b) {
			if w, more, _ := opcode(b, next); w == v && run+more <= maxRun {
				b[next] = val(v, run+more)
				b = append(b[:at], b[next:]...)
				continue
			}
		}
		at = next
	}
	return b
}

// toDense returns the dense form of a sparse sketch, its header included. It
// reports false when the sketch is corrupt.
func toDense(b []byte) ([]byte, bool) {
	dense := make([]byte, denseBytes)
	copy(dense, b[:headerBytes])
	dense[formAt] = formDense
	i := 0
	for at := headerBytes; at < len(b); {
		var v uint8
		var run int
		v, run, at = opcode(b, at)
		if i+run > registers {
			return nil, false
		}
		if v > 0 {
			for j := i; j < i+run; j++ {
				setRegister(dense, j, v)
			}
		}
		i += run
	}
	return dense, i == registers
}
