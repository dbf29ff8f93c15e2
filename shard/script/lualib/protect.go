package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// ErrorValue returns what a failed call has raised: the value that pcall would
// give a script, with texts in the words of Lua in C. For what is no error of the
// VM it is the text of err.
func ErrorValue(err error) lua.LValue {
	failure, ok := err.(*lua.ApiError)
	if !ok {
		return lua.LString(err.Error())
	}
	return Plain(failure.Object)
}

// Plain turns a value that was raised into what a script would see of it: texts of
// the VM into the words of Lua in C. A function that handles errors for PCall
// needs it; ErrorValue has done it.
func Plain(raised lua.LValue) lua.LValue {
	switch v := raised.(type) {
	case nil:
		return lua.LNil
	case lua.LString:
		return lua.LString(plainWords(string(v)))
	}
	return raised
}

// Text returns a value as tostring shows it, but that metamethods are not asked.
func Text(value lua.LValue) string { return describe(value) }

// pcall is that of Redis: of an error that is a table with a field err it gives
// the script that text; one without gets the missing field behind it.
func (lib *Library) pcall(L *lua.LState) int {
	if L.GetTop() == 0 {
		return failed(L, "attempt to call a boolean value")
	}
	callee := L.Get(1)
	if _, ok := callee.(*lua.LFunction); !ok && metamethod(L, callee, "__call") == lua.LNil {
		return failed(L, "attempt to call a "+typeName(callee)+" value")
	}
	n, err := lib.apart(L, L.GetTop(), nil)
	if err == nil {
		return n
	}
	value := ErrorValue(err)
	L.Push(lua.LFalse)
	table, ok := value.(*lua.LTable)
	if !ok {
		L.Push(value)
		return 2
	}
	text := L.GetField(table, "err")
	if _, ok := asString(text); ok {
		L.Push(text)
		return 2
	}
	L.Push(table)
	L.Push(text)
	return 3
}

const textErrorInError = "error in error handling"

func (lib *Library) xpcall(L *lua.LState) int {
	anyArg(L, 2)
	handler := L.Get(2)
	n, err := lib.apart(L, 1, L.NewFunction(func(L *lua.LState) int {
		value := Plain(L.Get(1))
		L.Push(handler)
		L.Push(value)
		if _, ok := handler.(*lua.LFunction); !ok || L.PCall(1, 1, nil) != nil {
			L.Push(lua.LString(textErrorInError))
		}
		return 1
	}))
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(ErrorValue(err))
		return 2
	}
	return n
}

// apart calls a function that stands before its arguments at the bottom of the
// stack, and pushes true and its results.
//
// It does so in a thread of its own. When the machine raises an error it takes all
// local variables of the thread away from the functions that share them, those of
// functions that go on after the error too: such a variable would be two from then
// on. In a thread of its own there are only functions that end.
func (lib *Library) apart(L *lua.LState, size int, handler *lua.LFunction) (n int, err error) {
	if lib.resumed >= maxResumed {
		return 0, &lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString(textCStack)}
	}
	thread := lib.thread(L)
	for i := 1; i <= size; i++ {
		thread.Push(L.Get(i))
	}
	if handler != nil {
		handler = closing(thread, handler)
	}
	lib.resumed++
	err = thread.PCall(size-1, lua.MultRet, handler)
	lib.resumed--
	if err != nil {
		if failure, ok := err.(*lua.ApiError); !ok || failure.Type == lua.ApiErrorPanic {
			lib.threads[lib.resumed] = nil // what is left of it cannot be relied on
		}
		return 0, err
	}
	n = thread.GetTop()
	L.SetTop(0)
	L.Push(lua.LTrue)
	thread.XMoveTo(L, n)
	return n + 1, nil
}

// closing makes a handler that also ends the sharing of the failed functions'
// variables. The machine does that by itself when there is no handler, as when the
// error of this one's own is raised.
func closing(L *lua.LState, handler *lua.LFunction) *lua.LFunction {
	fail := L.NewFunction(func(L *lua.LState) int {
		raiseBare(L, "")
		return 0
	})
	return L.NewFunction(func(L *lua.LState) int {
		L.Insert(handler, 1)
		L.SetTop(2)
		L.Call(1, 1)
		L.Push(fail)
		if err := L.PCall(0, 0, nil); err == nil {
			return 0
		}
		return 1
	})
}

// thread returns an empty thread for a call that is so many others deep. There is
// one for each depth, which calls share in turn.
func (lib *Library) thread(L *lua.LState) *lua.LState {
	for len(lib.threads) <= lib.resumed {
		lib.threads = append(lib.threads, nil)
	}
	thread := lib.threads[lib.resumed]
	if thread == nil {
		lib.small(L, func() { thread, _ = L.NewThread() })
		lib.threads[lib.resumed] = thread
	}
	thread.SetTop(0)
	follow(thread, L)
	return thread
}

// follow gives a thread the context of another.
func follow(thread, L *lua.LState) {
	if ctx := L.Context(); ctx != nil {
		thread.SetContext(ctx)
	} else if thread.Context() != nil {
		thread.RemoveContext()
	}
}

// phrase is a text of gopher-lua's VM and what Lua in C says.
type phrase struct{ begins, instead string }

// phrases are the texts that the VM raises by itself. The library keeps most
// others from arising: see openTypes and the compiler.
var phrases = []phrase{
	{"attempt to call a non-function object", "attempt to call a table value"},
	{"__unm undefined", "attempt to perform arithmetic on a table value"},
	{"__len undefined", "attempt to get length of a userdata value"},
	{"registry overflow", "stack overflow"},
	{"lua callstack overflow", "stack overflow"},
	{"too many recursions in gettable", "loop in gettable"},
	{"too many recursions in settable", "loop in settable"},
}

// plainWords turns a text of gopher-lua's VM into that of Lua in C. Other texts
// stay as they are.
func plainWords(text string) string {
	place, message := splitPlace(text)
	for _, p := range phrases {
		if message == p.begins {
			return place + p.instead
		}
	}
	if operands, ok := strings.CutPrefix(message, "attempt to compare "); ok {
		if a, b, ok := strings.Cut(operands, " with "); ok && a == b {
			return place + "attempt to compare two " + a + " values"
		}
	}
	if operation, ok := strings.CutPrefix(message, "cannot perform "); ok {
		if _, operands, ok := strings.Cut(operation, " operation between "); ok {
			culprit, other, _ := strings.Cut(operands, " and ")
			if culprit == "number" {
				culprit = other
			}
			return place + "attempt to perform arithmetic on a " + culprit + " value"
		}
	}
	return text
}

// splitPlace parts a text after "name:line: ", if it begins so.
func splitPlace(text string) (place, message string) {
	name := strings.IndexByte(text, ':')
	if name < 0 {
		return "", text
	}
	end := name + 1
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end == name+1 || !strings.HasPrefix(text[end:], ": ") {
		return "", text
	}
	return text[:end+2], text[end+2:]
}
