package servertest

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
)

const (
	lineWidth = 110 // a reply that is longer takes several lines
	longBulk  = 256 // a bulk string that is longer is shown by size and checksum
)

// Text returns a reply on one line, in the form the package comment describes.
// Two replies have the same text only if they are the same, but for the
// checksum of long strings.
func Text(v resp.Value) string { return text(v, longBulk) }

// FullText is Text with bulk strings of any length in full.
func FullText(v resp.Value) string { return text(v, math.MaxInt) }

// Lines returns a reply as a conversation shows it: on one line when that is
// short, else with elements indented below a head.
func Lines(v resp.Value) []string {
	flat := Text(v)
	if len(flat) <= lineWidth || len(v.Elems) == 0 {
		return []string{flat}
	}
	lines := []string{fmt.Sprintf("%c%d", v.Kind, len(v.Elems))}
	if v.Kind == resp.KindMap {
		lines[0] = fmt.Sprintf("%%%d", len(v.Elems)/2)
		for i := 0; i+1 < len(v.Elems); i += 2 {
			value := Lines(v.Elems[i+1])
			lines = append(lines, "  "+inner(v.Elems[i], longBulk)+" => "+value[0])
			lines = append(lines, indent(value[1:])...)
		}
		return lines
	}
	for _, e := range v.Elems {
		lines = append(lines, indent(Lines(e))...)
	}
	return lines
}

// Sorted returns the reply with the elements of every array, set and push in
// the order of their texts.
func Sorted(v resp.Value) resp.Value {
	if len(v.Elems) == 0 || v.Kind == resp.KindMap {
		return v
	}
	elems := make([]resp.Value, len(v.Elems))
	for i, e := range v.Elems {
		elems[i] = Sorted(e)
	}
	slices.SortFunc(elems, func(a, b resp.Value) int { return strings.Compare(FullText(a), FullText(b)) })
	v.Elems = elems
	return v
}

// text returns the reply on one line, bulk strings up to limit bytes in full.
func text(v resp.Value, limit int) string {
	if v.Attrs != nil {
		attrs := resp.Value{Kind: resp.KindMap, Elems: v.Attrs}
		v.Attrs = nil
		return "attribute" + text(attrs, limit) + " " + text(v, limit)
	}
	if v.Null {
		return map[resp.Kind]string{resp.KindBulk: "nil", resp.KindArray: "nil-array", resp.KindNull: "_"}[v.Kind]
	}
	tag := string(rune(v.Kind))
	switch v.Kind {
	case resp.KindStatus, resp.KindError, resp.KindBigNumber:
		return tag + visible(v.Str)
	case resp.KindInt:
		return tag + strconv.FormatInt(v.Int, 10)
	case resp.KindDouble:
		return tag + string(num.AppendFloat(nil, v.Double))
	case resp.KindBool:
		return tag + strconv.FormatBool(v.Bool)[:1]
	case resp.KindBulk, resp.KindBulkError:
		return tag + word(v.Str, limit)
	case resp.KindVerbatim:
		return tag + v.Format + ":" + quote(v.Str)
	}
	return aggregate(v, limit)
}

func aggregate(v resp.Value, limit int) string {
	var parts []string
	if v.Kind == resp.KindMap {
		for i := 0; i+1 < len(v.Elems); i += 2 {
			parts = append(parts, inner(v.Elems[i], limit)+" => "+inner(v.Elems[i+1], limit))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	for _, e := range v.Elems {
		parts = append(parts, inner(e, limit))
	}
	prefix := map[resp.Kind]string{resp.KindSet: "~", resp.KindPush: "push"}[v.Kind]
	return prefix + "[" + strings.Join(parts, " ") + "]"
}

// inner is text for an element of an aggregate: a status or error of several
// words is quoted there.
func inner(v resp.Value, limit int) string {
	if (v.Kind == resp.KindStatus || v.Kind == resp.KindError) && v.Attrs == nil {
		return string(rune(v.Kind)) + word(v.Str, limit)
	}
	return text(v, limit)
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

// visible returns a status or error as it came, with a space at its end made
// visible.
func visible(s string) string {
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
