package script

import (
	"errors"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/shard/script/lualib"
)

// loadTime is how long the code of a library may take when it is loaded.
const loadTime = 500 * time.Millisecond

// definition is what redis.register_function was told.
type definition struct {
	function Function
	callback *lua.LFunction
}

// makeLibrary compiles the code of a library and lets it register its functions, or
// returns the error for the client. Nothing else is there for it to use then.
func (e *Engine) makeLibrary(name, code, body string) (*Library, string) {
	if len(body) > bodyMost {
		return nil, "ERR Error compiling function: " + errMemory
	}
	proto, err := lualib.Compile(body, chunkFunction)
	if err != nil {
		return nil, "ERR Error compiling function: " + err.Error()
	}
	lib := &Library{Name: name, Code: code, proto: proto, confined: confined(body, e.known, true)}
	m := newMachine(e)
	m.bare()
	m.loading = func(d definition) string {
		f := d.function
		if slices.ContainsFunc(lib.Functions, func(known *Function) bool { return known.Name == f.Name }) {
			return errRegisterTwice
		}
		f.library = lib
		lib.Functions = append(lib.Functions, &f)
		return ""
	}
	if err := m.load(lib); err != nil {
		return nil, "ERR Error registering functions: " + loadFailure(err)
	}
	if len(lib.Functions) == 0 {
		return nil, errNoFunctions
	}
	return lib, ""
}

// loadFailure returns what a library has failed with.
func loadFailure(err error) string {
	switch v := lualib.ErrorValue(err).(type) {
	case lua.LString:
		return "ERR " + string(v)
	case *lua.LTable:
		if text, ok := v.RawGetString("err").(lua.LString); ok {
			return string(text)
		}
	}
	return errNoText
}

// load runs the code of a library.
func (m *machine) load(lib *Library) error {
	m.meter.begin()
	m.meter.deadline = time.Now().Add(loadTime)
	m.L.Push(m.lib.Load(lib.proto))
	err := m.L.PCall(0, 0, nil)
	if reason := m.meter.reason; err != nil && reason != nil {
		err = reason
	}
	return err
}

// bare takes every global away but a table redis that has what libraries may use while
// they are loaded.
func (m *machine) bare() {
	if globals, ok := m.L.GetGlobal("_G").(*lua.LTable); ok {
		var names []string
		m.Unprotected(globals).ForEach(func(name, _ lua.LValue) { names = append(names, name.String()) })
		for _, name := range names {
			m.lib.SetGlobal(name, lua.LNil)
		}
	}
	t := m.redisTable()
	m.fill(t, "register_function", m.register)
	meta := m.L.CreateTable(0, 1)
	m.fill(meta, "__index", missing)
	t.Metatable = meta
	m.lib.SetGlobal("redis", m.lib.Protect(t))
}

// missing is what looking up a field of redis does that is not there yet.
func missing(L *lua.LState) int {
	L.RaiseError("Script attempted to access nonexistent global variable '%s'", lua.LVAsString(L.Get(2)))
	return 0
}

// callback returns what a function is in this machine, whose library is loaded if it
// was not.
func (m *machine) callback(f *Function) (*lua.LFunction, error) {
	if fn := m.loaded[f.library][f.Name]; fn != nil {
		return fn, nil
	}
	m.forgetLibraries()
	callbacks := map[string]*lua.LFunction{}
	m.loading = func(d definition) string {
		callbacks[d.function.Name] = d.callback
		return ""
	}
	run := m.run
	m.run = nil
	m.fill(m.redis, "register_function", m.register)
	err := m.load(f.library)
	m.redis.RawSetString("register_function", lua.LNil)
	m.meter.begin()
	m.run = run
	switch {
	case err != nil:
		return nil, err
	case callbacks[f.Name] == nil:
		return nil, errors.New(ErrNoFunction)
	}
	m.loaded[f.library] = callbacks
	return callbacks[f.Name], nil
}

// forgetLibraries forgets what was loaded of libraries that are no more.
func (m *machine) forgetLibraries() {
	if m.loaded == nil {
		m.loaded = map[*Library]map[string]*lua.LFunction{}
	}
	now := m.engine.libraries.Load()
	for lib := range m.loaded {
		if now.byName[lib.Name] != lib {
			delete(m.loaded, lib)
		}
	}
}

// register is redis.register_function, with a name and a function or with a table.
func (m *machine) register(L *lua.LState) int {
	var d definition
	var refusal string
	switch n := L.GetTop(); {
	case n < 1 || n > 2:
		refusal = errRegisterWords
	case n == 1:
		if t, ok := L.Get(1).(*lua.LTable); ok {
			d, refusal = m.named(t)
		} else {
			refusal = errRegisterSingle
		}
	default:
		d, refusal = positional(L.Get(1), L.Get(2))
	}
	if refusal == "" && !validName(d.function.Name) {
		refusal = errName
	}
	if refusal == "" {
		refusal = m.loading(d)
	}
	if refusal != "" {
		raise(L, refusal)
	}
	return 0
}

func positional(name, callback lua.LValue) (d definition, refusal string) {
	text, ok := textOf(name)
	if !ok {
		return d, errRegisterFirst
	}
	fn, ok := callback.(*lua.LFunction)
	if !ok {
		return d, errRegisterSecond
	}
	return definition{Function{Name: text}, fn}, ""
}

// textOf returns a string, or a number as text.
func textOf(v lua.LValue) (string, bool) {
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return lua.LVAsString(v), true
	}
	return "", false
}

// named reads the arguments of redis.register_function from a table.
func (m *machine) named(t *lua.LTable) (d definition, refusal string) {
	t = m.Unprotected(t)
	given := false
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		name, ok := textOf(key)
		if !ok {
			return d, errRegisterKey
		}
		switch strings.ToLower(name) {
		case "function_name":
			if d.function.Name, given = textOf(v); !given {
				return d, errRegisterFirst
			}
		case "description":
			if d.function.Description, d.function.Described = textOf(v); !d.function.Described {
				return d, errRegisterFirst
			}
		case "callback":
			if d.callback, ok = v.(*lua.LFunction); !ok {
				return d, errRegisterType
			}
		case "flags":
			list, isTable := v.(*lua.LTable)
			if !isTable {
				return d, errRegisterFlags
			}
			if d.function.Flags, ok = m.flagsOf(list); !ok {
				return d, errRegisterFlag
			}
		default:
			return d, errRegisterUnknown
		}
	}
	switch {
	case !given:
		return d, errRegisterName
	case d.callback == nil:
		return d, errRegisterNone
	}
	return d, ""
}

// flagsOf reads an array of flags, up to the first nil.
func (m *machine) flagsOf(list *lua.LTable) (flags Flags, ok bool) {
	list = m.Unprotected(list)
	for i := 1; list.RawGetInt(i) != lua.LNil; i++ {
		word, isText := list.RawGetInt(i).(lua.LString)
		flag := parseFlag(string(word))
		if !isText || flag == 0 {
			return 0, false
		}
		flags |= flag
	}
	return flags, true
}
