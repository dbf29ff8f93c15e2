package hll

const (
	registerBits = 14 // of a hash, that choose the register
	hashBits     = 64 - registerBits
	registers    = 1 << registerBits
	width        = 6            // bits of a dense register
	most         = 1<<width - 1 // what it holds

	magic       = "HYLL"
	formAt      = 4
	cardAt      = 8
	headerBytes = 16
	denseBytes  = headerBytes + registers*width/8
)

// The forms of a sketch.
const (
	formDense  = 0
	formSparse = 1
)

// stale is the bit of a header's last byte that says that the cardinality before
// it is out of date.
const stale = 0x80

// isSketch tells whether a string has the header of a sketch and, for a dense one,
// its length.
func isSketch(b []byte) bool {
	if len(b) < headerBytes || string(b[:formAt]) != magic {
		return false
	}
	return b[formAt] == formSparse || b[formAt] == formDense && len(b) == denseBytes
}

// isDense tells the form of a sketch.
func isDense(b []byte) bool { return b[formAt] == formDense }

// spoil marks the cardinality of a sketch as out of date.
func spoil(b []byte) { b[headerBytes-1] |= stale }

// appendEmpty appends a sketch of nothing, which is sparse.
func appendEmpty(b []byte) []byte {
	b = append(b, magic...)
	b = append(b, formSparse, 0, 0, 0)
	b = append(b, make([]byte, headerBytes-cardAt)...)
	return appendZeros(b, registers)
}

// register returns a register of a dense sketch.
func register(b []byte, i int) uint8 {
	at, shift := headerBytes+i*width/8, i*width%8
	v := b[at] >> shift
	if shift > 8-width {
		v |= b[at+1] << (8 - shift)
	}
	return v & most
}

// setRegister sets a register of a dense sketch.
func setRegister(b []byte, i int, v uint8) {
	at, shift := headerBytes+i*width/8, i*width%8
	b[at] = b[at]&^(most<<shift) | v<<shift
	if shift > 8-width {
		b[at+1] = b[at+1]&^(most>>(8-shift)) | v>>(8-shift)
	}
}

// four returns the four registers in three bytes of a dense sketch.
func four(b []byte) [4]uint8 {
	v := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	return [4]uint8{uint8(v & most), uint8(v >> 6 & most), uint8(v >> 12 & most), uint8(v >> 18 & most)}
}

// maxima are registers one byte each: the greatest of several sketches.
type maxima [registers]uint8

// merge raises m to the registers of a sketch. It reports false when the sketch is
// corrupt; m is worth nothing then.
func (m *maxima) merge(b []byte) bool {
	if isDense(b) {
		for i, at := 0, headerBytes; at < denseBytes; i, at = i+4, at+3 {
			for j, v := range four(b[at : at+3]) {
				m[i+j] = max(m[i+j], v)
			}
		}
		return true
	}
	i := 0
	for at := headerBytes; at < len(b); {
		var v uint8
		var run int
		v, run, at = opcode(b, at)
		if i+run > registers {
			return false
		}
		if v > 0 {
			for j := i; j < i+run; j++ {
				m[j] = max(m[j], v)
			}
		}
		i += run
	}
	return i == registers
}
