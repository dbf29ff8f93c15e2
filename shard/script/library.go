package script

import (
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/quote"
)

// Library is a library of functions. It does not change.
type Library struct {
	Name      string
	Code      string      // as it was loaded, first line and all
	Functions []*Function // by name

	proto    *lua.FunctionProto
	confined bool // its functions touch no key but those that a request declares
}

// Function is one function of a library. It does not change.
type Function struct {
	Name        string
	Description string
	Described   bool // there is a description
	Flags       Flags

	library *Library
}

// Libraries are all libraries of a server at one time. The value does not change; to
// load or delete one is to make another value.
type Libraries struct {
	byName    map[string]*Library
	functions map[string]*Function // by name in lower case
}

func newLibraries() *Libraries {
	return &Libraries{byName: map[string]*Library{}, functions: map[string]*Function{}}
}

// All returns the libraries in the order of their names.
func (l *Libraries) All() []*Library {
	return slices.SortedFunc(maps.Values(l.byName), func(a, b *Library) int { return strings.Compare(a.Name, b.Name) })
}

// Get returns the library of a name, or nil.
func (l *Libraries) Get(name string) *Library { return l.byName[name] }

// Function returns the function of a name, in any case, or nil.
func (l *Libraries) Function(name []byte) *Function {
	if f := l.functions[string(name)]; f != nil {
		return f
	}
	return l.functions[strings.ToLower(string(name))]
}

// Counts returns how many libraries and functions there are.
func (l *Libraries) Counts() (libraries, functions int) { return len(l.byName), len(l.functions) }

// Bytes returns what the texts of the libraries take.
func (l *Libraries) Bytes() (sum int64) {
	for _, lib := range l.byName {
		sum += int64(len(lib.Code))
	}
	return sum
}

// without returns the libraries without one.
func (l *Libraries) without(lib *Library) *Libraries {
	rest := &Libraries{byName: maps.Clone(l.byName), functions: maps.Clone(l.functions)}
	delete(rest.byName, lib.Name)
	for _, f := range lib.Functions {
		delete(rest.functions, strings.ToLower(f.Name))
	}
	return rest
}

// with returns the libraries with one more, in place of one of its name if replace is
// set, or the error for the client.
func (l *Libraries) with(lib *Library, replace bool) (*Libraries, string) {
	more := &Libraries{byName: maps.Clone(l.byName), functions: maps.Clone(l.functions)}
	if old := l.byName[lib.Name]; old != nil {
		if !replace {
			return nil, "ERR Library '" + lib.Name + "' already exists"
		}
		more = l.without(old)
	}
	for _, f := range lib.Functions {
		key := strings.ToLower(f.Name)
		if other := more.functions[key]; other != nil && other.library != lib {
			return nil, "ERR Function " + f.Name + " already exists"
		}
		more.functions[key] = f
	}
	more.byName[lib.Name] = lib
	return more, ""
}

// Libraries returns the libraries as they are now.
func (e *Engine) Libraries() *Libraries { return e.libraries.Load() }

// Recorder runs a change of the libraries where it is recorded, together with others in
// one order, if the change reports that there is something to record.
type Recorder func(change func() bool)

// AtOnce is the Recorder of changes that nobody records.
func AtOnce(change func() bool) { change() }

// LoadLibrary loads a library, in place of one of its name if replace is set, and
// returns its name, or the error for the client. What takes time is done before record.
func (e *Engine) LoadLibrary(code []byte, replace bool, record Recorder) (name, refusal string) {
	name, body, refusal := parseMetadata(string(code))
	if refusal != "" {
		return "", refusal
	}
	if !replace && e.libraries.Load().byName[name] != nil {
		return "", "ERR Library '" + name + "' already exists"
	}
	lib, refusal := e.makeLibrary(name, string(code), body)
	if refusal != "" {
		return "", refusal
	}
	record(func() bool {
		refusal = e.change(func(old *Libraries) (*Libraries, string) { return old.with(lib, replace) })
		return refusal == ""
	})
	if refusal != "" {
		return "", refusal
	}
	return name, ""
}

// change puts other libraries in the place of those that are there, or returns the error
// that keeps it from that.
func (e *Engine) change(to func(old *Libraries) (*Libraries, string)) (refusal string) {
	e.loading.Lock()
	defer e.loading.Unlock()
	libraries, refusal := to(e.libraries.Load())
	if refusal == "" {
		e.libraries.Store(libraries)
	}
	return refusal
}

// DeleteLibrary deletes a library and tells whether there was one of that name.
func (e *Engine) DeleteLibrary(name string) bool {
	e.loading.Lock()
	defer e.loading.Unlock()
	old := e.libraries.Load()
	lib := old.byName[name]
	if lib != nil {
		e.libraries.Store(old.without(lib))
	}
	return lib != nil
}

// FlushLibraries deletes all libraries.
func (e *Engine) FlushLibraries() {
	e.loading.Lock()
	e.libraries.Store(newLibraries())
	e.loading.Unlock()
	e.mu.Lock()
	e.calls = nil
	e.mu.Unlock()
}

// Policy says what becomes of the libraries that are there when others are restored.
type Policy uint8

// The policies of FUNCTION RESTORE.
const (
	Append  Policy = iota // they stay; one of the same name is an error
	Replace               // they stay, but for those of the same names
	Flush                 // they go
)

// RestoreLibraries loads libraries by their codes, all of them or none, and returns the
// error for the client, or "".
func (e *Engine) RestoreLibraries(codes [][]byte, policy Policy, record Recorder) (refusal string) {
	fresh := newLibraries()
	for _, code := range codes {
		name, body, refusal := parseMetadata(string(code))
		if refusal != "" {
			return refusal
		}
		lib, refusal := e.makeLibrary(name, string(code), body)
		if refusal != "" {
			return refusal
		}
		if fresh, refusal = fresh.with(lib, false); refusal != "" {
			return refusal
		}
	}
	record(func() bool {
		refusal = e.change(func(old *Libraries) (*Libraries, string) { return old.join(fresh, policy) })
		return refusal == ""
	})
	return refusal
}

// join returns the libraries with others, or the error for the client.
func (l *Libraries) join(fresh *Libraries, policy Policy) (all *Libraries, refusal string) {
	if policy == Flush {
		return fresh, ""
	}
	all = l
	for _, lib := range fresh.All() {
		if policy == Append && all.byName[lib.Name] != nil {
			return nil, "ERR Library " + lib.Name + " already exists"
		}
		if all, refusal = all.with(lib, policy == Replace); refusal != "" {
			return nil, refusal
		}
	}
	return all, ""
}

// parseMetadata reads the first line of a library's code.
func parseMetadata(code string) (name, body, refusal string) {
	line, body, ok := header(code)
	switch {
	case !ok:
		return "", "", errMetadataInvalid
	case line == "":
		return "", "", errMetadataMissing
	}
	words, ok := quote.Split(nil, []byte(line))
	if !ok || len(words) == 0 {
		return "", "", errMetadataInvalid
	}
	if engine := string(words[0][2:]); !strings.EqualFold(engine, "lua") {
		return "", "", "ERR Engine '" + engine + "' not found"
	}
	given := false
	for _, word := range words[1:] {
		value, found := cutFold(string(word), "name=")
		switch {
		case !found:
			return "", "", "ERR Invalid metadata value given: " + string(word)
		case given:
			return "", "", errNameTwice
		}
		name, given = value, true
	}
	switch {
	case !given:
		return "", "", errNameMissing
	case !validName(name):
		return "", "", errName
	}
	return name, body, ""
}

// cutFold is strings.CutPrefix without regard to case.
func cutFold(s, prefix string) (rest string, found bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// validName tells whether a library or function may have a name.
func validName(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return name != ""
}
