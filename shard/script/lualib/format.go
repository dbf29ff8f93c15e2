package lualib

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// directive is one % of a format: flags, width and precision, as printf has them.
type directive struct {
	minus, plus, space, sharp, zero bool
	width                           int
	precision                       int // -1 if there is none
	verb                            byte
}

const (
	formatFlags  = "-+ #0"
	wholeStrings = 100 // from this length on, %s without precision takes a string as it is
)

func (lib *Library) format(L *lua.LState) int {
	format := stringArg(L, 1)
	top, n := L.GetTop(), 1
	out := make([]byte, 0, len(format)+32)
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			out = append(out, format[i])
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			out = append(out, '%')
			continue
		}
		n++
		if n > top {
			badArgument(L, n, "no value")
		}
		d, length := parseDirective(L, format[i:])
		i += length - 1
		out = lib.formatArg(L, out, d, n)
	}
	lib.room(L, len(out))
	L.Push(lua.LString(out))
	return 1
}

// parseDirective reads what follows a %, and how many bytes it has.
func parseDirective(L *lua.LState, s string) (d directive, length int) {
	i := 0
	for i < len(s) && strings.IndexByte(formatFlags, s[i]) >= 0 {
		switch s[i] {
		case '-':
			d.minus = true
		case '+':
			d.plus = true
		case ' ':
			d.space = true
		case '#':
			d.sharp = true
		case '0':
			d.zero = true
		}
		i++
	}
	if i > len(formatFlags) {
		raise(L, "invalid format (repeated flags)")
	}
	number := func() (v int) {
		for end := i + 2; i < len(s) && i < end && isDigit(s[i]); i++ {
			v = v*10 + int(s[i]-'0')
		}
		return v
	}
	d.width, d.precision = number(), -1
	if i < len(s) && s[i] == '.' {
		i++
		d.precision = number()
	}
	if i < len(s) && isDigit(s[i]) {
		raise(L, "invalid format (width or precision too long)")
	}
	if i < len(s) {
		d.verb = s[i]
	}
	return d, i + 1
}

// formatArg appends an argument as a directive says.
func (lib *Library) formatArg(L *lua.LState, out []byte, d directive, n int) []byte {
	switch d.verb {
	case 'c':
		return append(out, untilNUL(d.pad([]byte{byte(int32(intArg(L, n)))}))...)
	case 'd', 'i':
		return append(out, d.signed(intArg(L, n))...)
	case 'o', 'u', 'x', 'X':
		return append(out, d.unsigned(unsigned(numberArg(L, n)))...)
	case 'e', 'E', 'f', 'g', 'G':
		return append(out, d.float(numberArg(L, n))...)
	case 'q':
		return lib.quote(L, out, stringArg(L, n))
	case 's':
		s := stringArg(L, n)
		if d.precision < 0 && len(s) >= wholeStrings {
			return lib.appendText(L, out, s)
		}
		text := untilNUL([]byte(s[:min(len(s), maxDirective)]))
		if d.precision >= 0 && d.precision < len(text) {
			text = text[:d.precision]
		}
		return append(out, d.pad(text)...)
	}
	verb := ""
	if d.verb != 0 {
		verb = string(rune(d.verb))
		if d.verb >= 0x80 {
			verb = string([]byte{d.verb})
		}
	}
	raise(L, "invalid option '%"+verb+"' to 'format'")
	return nil
}

// maxDirective bounds what of a string can matter to a directive with a precision.
const maxDirective = 128

// untilNUL cuts bytes where a string of C ends.
func untilNUL(b []byte) []byte {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		return b[:end]
	}
	return b
}

// pad fills up to the width with spaces.
func (d directive) pad(b []byte) []byte {
	fill := d.width - len(b)
	if fill <= 0 {
		return b
	}
	spaces := bytes.Repeat([]byte{' '}, fill)
	if d.minus {
		return append(b, spaces...)
	}
	return append(spaces, b...)
}

// assemble joins sign or prefix and digits, with zeros between if asked for.
func (d directive) assemble(prefix string, digits []byte, zeros bool) []byte {
	b := []byte(prefix)
	if zeros && !d.minus {
		b = append(b, bytes.Repeat([]byte{'0'}, max(d.width-len(prefix)-len(digits), 0))...)
	}
	return d.pad(append(b, digits...))
}

// sign is what stands before a number.
func (d directive) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case d.plus:
		return "+"
	case d.space:
		return " "
	}
	return ""
}

// least fills integer digits up to the precision; zero has none with precision 0.
func (d directive) least(digits []byte) []byte {
	if d.precision == 0 && string(digits) == "0" {
		return nil
	}
	return append(bytes.Repeat([]byte{'0'}, max(d.precision-len(digits), 0)), digits...)
}

func (d directive) signed(v int64) []byte {
	magnitude := uint64(v)
	if v < 0 {
		magnitude = -magnitude
	}
	digits := d.least(strconv.AppendUint(nil, magnitude, 10))
	return d.assemble(d.sign(v < 0), digits, d.zero && d.precision < 0)
}

func (d directive) unsigned(v uint64) []byte {
	base, prefix := 10, ""
	switch d.verb {
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
		if d.sharp && v != 0 {
			prefix = "0" + string(rune(d.verb))
		}
	}
	digits := strconv.AppendUint(nil, v, base)
	if d.verb == 'X' {
		digits = bytes.ToUpper(digits)
	}
	digits = d.least(digits)
	if d.sharp && d.verb == 'o' && (len(digits) == 0 || digits[0] != '0') {
		digits = append([]byte{'0'}, digits...)
	}
	return d.assemble(prefix, digits, d.zero && d.precision < 0)
}

func (d directive) float(v float64) []byte {
	sign := d.sign(math.Signbit(v))
	v = math.Abs(v)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		text := "inf"
		if math.IsNaN(v) {
			text = "nan"
		}
		if d.verb < 'a' {
			text = strings.ToUpper(text)
		}
		return d.assemble(sign, []byte(text), false)
	}
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	var digits []byte
	switch d.verb | 0x20 {
	case 'g':
		digits = d.shortest(v, precision)
	default:
		digits = strconv.AppendFloat(nil, v, d.verb|0x20, precision, 64)
		if d.sharp && precision == 0 {
			digits = withPoint(digits)
		}
	}
	if d.verb < 'a' {
		digits = bytes.ToUpper(digits)
	}
	return d.assemble(sign, digits, d.zero)
}

// shortest is %g; with # zeros at the end stay.
func (d directive) shortest(v float64, precision int) []byte {
	precision = max(precision, 1)
	if !d.sharp {
		return strconv.AppendFloat(nil, v, 'g', precision, 64)
	}
	digits := strconv.AppendFloat(nil, v, 'e', precision-1, 64)
	exponent, err := strconv.Atoi(string(digits[bytes.IndexByte(digits, 'e')+1:]))
	if err == nil && exponent >= -4 && exponent < precision {
		digits = strconv.AppendFloat(nil, v, 'f', precision-1-exponent, 64)
	}
	return withPoint(digits)
}

// withPoint puts a decimal point behind digits that have none.
func withPoint(digits []byte) []byte {
	if bytes.IndexByte(digits, '.') >= 0 {
		return digits
	}
	if e := bytes.IndexByte(digits, 'e'); e >= 0 {
		return append(append(append([]byte{}, digits[:e]...), '.'), digits[e:]...)
	}
	return append(digits, '.')
}

// quote appends a string as Lua could read it.
func (lib *Library) quote(L *lua.LState, out []byte, s string) []byte {
	lib.room(L, len(out)+len(s)+2)
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, `\r`...)
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
