package quote

// Split appends the arguments of line to dst. The arguments alias line, and
// quoted ones are decoded in place, so that line is changed; decoded text is
// never longer than its source. It reports false, with the arguments before the
// fault, if quotes are unbalanced.
func Split(dst [][]byte, line []byte) (args [][]byte, ok bool) {
	i := 0
	for {
		for i < len(line) && isSpace(line[i]) {
			i++
		}
		if i == len(line) || line[i] == 0 {
			return dst, true
		}
		arg, next, ok := cutArg(line, i)
		if !ok {
			return dst, false
		}
		dst = append(dst, arg)
		i = next
	}
}

// cutArg returns the argument that begins at line[i] and the position after it.
func cutArg(line []byte, i int) (arg []byte, next int, ok bool) {
	start := i
	for i < len(line) {
		switch line[i] {
		case ' ', '\n', '\r', '\t', 0:
			return line[start:i:i], i, true
		case '"':
			return cutDouble(line, start, i)
		case '\'':
			return cutSingle(line, start, i)
		}
		i++
	}
	return line[start:i:i], i, true
}

// cutDouble finishes an argument that begins at start and whose double quote
// opens at line[i]. w <= i holds: what is written has been read.
func cutDouble(line []byte, start, i int) (arg []byte, next int, ok bool) {
	w := i
	for i++; i < len(line) && line[i] != 0; {
		c := line[i]
		if c == '"' {
			return line[start:w:w], i + 1, closes(line, i)
		}
		i++
		if c == '\\' && i < len(line) && line[i] != 0 {
			c, i = unescape(line, i)
		}
		line[w] = c
		w++
	}
	return nil, i, false
}

// cutSingle is cutDouble for single quotes.
func cutSingle(line []byte, start, i int) (arg []byte, next int, ok bool) {
	w := i
	for i++; i < len(line) && line[i] != 0; i++ {
		c := line[i]
		if c == '\'' {
			return line[start:w:w], i + 1, closes(line, i)
		}
		if c == '\\' && i+1 < len(line) && line[i+1] == '\'' {
			i++
			c = '\''
		}
		line[w] = c
		w++
	}
	return nil, i, false
}

// closes reports whether the quote at line[i] may end its argument.
func closes(line []byte, i int) bool {
	return i+1 == len(line) || line[i+1] == 0 || isSpace(line[i+1])
}

// unescape decodes the escape whose letter is line[i] and returns the position
// after it.
func unescape(line []byte, i int) (c byte, next int) {
	switch line[i] {
	case 'x':
		if i+2 < len(line) {
			hi, ok1 := hexDigit(line[i+1])
			lo, ok2 := hexDigit(line[i+2])
			if ok1 && ok2 {
				return hi<<4 | lo, i + 3
			}
		}
	case 'n':
		return '\n', i + 1
	case 'r':
		return '\r', i + 1
	case 't':
		return '\t', i + 1
	case 'b':
		return '\b', i + 1
	case 'a':
		return '\a', i + 1
	}
	return line[i], i + 1
}

func hexDigit(c byte) (v byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

// Append appends s in double quotes, with escapes for the quote, the backslash
// and everything outside printable ASCII. Split gives s back.
func Append(dst, s []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\a':
			dst = append(dst, '\\', 'a')
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c >= ' ' && c <= '~':
			dst = append(dst, c)
		default:
			dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
		}
	}
	return append(dst, '"')
}

// Needed reports whether s has to be quoted to stay one argument: it is empty,
// or has white space, quotes, backslashes or bytes that are not printable
// ASCII.
func Needed(s []byte) bool {
	for _, c := range s {
		if c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\' {
			return true
		}
	}
	return len(s) == 0
}
