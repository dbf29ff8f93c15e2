package lualib

import (
	"strconv"
	"strings"
)

// tokenKind tells tokens apart; those of one byte are that byte.
type tokenKind int

const (
	tokenEnd tokenKind = iota + 256
	tokenName
	tokenString
	tokenNumber
	tokenConcat // ..
	tokenDots   // ...
	tokenEqual
	tokenNotEqual
	tokenLessEqual
	tokenGreaterEqual
	// Reserved words are above.
	tokenAnd
	tokenBreak
	tokenDo
	tokenElse
	tokenElseIf
	tokenEndWord
	tokenFalse
	tokenFor
	tokenFunction
	tokenIf
	tokenIn
	tokenLocal
	tokenNil
	tokenNot
	tokenOr
	tokenRepeat
	tokenReturn
	tokenThen
	tokenTrue
	tokenUntil
	tokenWhile
)

// tokenTexts are the tokens from tokenEnd on, as errors name them.
var tokenTexts = [...]string{
	"<eof>", "<name>", "<string>", "<number>", "..", "...", "==", "~=", "<=", ">=",
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not",
	"or", "repeat", "return", "then", "true", "until", "while",
}

// String returns a token as errors name it.
func (k tokenKind) String() string {
	switch {
	case k >= tokenEnd:
		return tokenTexts[k-tokenEnd]
	case k < ' ' || k == 127:
		return "char(" + strconv.Itoa(int(k)) + ")"
	}
	return string([]byte{byte(k)})
}

// reserved returns the kind of a word.
func reserved(word string) tokenKind {
	for i, text := range tokenTexts[tokenAnd-tokenEnd:] {
		if text == word {
			return tokenAnd + tokenKind(i)
		}
	}
	return tokenName
}

// token is one word of a script.
type token struct {
	kind   tokenKind
	text   string  // as it stands in the source
	value  string  // of names and strings
	number float64 // of numbers
}

// syntaxError is what is wrong with a script, in the words of Lua in C.
type syntaxError struct{ text string }

func (e *syntaxError) Error() string { return e.text }

// lexer parts a source into tokens. After an error it returns tokenEnd for ever.
type lexer struct {
	source  string
	name    string // of the chunk, as errors show it
	at      int
	line    int
	err     *syntaxError
	longest int // the longest string there was
}

// fail notes the first error, near a text unless that is "".
func (l *lexer) fail(message, near string) {
	if l.err != nil {
		return
	}
	text := l.name + ":" + strconv.Itoa(l.line) + ": " + message
	if near != "" {
		text += " near '" + near + "'"
	}
	l.err = &syntaxError{text}
}

// peek returns a byte ahead; 0 behind the end.
func (l *lexer) peek(ahead int) byte {
	if l.at+ahead < len(l.source) {
		return l.source[l.at+ahead]
	}
	return 0
}

// next returns the next token.
func (l *lexer) next() token {
	for l.err == nil && l.blank() {
		continue
	}
	if l.err != nil || l.at >= len(l.source) {
		return token{kind: tokenEnd, text: tokenEnd.String()}
	}
	start := l.at
	t := l.scan()
	if l.err != nil {
		return token{kind: tokenEnd, text: tokenEnd.String()}
	}
	if t.text == "" {
		t.text = l.source[start:l.at]
		if t.kind < tokenEnd {
			t.text = t.kind.String()
		}
	}
	return t
}

// blank skips white space, a line break or a comment, if there is one.
func (l *lexer) blank() bool {
	if l.at >= len(l.source) {
		return false
	}
	switch c := l.source[l.at]; {
	case c == '\n' || c == '\r':
		l.lineBreak()
		return true
	case isSpace(c):
		l.at++
		return true
	case c == '-' && l.peek(1) == '-':
		l.at += 2
		if l.peek(0) == '[' {
			if level := l.longLevel(); level >= 0 {
				l.long(level, "comment")
				return true
			}
		}
		for l.at < len(l.source) && l.source[l.at] != '\n' && l.source[l.at] != '\r' {
			l.at++
		}
		return true
	}
	return false
}

// lineBreak skips one; two different bytes are one break.
func (l *lexer) lineBreak() {
	c := l.source[l.at]
	l.at++
	if d := l.peek(0); l.at < len(l.source) && (d == '\n' || d == '\r') && d != c {
		l.at++
	}
	l.line++
}

// scan reads the token that begins here.
func (l *lexer) scan() token {
	c := l.source[l.at]
	switch {
	case isAlpha(c) || c == '_':
		end := l.at
		for end < len(l.source) && isWord(l.source[end]) {
			end++
		}
		word := l.source[l.at:end]
		l.at = end
		return token{kind: reserved(word), text: word, value: word}
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		return l.scanNumber()
	case c == '"' || c == '\'':
		return l.scanString(c)
	case c == '[':
		if level := l.longLevel(); level >= 0 {
			start := l.at
			value := l.long(level, "string")
			return token{kind: tokenString, text: l.source[start:l.at], value: value}
		}
		if l.peek(1) == '=' {
			l.fail("invalid long string delimiter", strings.TrimRight(l.source[l.at:min(len(l.source), l.at+2)], " "))
		}
	}
	for _, t := range [...]tokenKind{tokenDots, tokenConcat, tokenEqual, tokenNotEqual, tokenLessEqual, tokenGreaterEqual} {
		if strings.HasPrefix(l.source[l.at:], t.String()) {
			l.at += len(t.String())
			return token{kind: t}
		}
	}
	l.at++
	return token{kind: tokenKind(c)}
}

func isWord(c byte) bool { return isAlpha(c) || isDigit(c) || c == '_' }

func (l *lexer) scanNumber() token {
	start := l.at
	for isDigit(l.peek(0)) || l.peek(0) == '.' {
		l.at++
	}
	if l.peek(0)|0x20 == 'e' {
		l.at++
		l.at = signs(l.source, l.at)
	}
	for isWord(l.peek(0)) {
		l.at++
	}
	text := l.source[start:l.at]
	v, ok := parseNumber(text)
	if !ok {
		l.fail("malformed number", text)
	}
	return token{kind: tokenNumber, text: text, number: v}
}

// longLevel returns how many = stand in the long bracket that begins here; -1 if
// none does.
func (l *lexer) longLevel() int {
	level := 0
	for l.peek(1+level) == '=' {
		level++
	}
	if l.peek(1+level) == '[' {
		return level
	}
	return -1
}

// long reads what stands between long brackets. A line break at its start does
// not count.
func (l *lexer) long(level int, what string) string {
	l.at += level + 2
	if c := l.peek(0); l.at < len(l.source) && (c == '\n' || c == '\r') {
		l.lineBreak()
	}
	closing := "]" + strings.Repeat("=", level) + "]"
	var out strings.Builder
	for l.at < len(l.source) {
		c := l.source[l.at]
		switch {
		case c == ']' && strings.HasPrefix(l.source[l.at:], closing):
			l.at += len(closing)
			return l.measured(out.String())
		case c == '\n' || c == '\r':
			l.lineBreak()
			out.WriteByte('\n')
		default:
			out.WriteByte(c)
			l.at++
		}
	}
	l.fail("unfinished long "+what, tokenEnd.String())
	return ""
}

// measured notes how long the longest string is.
func (l *lexer) measured(s string) string {
	l.longest = max(l.longest, len(s))
	return s
}

func (l *lexer) scanString(quote byte) token {
	l.at++
	var out []byte
	for l.at < len(l.source) && l.source[l.at] != quote {
		switch c := l.source[l.at]; c {
		case '\n', '\r':
			l.fail("unfinished string", string(quote)+string(out))
			return token{}
		case '\\':
			l.at++
			out = l.unescape(out, quote)
		default:
			out = append(out, c)
			l.at++
		}
	}
	if l.at >= len(l.source) {
		l.fail("unfinished string", tokenEnd.String())
		return token{}
	}
	l.at++
	value := l.measured(string(out))
	return token{kind: tokenString, text: string(quote) + value + string(quote), value: value}
}

// unescape appends what stands behind a backslash.
func (l *lexer) unescape(out []byte, quote byte) []byte {
	if l.at >= len(l.source) {
		return out // the caller finds the end
	}
	c := l.source[l.at]
	switch {
	case c == '\n' || c == '\r':
		l.lineBreak()
		return append(out, '\n')
	case isDigit(c):
		v := 0
		for n := 0; n < 3 && isDigit(l.peek(0)); n++ {
			v = v*10 + int(l.peek(0)-'0')
			l.at++
		}
		if v > 255 {
			l.fail("escape sequence too large", string(quote)+string(out))
		}
		return append(out, byte(v))
	}
	l.at++
	if i := strings.IndexByte("abfnrtv", c); i >= 0 {
		c = "\a\b\f\n\r\t\v"[i]
	}
	return append(out, c)
}
