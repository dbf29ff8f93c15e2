package servertest

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
)

const (
	lineWidth = 110 // a reply that is longer takes several lines
	longBulk  = 256 // a bulk string that is longer is shown by size and checksum
)

// String returns the reply on one line, in the form the package comment
// describes. Two replies have the same text only if they are the same, but for
// the checksum of long strings.
func (r Reply) String() string { return r.text(longBulk) }

// Full is String with bulk strings of any length in full.
func (r Reply) Full() string { return r.text(math.MaxInt) }

// text returns the reply on one line, bulk strings up to limit bytes in full.
func (r Reply) text(limit int) string {
	switch {
	case r.Null && r.Kind == '*':
		return "nil-array"
	case r.Null:
		return "nil"
	}
	switch r.Kind {
	case '+', '-', ':', ',', '(', '_', '#':
		return string(r.Kind) + line(r.Str)
	case '$', '!':
		return string(r.Kind) + word(r.Str, limit)
	case '=':
		kind, text, _ := strings.Cut(r.Str, ":")
		return "=" + kind + ":" + quote(text)
	}
	prefix := map[Kind]string{'~': "~", '>': "push", '|': "attribute"}[r.Kind]
	if r.isMap() {
		return prefix + "{" + strings.Join(r.entries(limit), ", ") + "}"
	}
	var parts []string
	for _, e := range r.Elems {
		parts = append(parts, e.inner(limit))
	}
	return prefix + "[" + strings.Join(parts, " ") + "]"
}

// Lines returns the reply as a conversation shows it: on one line when that is
// short, else with elements indented below a head.
func (r Reply) Lines() []string {
	flat := r.String()
	if len(flat) <= lineWidth || len(r.Elems) == 0 {
		return []string{flat}
	}
	n := len(r.Elems)
	if r.isMap() {
		n /= 2
	}
	lines := []string{fmt.Sprintf("%c%d", r.Kind, n)}
	if r.isMap() {
		for i := 0; i+1 < len(r.Elems); i += 2 {
			value := r.Elems[i+1].Lines()
			lines = append(lines, "  "+r.Elems[i].inner(longBulk)+" => "+value[0])
			lines = append(lines, indent(value[1:])...)
		}
		return lines
	}
	for _, e := range r.Elems {
		lines = append(lines, indent(e.Lines())...)
	}
	return lines
}

// Sorted returns the reply with the elements of every array in the order of
// their texts.
func (r Reply) Sorted() Reply {
	if len(r.Elems) == 0 || r.isMap() {
		return r
	}
	elems := make([]Reply, len(r.Elems))
	for i, e := range r.Elems {
		elems[i] = e.Sorted()
	}
	slices.SortFunc(elems, func(a, b Reply) int { return strings.Compare(a.String(), b.String()) })
	r.Elems = elems
	return r
}

func (r Reply) isMap() bool { return r.Kind == '%' || r.Kind == '|' }

func (r Reply) entries(limit int) []string {
	var out []string
	for i := 0; i+1 < len(r.Elems); i += 2 {
		out = append(out, r.Elems[i].inner(limit)+" => "+r.Elems[i+1].inner(limit))
	}
	return out
}

// inner is text for an element of an aggregate: a status or error of several
// words is quoted there.
func (r Reply) inner(limit int) string {
	if (r.Kind == '+' || r.Kind == '-') && !r.Null {
		return string(r.Kind) + word(r.Str, limit)
	}
	return r.text(limit)
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l
	}
	return out
}

// word returns a string bare when it can be read back as one word, else quoted.
func word(s string, limit int) string {
	if len(s) > limit {
		return fmt.Sprintf("(%d bytes, crc32 %08x)", len(s), crc32.ChecksumIEEE([]byte(s)))
	}
	plain := func(c rune) bool { return c > ' ' && c < 0x7f && !strings.ContainsRune("\"\\[]{}(),", c) }
	if s != "" && strings.IndexFunc(s, func(c rune) bool { return !plain(c) }) < 0 {
		return s
	}
	return quote(s)
}

// line returns a status or error as it came, with a space at its end made
// visible.
func line(s string) string {
	text := escape(s, `\`)
	if short, ok := strings.CutSuffix(text, " "); ok {
		return short + `\x20`
	}
	return text
}

// quote returns s between double quotes, every byte that is not printable
// ASCII escaped, so that files stay text and one string has one form.
func quote(s string) string { return `"` + escape(s, `"\`) + `"` }

// escape writes unprintable bytes, and those of special, with a backslash.
func escape(s, special string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case strings.IndexByte(special, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
