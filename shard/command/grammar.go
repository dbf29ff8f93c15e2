package command

import (
	"fmt"
	"strconv"
	"strings"
)

// ArgType is the type of an argument, as COMMAND DOCS names it.
type ArgType string

// The argument types. ArgOneOf and ArgBlock have nested arguments: one of them
// is given, or all of them are.
const (
	ArgString    ArgType = "string"
	ArgInteger   ArgType = "integer"
	ArgDouble    ArgType = "double"
	ArgKey       ArgType = "key"
	ArgPattern   ArgType = "pattern"
	ArgUnixTime  ArgType = "unix-time"
	ArgPureToken ArgType = "pure-token"
	ArgOneOf     ArgType = "oneof"
	ArgBlock     ArgType = "block"
)

// Arg is one argument of a command, as COMMAND DOCS describes it.
type Arg struct {
	Name            string
	Type            ArgType
	Token           string // the literal word given before the value, or alone
	KeySpec         int    // which of Spec.Keys finds it, see FindsKeys
	Since           string // empty: as old as what it is part of
	DeprecatedSince string
	Optional        bool
	Multiple        bool // may be repeated
	MultipleToken   bool // and the token is repeated with it
	Args            []Arg
}

// Flags returns the names of the flags that are set, as COMMAND DOCS spells
// them.
func (a *Arg) Flags() []string {
	var names []string
	if a.Optional {
		names = append(names, "optional")
	}
	if a.Multiple {
		names = append(names, "multiple")
	}
	if a.MultipleToken {
		names = append(names, "multiple_token")
	}
	return names
}

// FindsKeys reports whether the argument is a key, or a pattern that names keys,
// and KeySpec tells which of Spec.Keys they are. Patterns do not name keys of the
// first.
func (a *Arg) FindsKeys() bool {
	return a.Type == ArgKey || a.Type == ArgPattern && a.KeySpec > 0
}

// ParseGrammar reads the argument grammar of Spec.Args. Elements stand in the
// order of the request, separated by spaces:
//
//	name@type          an argument; a type of ArgType except the last three
//	TOKEN              a literal word without a value, named in lower case
//	name="word"        a literal word with a name of its own
//	TOKEN name@type    a literal word and its value: one argument
//	name(a | b)        one of the alternatives
//	name{a b}          all of them, together
//	TOKEN name(a | b)  a literal word before either of the two
//	[element]          it is optional
//	element...         it may be repeated
//	TOKEN... element   it may be repeated, with the word each time
//	element^6.2.0      since that version
//	element~2.8.12     deprecated since that version
//	key@key#1          found by the second of the key specs; without #, the first
//	by@pattern#1       a pattern whose keys are those of the second key spec
//
// A token is written without lower-case letters, or quoted as in Go. A literal
// word right before an argument belongs to that argument; inside brackets, or
// as an alternative, it stands for itself. The marks ... ^ ~ follow their
// element, inside its brackets or behind them.
//
// SET reads:
//
//	key@key value@string [condition(NX | XX)^2.6.12] [GET^6.2.0]
//	[expiration(EX seconds@integer | PX milliseconds@integer | KEEPTTL)]
//
// Nesting deeper than 16 levels is refused.
func ParseGrammar(grammar string) ([]Arg, error) {
	p := argParser{src: grammar}
	args, err := p.list("")
	if err == nil && p.pos < len(p.src) {
		err = fmt.Errorf("unexpected %q", p.src[p.pos])
	}
	if err != nil {
		return nil, fmt.Errorf("command: argument grammar at byte %d of %q: %w", p.pos, grammar, err)
	}
	return args, nil
}

const (
	maxArgDepth = 16
	// argMarks end a bare word.
	argMarks = " \t\n[](){}|@#^~=\""
	ellipsis = "..."
)

// argParser is a recursive descent over src; pos is the next unread byte.
type argParser struct {
	src   string
	pos   int
	depth int
}

// list reads elements up to one of the stop characters, which is not consumed.
func (p *argParser) list(stop string) ([]Arg, error) {
	if p.depth++; p.depth > maxArgDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxArgDepth)
	}
	defer func() { p.depth-- }()
	var args []Arg
	for {
		p.space()
		if p.pos == len(p.src) || strings.IndexByte(stop, p.src[p.pos]) >= 0 {
			return args, nil
		}
		arg, err := p.element()
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
}

// element reads one argument with its brackets and marks.
func (p *argParser) element() (Arg, error) {
	if !p.take("[") {
		return p.marked()
	}
	if p.depth++; p.depth > maxArgDepth {
		return Arg{}, fmt.Errorf("nested deeper than %d levels", maxArgDepth)
	}
	defer func() { p.depth-- }()
	p.space()
	arg, err := p.element()
	if err != nil {
		return arg, err
	}
	p.space()
	if !p.take("]") {
		return arg, fmt.Errorf("want ']'")
	}
	arg.Optional = true
	return arg, p.marks(&arg)
}

// marked reads one argument without brackets.
func (p *argParser) marked() (Arg, error) {
	arg, named, err := p.word()
	if err != nil {
		return arg, err
	}
	if arg.Token != "" && !named {
		repeated := p.take(ellipsis)
		if p.valueFollows() {
			token := arg.Token
			if arg, _, err = p.word(); err != nil {
				return arg, err
			}
			arg.Token = token
			arg.Multiple, arg.MultipleToken = repeated, repeated
		} else {
			arg.Multiple = repeated
		}
	}
	return arg, p.marks(&arg)
}

// word reads a token, a typed argument, or a group. named tells name="word"
// from a bare token.
func (p *argParser) word() (arg Arg, named bool, err error) {
	quoted := p.pos < len(p.src) && p.src[p.pos] == '"'
	text, err := p.text()
	if err != nil {
		return arg, false, err
	}
	if quoted || strings.ToUpper(text) == text {
		arg.Name, arg.Type, arg.Token = strings.ToLower(text), ArgPureToken, text
		return arg, false, nil
	}
	arg.Name = text
	switch {
	case p.take("="):
		arg.Type = ArgPureToken
		arg.Token, err = p.text()
		return arg, true, err
	case p.take("@"):
		err = p.typed(&arg)
	case p.take("("):
		arg.Type = ArgOneOf
		err = p.group(&arg, "|)", ")")
	case p.take("{"):
		arg.Type = ArgBlock
		err = p.group(&arg, "}", "}")
	default:
		err = fmt.Errorf("%q has no type", text)
	}
	return arg, false, err
}

// typed reads what follows the '@'.
func (p *argParser) typed(arg *Arg) error {
	text, err := p.text()
	if err != nil {
		return err
	}
	switch t := ArgType(text); t {
	case ArgString, ArgInteger, ArgDouble, ArgKey, ArgPattern, ArgUnixTime:
		arg.Type = t
	default:
		return fmt.Errorf("unknown type %q", text)
	}
	if (arg.Type == ArgKey || arg.Type == ArgPattern) && p.take("#") {
		if text, err = p.text(); err != nil {
			return err
		}
		if arg.KeySpec, err = strconv.Atoi(text); err != nil || arg.KeySpec < 0 {
			return fmt.Errorf("bad key spec number %q", text)
		}
	}
	return nil
}

// group reads the members of a oneof or a block and its closing character.
func (p *argParser) group(arg *Arg, stop, end string) error {
	for {
		members, err := p.list(stop)
		if err != nil {
			return err
		}
		if len(members) == 0 || arg.Type == ArgOneOf && len(members) != 1 {
			return fmt.Errorf("%q wants one element for each alternative, not %d", arg.Name, len(members))
		}
		arg.Args = append(arg.Args, members...)
		if p.take(end) {
			return nil
		}
		if !p.take("|") {
			return fmt.Errorf("want %q", end)
		}
	}
}

// marks reads what may follow an element: repetition and versions.
func (p *argParser) marks(arg *Arg) error {
	for {
		var version *string
		switch {
		case p.take(ellipsis):
			arg.Multiple = true
			continue
		case p.take("^"):
			version = &arg.Since
		case p.take("~"):
			version = &arg.DeprecatedSince
		default:
			return nil
		}
		text, err := p.text()
		if err != nil {
			return err
		}
		*version = text
	}
}

// valueFollows reports whether an argument with a type or members comes next,
// to which a token just read belongs. It consumes the space before it.
func (p *argParser) valueFollows() bool {
	ahead := *p
	ahead.space()
	if ahead.pos == p.pos {
		return false
	}
	text, err := ahead.text()
	if err != nil || strings.ToUpper(text) == text || ahead.pos == len(p.src) ||
		strings.IndexByte("@({", p.src[ahead.pos]) < 0 {
		return false
	}
	p.space()
	return true
}

// text reads a bare or quoted word. A bare one ends at a mark or an ellipsis.
func (p *argParser) text() (string, error) {
	rest := p.src[p.pos:]
	if strings.HasPrefix(rest, `"`) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return "", fmt.Errorf("bad quoted word")
		}
		if len(quoted) == len(`""`) {
			return "", fmt.Errorf("empty word")
		}
		p.pos += len(quoted)
		return strconv.Unquote(quoted)
	}
	n := strings.IndexAny(rest, argMarks)
	if n < 0 {
		n = len(rest)
	}
	if dots := strings.Index(rest[:n], ellipsis); dots >= 0 {
		n = dots
	}
	if n == 0 {
		return "", fmt.Errorf("want a word")
	}
	p.pos += n
	return rest[:n], nil
}

// space skips white space.
func (p *argParser) space() {
	for p.pos < len(p.src) && strings.IndexByte(" \t\n", p.src[p.pos]) >= 0 {
		p.pos++
	}
}

// take consumes the mark when it comes next.
func (p *argParser) take(mark string) bool {
	if !strings.HasPrefix(p.src[p.pos:], mark) {
		return false
	}
	p.pos += len(mark)
	return true
}
