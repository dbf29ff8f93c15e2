package aof

import "bytes"

// status is what reading an item has come to.
type status uint8

const (
	whole  status = iota
	short         // more bytes are needed
	broken        // no further bytes make sense of it
)

// span is a word of a request, by its place in a buffer.
type span struct{ start, end int }

// parseRequest reads the request that p begins with and appends its words, as
// places in p counted from base on. at is where it stopped making sense.
func parseRequest(p []byte, base int, words []span) (spans []span, n int, st status, reason string) {
	count, at, st := parseLength(p, 0, '*')
	switch {
	case st == broken:
		return words, at, broken, "a request does not begin with '*' and a number"
	case st == short:
		return words, at, short, ""
	case count < 1:
		return words, 0, broken, "a request has no words"
	}
	for range count {
		size, next, st := parseLength(p, at, '$')
		if st == short {
			return words, at, short, ""
		}
		if st == broken || size < 0 {
			return words, at, broken, "a word does not begin with '$' and a length"
		}
		if int64(len(p)-next) < size+2 {
			return words, len(p), short, ""
		}
		end := next + int(size)
		if p[end] != '\r' || p[end+1] != '\n' {
			return words, end, broken, "a word does not end where its length says"
		}
		words = append(words, span{base + next, base + end})
		at = end + 2
	}
	return words, at, whole, ""
}

// lengthMost is how many digits a count or a length may have.
const lengthMost = 18

// parseLength reads a line of mark and a number.
func parseLength(p []byte, at int, mark byte) (n int64, next int, st status) {
	if at == len(p) {
		return 0, at, short
	}
	if p[at] != mark {
		return 0, at, broken
	}
	i := at + 1
	for ; i < len(p) && '0' <= p[i] && p[i] <= '9' && i-at <= lengthMost; i++ {
		n = 10*n + int64(p[i]-'0')
	}
	digits := i - at - 1
	switch {
	case i < len(p) && (p[i] != '\r' || digits == 0):
		return 0, i, broken
	case i+1 < len(p) && p[i+1] != '\n':
		return 0, i + 1, broken
	case i+1 >= len(p):
		return 0, len(p), short
	}
	return n, i + 2, whole
}

// parseAnnotation reads the line that p begins with, up to its end in "\n".
func parseAnnotation(p []byte) (n int, st status) {
	end := bytes.IndexByte(p[:min(len(p), annotationLine)], '\n')
	switch {
	case end >= 0:
		return end + 1, whole
	case len(p) >= annotationLine:
		return annotationLine, broken
	default:
		return len(p), short
	}
}
