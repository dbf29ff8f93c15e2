package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

const (
	// maxResumed is how many coroutines may wait for one another: each takes a
	// part of the goroutine's stack.
	maxResumed = 190

	// coroutineRegisters is how many registers a coroutine has at first.
	coroutineRegisters = 256

	// innerFrames is how many calls an inner thread can nest at least.
	innerFrames = 200

	textCStack = "C stack overflow"
	textYield  = "attempt to yield across metamethod/C-call boundary"
)

func (lib *Library) coroutineFunctions() functions {
	return functions{
		"create": lib.coCreate, "resume": lib.coResume, "running": lib.coRunning,
		"status": lib.coStatus, "wrap": lib.coWrap, "yield": coYield,
	}
}

// newThread makes a coroutine of the function that is the first argument.
func (lib *Library) newThread(L *lua.LState) lua.LValue {
	if fn, ok := L.Get(1).(*lua.LFunction); !ok || fn.IsG {
		badArgument(L, 1, "Lua function expected")
	}
	lib.coroutines++
	if lib.coroutines > lib.limits.MaxCoroutines {
		raiseBare(L, textMemory)
	}
	L.SetTop(1)
	lib.small(L, func() { lib.parts.create(L) })
	made := L.Get(-1)
	if thread, ok := made.(*lua.LState); ok {
		follow(thread, L)
	}
	return made
}

// small runs what makes a thread so that it begins small, whatever the host gave
// the main one, and has no context yet: one made for it would have to be ended.
// Inner threads may nest calls less deep, since all of them share the goroutine's
// stack.
func (lib *Library) small(L *lua.LState, create func()) {
	options, ctx := L.Options, L.Context()
	if ctx != nil {
		L.RemoveContext()
	}
	main := lib.state.Options
	L.Options.MinimizeStackMemory = true
	L.Options.CallStackSize = main.CallStackSize
	if lib.resumed > 1 {
		L.Options.CallStackSize = max(main.CallStackSize/8, innerFrames)
	}
	L.Options.RegistrySize = coroutineRegisters
	L.Options.RegistryMaxSize = max(main.RegistryMaxSize, main.RegistrySize)
	L.Options.RegistryGrowStep = coroutineRegisters
	create()
	L.Options = options
	if ctx != nil {
		L.SetContext(ctx)
	}
}

func (lib *Library) coCreate(L *lua.LState) int {
	lib.newThread(L)
	return 1
}

// threadArg returns an argument that must be a coroutine.
func threadArg(L *lua.LState, n int) *lua.LState {
	thread, ok := L.Get(n).(*lua.LState)
	if !ok {
		badArgument(L, n, "coroutine expected")
	}
	return thread
}

func (lib *Library) coResume(L *lua.LState) int {
	return lib.resume(L, threadArg(L, 1))
}

// resume runs the coroutine that is the first argument until it yields, returns
// or fails, and pushes what coroutine.resume returns.
func (lib *Library) resume(L *lua.LState, thread *lua.LState) int {
	if status := lib.statusOf(L, thread); status != "suspended" {
		return failed(L, "cannot resume "+status+" coroutine")
	}
	if lib.resumed >= maxResumed {
		return failed(L, textCStack)
	}
	lib.resumed++
	before := L.G.CurrentThread
	defer func() {
		lib.resumed--
		L.G.CurrentThread = before
	}()
	n := lib.parts.resume(L)
	first := L.GetTop() - n + 1
	if n == 2 && L.Get(first) == lua.LFalse {
		L.Replace(first+1, Plain(L.Get(first+1)))
	}
	return n
}

func failed(L *lua.LState, text string) int {
	L.Push(lua.LFalse)
	L.Push(lua.LString(text))
	return 2
}

func (lib *Library) coWrap(L *lua.LState) int {
	L.Push(L.NewClosure(lib.resumeWrapped, lib.newThread(L)))
	return 1
}

// resumeWrapped is what coroutine.wrap returns: errors go on to the caller.
func (lib *Library) resumeWrapped(L *lua.LState) int {
	thread, ok := L.Get(lua.UpvalueIndex(1)).(*lua.LState)
	if !ok {
		return 0
	}
	L.Insert(thread, 1)
	n := lib.resume(L, thread)
	first := L.GetTop() - n + 1
	if L.Get(first) != lua.LFalse {
		return n - 1
	}
	value := L.Get(first + 1)
	if text, ok := asString(value); ok {
		value = lua.LString(where(L, 1) + text)
	}
	L.Error(value, 0)
	return 0
}

func (lib *Library) coRunning(L *lua.LState) int {
	L.SetTop(0)
	if running := lib.running(L); running == lib.state {
		L.Push(lua.LNil)
	} else {
		L.Push(running)
	}
	return 1
}

func (lib *Library) coStatus(L *lua.LState) int {
	L.Push(lua.LString(lib.statusOf(L, threadArg(L, 1))))
	return 1
}

// running returns the coroutine that runs; the main thread if none does. Threads of
// protected calls do not count.
func (lib *Library) running(L *lua.LState) *lua.LState {
	if running := L.G.CurrentThread; running != nil {
		return running
	}
	return lib.state
}

// statusOf tells the state of a coroutine as seen from the running one. One that
// has resumed another has a parent as long as it waits.
func (lib *Library) statusOf(L *lua.LState, thread *lua.LState) string {
	switch {
	case thread == lib.running(L):
		return "running"
	case thread.Dead:
		return "dead"
	case thread.Parent != nil || thread == lib.state:
		return "normal"
	}
	return "suspended"
}

// coYield gives its arguments to whoever resumed the coroutine. There must be no
// function of Go between: its frames cannot be left and entered again.
func coYield(L *lua.LState) int {
	if L.Parent == nil {
		raiseBare(L, textYield)
	}
	for level := 1; ; level++ {
		dbg, ok := L.GetStack(level)
		if !ok {
			return -1
		}
		if calledByVM(L, dbg) {
			raiseBare(L, textYield)
		}
	}
}

// calledByVM tells whether a frame runs Go, or was called by an instruction that
// is no call: a metamethod, or an iterator of a for statement.
func calledByVM(L *lua.LState, dbg *lua.Debug) bool {
	value, err := L.GetInfo("fnS", dbg, lua.LNil)
	if err != nil {
		return true
	}
	if fn, ok := value.(*lua.LFunction); !ok || fn.IsG {
		return true
	}
	// A frame that no call has named has a name made of the place of the function.
	return dbg.What != "tail" && dbg.Name != "" && dbg.Name[0] == '<'
}
