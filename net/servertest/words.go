package servertest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	variable = regexp.MustCompile(`\{(id|addr|laddr|nowms|now)([+-]?\d*)\}`)
	span     = regexp.MustCompile(`^\{(\d+)\.\.(\d+)\}$`)
)

// words splits the text of a request into its arguments. expand replaces the
// variables of a word.
func words(text string, expand func(string) string) ([]string, error) {
	var out []string
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		if text[0] == '"' {
			body, rest, err := quoted(text)
			if err != nil {
				return nil, err
			}
			out, text = append(out, expand(body)), rest
			continue
		}
		bare, rest, _ := strings.Cut(text, " ")
		if m := span.FindStringSubmatch(bare); m != nil {
			out = append(out, spanWords(m[1], m[2])...)
		} else {
			out = append(out, expand(bare))
		}
		text = rest
	}
	return out, nil
}

// quoted reads one quoted word, and its repetition, off the front of text.
func quoted(text string) (body, rest string, err error) {
	end := 1
	for end < len(text) && text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(text) {
		return "", "", fmt.Errorf("no closing quote in %q", text)
	}
	body, err = strconv.Unquote(text[:end+1])
	if err != nil {
		return "", "", fmt.Errorf("quoted word %q: %w", text[:end+1], err)
	}
	tail, rest, _ := strings.Cut(text[end+1:], " ")
	if tail == "" {
		return body, rest, nil
	}
	count, err := strconv.Atoi(strings.TrimPrefix(tail, "*"))
	if err != nil || tail[0] != '*' {
		return "", "", fmt.Errorf("after the closing quote: %q", tail)
	}
	return strings.Repeat(body, count), rest, nil
}

func spanWords(from, to string) []string {
	lo, _ := strconv.Atoi(from)
	hi, _ := strconv.Atoi(to)
	var out []string
	for i := lo; i <= hi; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

// expand replaces the variables of text.
func (r *replay) expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		m := variable.FindStringSubmatch(v)
		n, _ := strconv.Atoi(m[2])
		switch m[1] {
		case "now":
			return strconv.FormatInt(time.Now().Unix()+int64(n), 10)
		case "nowms":
			return strconv.FormatInt(time.Now().UnixMilli()+int64(n), 10)
		}
		p := r.peers[max(n, 1)]
		if p == nil {
			return v
		}
		switch m[1] {
		case "id":
			return p.id
		case "addr":
			return p.conn.LocalAddr().String()
		}
		return p.conn.RemoteAddr().String()
	})
}
