package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

const (
	maxCaptures = 32

	// maxMatchDepth bounds the recursion of the matcher, which a pattern's length
	// can drive.
	maxMatchDepth = 100_000

	// pollEvery is how many steps of matching go by between two calls of Poll.
	pollEvery = 1 << 16

	captureOpen     = -1
	capturePosition = -2

	escape = '%'
)

// matcher matches one subject against one pattern by backtracking. A match takes
// time exponential in the number of repetitions at worst; Poll is called
// meanwhile.
type matcher struct {
	L        *lua.LState
	poll     func(*lua.LState)
	subject  string
	pattern  string // without what follows a NUL, where patterns of Lua in C end
	level    int    // captures that have begun
	depth    int
	steps    int
	captures [maxCaptures]capture
}

// capture is a part of the subject: length may be captureOpen or capturePosition.
type capture struct{ start, length int }

func (lib *Library) newMatcher(L *lua.LState, subject, pattern string) *matcher {
	if end := strings.IndexByte(pattern, 0); end >= 0 {
		pattern = pattern[:end]
	}
	return &matcher{L: L, poll: lib.limits.Poll, subject: subject, pattern: pattern}
}

// begin matches from a position of the subject and of the pattern; it returns the
// end of the match, or -1.
func (m *matcher) begin(s, p int) int {
	m.level, m.depth = 0, 0
	return m.match(s, p)
}

// match is the matcher proper.
func (m *matcher) match(s, p int) int {
	m.depth++
	if m.depth > maxMatchDepth {
		raise(m.L, "pattern too complex")
	}
	defer m.leave()
	for {
		if p == len(m.pattern) {
			return s
		}
		switch m.pattern[p] {
		case '(':
			if p+1 < len(m.pattern) && m.pattern[p+1] == ')' {
				return m.openCapture(s, p+2, capturePosition)
			}
			return m.openCapture(s, p+1, captureOpen)
		case ')':
			return m.closeCapture(s, p+1)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.subject) {
					return s
				}
				return -1
			}
		case escape:
			if done, ns, np := m.special(s, p); done {
				if ns < 0 {
					return -1
				}
				s, p = ns, np
				continue
			}
		}
		end := m.classEnd(p)
		suffix := byte(0)
		if end < len(m.pattern) {
			suffix = m.pattern[end]
		}
		switch suffix {
		case '?':
			if m.single(s, p, end) {
				if e := m.match(s+1, end+1); e >= 0 {
					return e
				}
			}
			p = end + 1
		case '*':
			return m.most(s, p, end)
		case '+':
			if !m.single(s, p, end) {
				return -1
			}
			return m.most(s+1, p, end)
		case '-':
			return m.least(s, p, end)
		default:
			if !m.single(s, p, end) {
				return -1
			}
			s, p = s+1, end
		}
	}
}

func (m *matcher) leave() { m.depth-- }

// special matches %b, %f and back references; done is false for others.
func (m *matcher) special(s, p int) (done bool, ns, np int) {
	if p+1 == len(m.pattern) {
		return false, 0, 0
	}
	switch c := m.pattern[p+1]; {
	case c == 'b':
		return true, m.balance(s, p+2), p + 4
	case c == 'f':
		p += 2
		if p == len(m.pattern) || m.pattern[p] != '[' {
			raise(m.L, "missing '[' after '%f' in pattern")
		}
		end := m.classEnd(p)
		if m.inSet(m.byteAt(s-1), p, end-1) || !m.inSet(m.byteAt(s), p, end-1) {
			return true, -1, 0
		}
		return true, s, end
	case isDigit(c):
		return true, m.backReference(s, c), p + 2
	}
	return false, 0, 0
}

// byteAt is a byte of the subject, 0 before its start and behind its end.
func (m *matcher) byteAt(s int) byte {
	if s < 0 || s >= len(m.subject) {
		return 0
	}
	return m.subject[s]
}

func (m *matcher) openCapture(s, p, length int) int {
	if m.level >= maxCaptures {
		raise(m.L, "too many captures")
	}
	m.captures[m.level] = capture{s, length}
	m.level++
	e := m.match(s, p)
	if e < 0 {
		m.level--
	}
	return e
}

func (m *matcher) closeCapture(s, p int) int {
	last := m.level - 1
	for last >= 0 && m.captures[last].length != captureOpen {
		last--
	}
	if last < 0 {
		raise(m.L, "invalid pattern capture")
	}
	m.captures[last].length = s - m.captures[last].start
	e := m.match(s, p)
	if e < 0 {
		m.captures[last].length = captureOpen
	}
	return e
}

func (m *matcher) backReference(s int, c byte) int {
	i := int(c) - '1'
	if i < 0 || i >= m.level || m.captures[i].length == captureOpen {
		raise(m.L, "invalid capture index")
	}
	if m.captures[i].length < 0 {
		return -1 // a position, which no text is long enough for
	}
	text := m.subject[m.captures[i].start:][:m.captures[i].length]
	if !strings.HasPrefix(m.subject[s:], text) {
		return -1
	}
	return s + len(text)
}

// balance matches %bxy: p is where x stands.
func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pattern) {
		raise(m.L, "unbalanced pattern")
	}
	if s >= len(m.subject) || m.subject[s] != m.pattern[p] {
		return -1
	}
	opens, closes, open := m.pattern[p], m.pattern[p+1], 1
	for s++; s < len(m.subject); s++ {
		switch m.subject[s] {
		case closes:
			open--
			if open == 0 {
				return s + 1
			}
		case opens:
			open++
		}
	}
	return -1
}

// most matches as many of a class as possible, then the rest of the pattern.
func (m *matcher) most(s, p, end int) int {
	n := 0
	for m.single(s+n, p, end) {
		n++
	}
	for ; n >= 0; n-- {
		if e := m.match(s+n, end+1); e >= 0 {
			return e
		}
	}
	return -1
}

// least matches as few of a class as possible.
func (m *matcher) least(s, p, end int) int {
	for {
		if e := m.match(s, end+1); e >= 0 {
			return e
		}
		if !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

// classEnd returns where the class that begins at p ends.
func (m *matcher) classEnd(p int) int {
	c := m.pattern[p]
	p++
	switch c {
	case escape:
		if p == len(m.pattern) {
			raise(m.L, "malformed pattern (ends with '%')")
		}
		return p + 1
	case '[':
		if p < len(m.pattern) && m.pattern[p] == '^' {
			p++
		}
		for first := true; first || p >= len(m.pattern) || m.pattern[p] != ']'; first = false {
			if p >= len(m.pattern) {
				raise(m.L, "malformed pattern (missing ']')")
			}
			c := m.pattern[p]
			p++
			if c == escape && p < len(m.pattern) {
				p++
			}
		}
		return p + 1
	}
	return p
}

// single tells whether the byte at s is of the class from p to end.
func (m *matcher) single(s, p, end int) bool {
	m.steps++
	if m.steps%pollEvery == 0 && m.poll != nil {
		m.poll(m.L)
	}
	if s >= len(m.subject) {
		return false
	}
	c := m.subject[s]
	switch m.pattern[p] {
	case '.':
		return true
	case escape:
		return inClass(c, m.pattern[p+1])
	case '[':
		return m.inSet(c, p, end-1)
	}
	return m.pattern[p] == c
}

// inSet tells whether a byte is in the set from '[' at p to ']' at last.
func (m *matcher) inSet(c byte, p, last int) bool {
	set := m.pattern[p+1 : last]
	found := true
	if set != "" && set[0] == '^' {
		set, found = set[1:], false
	}
	for i := 0; i < len(set); i++ {
		switch {
		case set[i] == escape && i+1 < len(set):
			i++
			if inClass(c, set[i]) {
				return found
			}
		case i+2 < len(set) && set[i+1] == '-':
			if set[i] <= c && c <= set[i+2] {
				return found
			}
			i += 2
		case set[i] == c:
			return found
		}
	}
	return !found
}

// inClass tells whether a byte is of the class that a letter behind % names; what
// is no letter of a class stands for itself.
func inClass(c, class byte) bool {
	var in bool
	switch class | 0x20 {
	case 'a':
		in = isAlpha(c)
	case 'c':
		in = c < ' ' || c == 127
	case 'd':
		in = isDigit(c)
	case 'l':
		in = c >= 'a' && c <= 'z'
	case 'p':
		in = c > ' ' && c < 127 && !isAlpha(c) && !isDigit(c)
	case 's':
		in = isSpace(c)
	case 'u':
		in = c >= 'A' && c <= 'Z'
	case 'w':
		in = isAlpha(c) || isDigit(c)
	case 'x':
		in = isHexDigit(c)
	case 'z':
		in = c == 0
	default:
		return class == c
	}
	if !isAlpha(class) {
		return class == c
	}
	return in == (class&0x20 != 0)
}

// captured returns the i-th capture of a match from s to e; the whole match in
// the place of a first one that the pattern does not have.
func (m *matcher) captured(i, s, e int) lua.LValue {
	if i >= m.level {
		if i != 0 {
			raise(m.L, "invalid capture index")
		}
		return lua.LString(m.subject[s:e])
	}
	c := m.captures[i]
	switch c.length {
	case captureOpen:
		raise(m.L, "unfinished capture")
	case capturePosition:
		return lua.LNumber(c.start + 1)
	}
	return lua.LString(m.subject[c.start : c.start+c.length])
}

// push pushes all captures, or the whole match if there are none and it is
// wanted, and returns how many.
func (m *matcher) push(s, e int, whole bool) int {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		m.L.Push(m.captured(i, s, e))
	}
	return n
}
