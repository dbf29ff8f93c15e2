package command

import (
	"errors"
	"math/bits"
)

// ErrKeys is returned by AppendKeys when the arguments do not lead to keys: a
// count that is no number, a range that ends beyond the last argument, a
// keyword that is missing.
var ErrKeys = errors.New("command: arguments do not satisfy the key specs")

// KeyFlags say what a command does with a key. The first four are exclusive.
type KeyFlags uint16

// The key flags, in the order in which COMMAND INFO lists them.
const (
	KeyRO         KeyFlags = 1 << iota // reads the value or the metadata, changes neither
	KeyRW                              // changes the value that is there
	KeyOW                              // overwrites the value without looking at it
	KeyRM                              // removes the key
	KeyAccess                          // returns, copies or otherwise uses the user's data
	KeyUpdate                          // changes the user's data
	KeyInsert                          // adds data, changes none
	KeyDelete                          // deletes some of the content
	KeyNotKey                          // not a key, but hashed to a slot like one
	KeyIncomplete                      // the spec may miss keys
	KeyVariable                        // the flags depend on the arguments
	keyFlagsEnd
)

var keyFlagNames = [...]string{
	"RO", "RW", "OW", "RM", "access", "update", "insert", "delete",
	"not_key", "incomplete", "variable_flags",
}

// Names returns the flags' names as COMMAND INFO spells them, in its order.
func (f KeyFlags) Names() []string {
	names := make([]string, 0, bits.OnesCount16(uint16(f)))
	for i, name := range keyFlagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// KeyRef is one key of a request.
type KeyRef struct {
	Index int // position in the request, the command's name is 0
	Flags KeyFlags
}

// Extractor finds the keys of a request where a KeySpec cannot. It appends
// them to dst in the order of the arguments, and must accept any arguments.
type Extractor func(dst []KeyRef, args [][]byte) ([]KeyRef, error)

// KeySpec describes where some of a command's keys stand: first where to begin
// the search, then how to find keys from there. Build one with KeyAt, KeyRange,
// KeyNum or KeyUnknown; change its beginning with After.
type KeySpec struct {
	Flags KeyFlags
	Notes string // what the flags cannot say; shown by COMMAND INFO
	Begin KeyBegin
	Find  KeyFind
	// Unknown marks keys that neither half can find: those SORT makes of values,
	// for one. Begin and Find mean nothing then; what can be found, Spec.Extract
	// finds.
	Unknown bool
}

// KeyBegin is where the search begins: at a fixed position, or after a keyword.
type KeyBegin struct {
	Index   int    // position, when Keyword is empty
	Keyword string // upper case; the search begins at the argument behind it
	// From is where the keyword is looked for: forward from a position > 0,
	// backward from the end for < 0 (-1 is the last argument).
	From int
}

// KeyFind is how keys are found from the beginning on: as a range, or, when
// Counted is set, behind an argument that says how many there are.
type KeyFind struct {
	// Last is the last key, relative to the beginning for >= 0, and to the end
	// of the request for < 0 (-1 is the last argument).
	Last int
	// Step is the distance between two keys, at least 1.
	Step int
	// Limit > 1 leaves all but 1/Limit of the remaining arguments out. Only
	// with Last == -1.
	Limit int
	// Counted makes Num the position of the number of keys and First the
	// position of the first, both relative to the beginning.
	Counted    bool
	Num, First int
}

// KeyAt is one key at a fixed position.
func KeyAt(index int, flags KeyFlags) KeySpec {
	return KeyRange(index, 0, 1, flags)
}

// KeyRange is the keys from first on, one every step arguments, to last: an
// offset from first when last >= 0, a position from the end when last < 0.
func KeyRange(first, last, step int, flags KeyFlags) KeySpec {
	return KeySpec{
		Flags: flags,
		Begin: KeyBegin{Index: first},
		Find:  KeyFind{Last: last, Step: step},
	}
}

// KeyNum is an argument at index that holds a number of keys, with the keys
// right behind it.
func KeyNum(index int, flags KeyFlags) KeySpec {
	return KeySpec{
		Flags: flags,
		Begin: KeyBegin{Index: index},
		Find:  KeyFind{Step: 1, Counted: true, First: 1},
	}
}

// KeyUnknown is keys whose place no spec can tell.
func KeyUnknown(flags KeyFlags) KeySpec { return KeySpec{Flags: flags, Unknown: true} }

// After returns the spec with its beginning moved behind a keyword, which is
// looked for from position from on (see KeyBegin.From).
func (k KeySpec) After(keyword string, from int) KeySpec {
	k.Begin = KeyBegin{Keyword: keyword, From: from}
	return k
}

// Noted returns the spec with a remark.
func (k KeySpec) Noted(notes string) KeySpec {
	k.Notes = notes
	return k
}

// HasKeys reports whether the command can have keys at all.
func (s *Spec) HasKeys() bool {
	if s.Extract != nil {
		return true
	}
	for i := range s.Keys {
		if s.Keys[i].Flags&KeyNotKey == 0 {
			return true
		}
	}
	return false
}

// FirstKey returns the position of the command's key when every legal request
// has exactly one key and always there, as GET and LPUSH do; 0 otherwise. It is
// the router's short cut around AppendKeys.
func (s *Spec) FirstKey() int {
	if len(s.Keys) != 1 {
		return 0
	}
	k := &s.Keys[0]
	if !k.plain() || k.Find.Last != 0 ||
		k.Flags&(KeyNotKey|KeyIncomplete) != 0 || k.Begin.Index >= max(s.Arity, -s.Arity) {
		return 0
	}
	return k.Begin.Index
}

// AppendKeys appends the keys of a request to dst, in the order of the specs,
// and returns the longer slice. args[0] is the command's name. A command
// without keys appends none. On ErrKeys dst comes back as it was. It allocates
// only when dst has no room.
//
// Complexity: O(K) for K keys, plus O(N) arguments for a spec with a keyword.
func (s *Spec) AppendKeys(dst []KeyRef, args [][]byte) ([]KeyRef, error) {
	if s.Extract != nil {
		return s.Extract(dst, args)
	}
	n := len(dst)
	for i := range s.Keys {
		k := &s.Keys[i]
		if k.Flags&KeyNotKey != 0 {
			continue
		}
		first, last, ok := k.bounds(args)
		if !ok {
			return dst[:n], ErrKeys
		}
		for pos := first; pos <= last; pos += k.Find.Step {
			dst = append(dst, KeyRef{Index: pos, Flags: k.Flags})
		}
	}
	return dst, nil
}

// bounds returns the positions of the spec's first and last key in args.
// When ok, 0 <= first <= last < len(args).
func (k *KeySpec) bounds(args [][]byte) (first, last int, ok bool) {
	begin := k.Begin.Index
	if k.Begin.Keyword != "" {
		if begin = k.Begin.find(args); begin == 0 {
			return 0, 0, false
		}
	}
	switch f := &k.Find; {
	case f.Counted:
		at := begin + f.Num
		if at >= len(args) {
			return 0, 0, false
		}
		n, valid := parseCount(args[at], len(args))
		if !valid {
			return 0, 0, false
		}
		first = begin + f.First
		last = first + (n-1)*f.Step
	case f.Last >= 0:
		first, last = begin, begin+f.Last
	case f.Limit > 1:
		first, last = begin, begin+(len(args)-begin)/f.Limit+f.Last
	default:
		first, last = begin, len(args)+f.Last
	}
	return first, last, first >= 0 && first <= last && last < len(args)
}

// find returns the position behind the keyword, or 0 when it is not there.
func (b *KeyBegin) find(args [][]byte) int {
	i, end, step := b.From, len(args)-1, 1
	if b.From < 0 {
		i, end, step = len(args)+b.From, 1, -1
	}
	for ; i > 0 && i < len(args) && i != end; i += step {
		if EqualFold(args[i], b.Keyword) {
			return i + 1
		}
	}
	return 0
}

// parseCount reads a number of keys as leniently as C's atoi, which Redis falls
// back to: a sign and digits, whatever follows. That a count is written badly is
// for the command to say; here it matters that nothing above limit is believed.
func parseCount(arg []byte, limit int) (int, bool) {
	if len(arg) > 0 && arg[0] == '+' {
		arg = arg[1:]
	}
	n := 0
	for _, c := range arg {
		if c < '0' || c > '9' {
			break
		}
		if n = n*10 + int(c-'0'); n > limit {
			return 0, false
		}
	}
	return n, n > 0
}

// Range returns the positions of the first and last key and their distance,
// as far as one triple can say it: the form that COMMAND used before there were
// key specs. A negative last counts from the end. All three are 0 for a command
// without keys and for one whose keys stand behind a keyword or a count.
func (s *Spec) Range() (first, last, step int) {
	first, last, step, _ = s.legacyRange()
	return first, last, step
}

// legacyRange joins the specs that stand next to each other into one range, and
// reports whether that range may miss keys: the MovableKeys flag.
func (s *Spec) legacyRange() (first, last, step int, movable bool) {
	if len(s.Keys) == 1 && s.Keys[0].plain() {
		k := &s.Keys[0]
		return k.Begin.Index, k.last(), k.Find.Step, k.Flags&KeyIncomplete != 0
	}
	for i := range s.Keys {
		k := &s.Keys[i]
		movable = movable || k.Flags&KeyIncomplete != 0
		if !k.plain() || k.Find.Step != 1 || last != 0 && last != k.Begin.Index-1 {
			movable = true
			continue
		}
		if first == 0 || k.Begin.Index < first {
			first = k.Begin.Index
		}
		if last >= 0 && (k.last() < 0 || k.last() > last) {
			last = k.last()
		}
		step = 1
	}
	return first, last, step, movable
}

// plain reports whether the spec is a range from a fixed position.
func (k *KeySpec) plain() bool { return k.Begin.Keyword == "" && !k.Find.Counted && !k.Unknown }

// last is the position of a plain spec's last key, negative from the end.
func (k *KeySpec) last() int {
	if k.Find.Last >= 0 {
		return k.Begin.Index + k.Find.Last
	}
	return k.Find.Last
}
