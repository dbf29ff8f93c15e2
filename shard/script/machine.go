package script

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/script/lualib"
)

// What a machine may take, in values.
const (
	registerFew  = 1 << 10
	registerMost = 1 << 18
	registerStep = 1 << 12
	frames       = 4096 // nested calls
	keepText     = 1 << 16
)

// machine is a Lua state that runs one script at a time. Nothing of a script stays in
// it but what cjson was told, as in Redis.
type machine struct {
	engine  *Engine
	L       *lua.LState
	lib     *lualib.Library
	meter   meter
	handler *lua.LFunction // notes where an error has arisen
	redis   *lua.LTable    // the global table

	// For functions: what was loaded, and where a library that is loading puts its own.
	loaded  map[*Library]map[string]*lua.LFunction
	loading func(d definition) string

	// Of the run at hand.
	run   *Run
	proto int // of the replies that the script works with: 2 or 3
	given int // bytes of its keys and arguments
	wrote bool

	// Memory for the calls of the script.
	args  [][]byte
	text  []byte
	reply resp.Writer

	// oks are tables {ok = "OK"}, most of what commands that write reply: the first
	// used of them were given to the run at hand. Making one costs more than such a
	// command, so a script's are taken back when it is over, as nothing of it is left.
	oks  []*lua.LTable
	used int
}

// oksMost is how many tables are taken back from one run.
const oksMost = 64

// okay returns a table {ok = "OK"}.
func (m *machine) okay() *lua.LTable {
	if m.used < len(m.oks) {
		m.used++
		return m.oks[m.used-1]
	}
	t := m.L.CreateTable(0, 1)
	t.RawSetString("ok", lua.LString("OK"))
	if len(m.oks) < oksMost && m.run.function == nil {
		m.oks = append(m.oks, t)
		m.used = len(m.oks)
	}
	return t
}

// takeBack makes the tables that were given to a run ready for the next, but for those
// that it has changed.
func (m *machine) takeBack() {
	kept := m.oks[:0]
	for i, t := range m.oks {
		if i < m.used {
			key, value := t.Next(lua.LNil)
			if key != lua.LString("ok") || value != lua.LString("OK") || t.Metatable != lua.LNil {
				continue
			}
			if more, _ := t.Next(key); more != lua.LNil {
				continue
			}
		}
		kept = append(kept, t)
	}
	clear(m.oks[len(kept):])
	m.oks, m.used = kept, 0
}

// newMachine makes a machine without the table redis.
func newMachine(e *Engine) *machine {
	m := &machine{engine: e}
	m.L = lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: frames, MinimizeStackMemory: true,
		RegistrySize: registerFew, RegistryMaxSize: registerMost, RegistryGrowStep: registerStep,
	})
	m.lib = lualib.Open(m.L, &lualib.Limits{Grow: m.grow})
	m.handler = m.L.NewFunction(m.locate)
	m.meter.machine = m
	m.L.SetContext(&m.meter)
	return m
}

// Unprotected returns the table behind one that scripts cannot write to.
func (m *machine) Unprotected(t *lua.LTable) *lua.LTable {
	if meta, ok := t.Metatable.(*lua.LTable); ok {
		if behind, ok := meta.RawGetString("__index").(*lua.LTable); ok && m.lib.Protect(behind) == t {
			return behind
		}
	}
	return t
}

// strings returns an array of texts.
func (m *machine) strings(texts [][]byte) *lua.LTable {
	t := m.L.CreateTable(len(texts), 0)
	for _, text := range texts {
		m.given += len(text)
		t.Append(lua.LString(text))
	}
	return t
}

// begin readies the machine for a run.
func (m *machine) begin(r *Run) {
	m.run, m.proto, m.wrote, m.given = r, 2, false, 0
	m.lib.Reset()
	m.meter.begin()
}

// end forgets the run, and what it has left behind.
func (m *machine) end() {
	if m.used > 0 {
		m.takeBack()
	}
	m.run = nil
	m.L.SetTop(0)
	if !m.meter.began.IsZero() || m.meter.taken > 0 || m.given > keepText {
		m.scrub()
	}
	clear(m.args)
	if cap(m.text) > keepText {
		m.text = nil
	}
	if cap(m.reply.Buf) > keepText {
		m.reply.Buf = nil
	}
}

// scrub forgets the values that the registers still name, and the arguments. A script
// that was brief and took little leaves little, which the next one writes over.
func (m *machine) scrub() {
	m.L.SetTop(registerFew / 2)
	m.L.SetTop(0)
	m.lib.SetGlobal("KEYS", lua.LNil)
	m.lib.SetGlobal("ARGV", lua.LNil)
}

// worn tells whether a run may have left more than scrub can forget: a machine costs
// little beside what such a run has cost.
func (m *machine) worn() bool { return m.meter.looked > weigh }

// locate is what a failing script calls with what it has raised: it makes a table of
// it that tells where.
func (m *machine) locate(L *lua.LState) int {
	value := lualib.ErrorValue(&lua.ApiError{Object: L.Get(1)})
	if m.meter.reason != nil {
		value = lua.LString(m.meter.reason.Error())
	}
	table, ok := value.(*lua.LTable)
	if ok {
		table = m.Unprotected(table)
	} else {
		table = L.CreateTable(0, 3)
		text := "(error object is not a string)"
		if s, ok := value.(lua.LString); ok {
			text = string(s)
		} else if n, ok := value.(lua.LNumber); ok {
			text = lualib.Text(n)
		} else if value == lua.LNil {
			text = "nil"
		}
		table.RawSetString("err", lua.LString("ERR "+text))
	}
	for level := 1; level <= 2; level++ {
		if dbg, ok := L.GetStack(level); ok {
			if _, err := L.GetInfo("Sl", dbg, lua.LNil); err == nil && dbg.Source != "" {
				table.RawSetString("source", lua.LString("@"+dbg.Source))
				table.RawSetString("line", lua.LNumber(dbg.CurrentLine))
				break
			}
		}
	}
	L.Push(table)
	return 1
}
