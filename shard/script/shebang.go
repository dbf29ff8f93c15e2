package script

import (
	"strings"

	"github.com/troupe-db/troupe/codec/quote"
)

// Flags say what a script may do, and when.
type Flags uint8

// The flags of the first line of a script, and of a function.
const (
	NoWrites   Flags = 1 << iota // it may call no command that writes
	AllowOOM                     // it may run when memory is above maxmemory
	AllowStale                   // it may run on a replica that has lost its primary
	NoCluster                    // it may not run in cluster mode
	CrossSlot                    // it may access keys of several slots
	Compat                       // there is no first line with flags: each call is looked at by itself
)

// flagNames are the words for the flags, in the order of their bits.
func flagNames() []string {
	return []string{"no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"}
}

// Names returns the words for the flags that are set.
func (f Flags) Names() []string {
	var names []string
	for i, name := range flagNames() {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// parseFlag returns the flag of a name, 0 if there is none.
func parseFlag(word string) Flags {
	for i, name := range flagNames() {
		if name == word {
			return 1 << i
		}
	}
	return 0
}

// header splits the first line that begins with #! from a body. In its place an empty
// line remains, so that lines keep their numbers. ok is false if the line has no end.
func header(body string) (line, code string, ok bool) {
	if !strings.HasPrefix(body, "#!") {
		return "", body, true
	}
	end := strings.IndexByte(body, '\n')
	if end < 0 {
		return "", "", false
	}
	return body[:end], body[end:], true
}

// parseShebang reads the flags in the first line of a script. refusal is an error text,
// or "".
func parseShebang(body string) (flags Flags, code, refusal string) {
	line, code, ok := header(body)
	switch {
	case !ok:
		return 0, "", "ERR Invalid script shebang"
	case line == "":
		return Compat, code, ""
	}
	words, ok := quote.Split(nil, []byte(line))
	if !ok || len(words) == 0 {
		return 0, "", "ERR Invalid engine in script shebang"
	}
	if string(words[0]) != "#!lua" {
		return 0, "", "ERR Unexpected engine in script shebang: " + string(words[0])
	}
	for _, word := range words[1:] {
		list, found := strings.CutPrefix(string(word), "flags=")
		if !found {
			return 0, "", "ERR Unknown lua shebang option: " + string(word)
		}
		if list == "" {
			continue
		}
		for name := range strings.SplitSeq(list, ",") {
			flag := parseFlag(name)
			if flag == 0 {
				return 0, "", "ERR Unexpected flag in script shebang: " + name
			}
			flags |= flag
		}
	}
	return flags, code, ""
}
