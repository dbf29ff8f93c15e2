package command

import "strings"

// Usage writes the arguments the way a person reads them:
//
//	key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]
func Usage(args []Arg) string {
	var b strings.Builder
	writeUsage(&b, args, " ")
	return b.String()
}

func writeUsage(b *strings.Builder, args []Arg, separator string) {
	for i := range args {
		if i > 0 {
			b.WriteString(separator)
		}
		args[i].write(b)
	}
}

// write adds one argument, in brackets when it is optional, and once more when
// it may be repeated.
func (a *Arg) write(b *strings.Builder) {
	if a.Optional {
		b.WriteByte('[')
		defer b.WriteByte(']')
	}
	if a.Type == ArgPureToken {
		b.WriteString(a.Token)
		return
	}
	a.writeToken(b)
	a.writeValue(b)
	if a.Multiple {
		b.WriteString(" [")
		if a.MultipleToken {
			a.writeToken(b)
		}
		a.writeValue(b)
		b.WriteString(" ...]")
	}
}

func (a *Arg) writeToken(b *strings.Builder) {
	if a.Token != "" {
		b.WriteString(a.Token)
		b.WriteByte(' ')
	}
}

// writeValue adds the name of a value or the members of a group. Alternatives
// that are neither optional nor alone get angle brackets.
func (a *Arg) writeValue(b *strings.Builder) {
	switch {
	case a.Type == ArgBlock:
		writeUsage(b, a.Args, " ")
	case a.Type != ArgOneOf:
		b.WriteString(a.Name)
	case a.Optional && a.Token == "" && !a.Multiple:
		writeUsage(b, a.Args, " | ")
	default:
		b.WriteByte('<')
		writeUsage(b, a.Args, " | ")
		b.WriteByte('>')
	}
}
