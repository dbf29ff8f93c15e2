package glob

// Match reports whether pattern matches the whole of s. With nocase, ASCII
// letters match in either case. It takes at most len(pattern)*len(s) steps and
// does not allocate.
func Match(pattern, s []byte, nocase bool) bool {
	if len(s) == 0 {
		return len(pattern) == 0
	}
	p, i := 0, 0
	// star is the position after the last run of stars, or -1; from is the
	// position in s where the stretch after it was last tried.
	star, from := -1, 0
	for i < len(s) {
		if p < len(pattern) {
			if pattern[p] == '*' {
				p = skipStars(pattern, p)
				if p == len(pattern) {
					return true
				}
				star, from = p, i
				continue
			}
			if next, ok := matchOne(pattern, p, s[i], nocase); ok {
				p = next
				i++
				continue
			}
		}
		if star < 0 {
			return false
		}
		from++
		p, i = star, from
	}
	return skipStars(pattern, p) == len(pattern)
}

// IsLiteral reports whether pattern has no special byte, so that it matches
// exactly the string equal to it.
func IsLiteral(pattern []byte) bool {
	for _, c := range pattern {
		switch c {
		case '*', '?', '[', '\\':
			return false
		}
	}
	return true
}

func skipStars(pattern []byte, p int) int {
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p
}

// matchOne compares c with the element at pattern[p], which is not a star, and
// returns the position after that element.
func matchOne(pattern []byte, p int, c byte, nocase bool) (next int, ok bool) {
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return matchClass(pattern, p+1, c, nocase)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return p + 1, pattern[p] == c || nocase && lower(pattern[p]) == lower(c)
}

// matchClass compares c with the bracket expression whose first byte after
// '[' is at p, and returns the position after its ']', or the end of the
// pattern if it has none.
func matchClass(pattern []byte, p int, c byte, nocase bool) (next int, ok bool) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	for p < len(pattern) {
		left := len(pattern) - p
		switch {
		case left >= 2 && pattern[p] == '\\':
			p++
			ok = ok || pattern[p] == c
		case pattern[p] == ']':
			return p + 1, ok != not
		case left >= 3 && pattern[p+1] == '-':
			ok = ok || inRange(pattern[p], pattern[p+2], c, nocase)
			p += 2
		default:
			ok = ok || pattern[p] == c || nocase && lower(pattern[p]) == lower(c)
		}
		p++
	}
	return p, ok != not
}

// inRange reports whether c lies between the bounds, in either order, of a
// range. Bounds are ordered before case is folded, so that [Z-a] is empty when
// case is ignored.
func inRange(from, to, c byte, nocase bool) bool {
	lo, hi := int8(from), int8(to)
	if lo > hi {
		lo, hi = hi, lo
	}
	if nocase {
		lo, hi, c = int8(lower(byte(lo))), int8(lower(byte(hi))), lower(c)
	}
	return int8(c) >= lo && int8(c) <= hi
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
