package lualib

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// Compile compiles a script. The name is that of a chunk in Lua: "@user_script" or
// "=user_script" is shown as user_script in error texts, anything else as source
// text. What it returns may be shared by any number of states and goroutines.
func Compile(source, name string) (*lua.FunctionProto, error) {
	shown := chunkName(name)
	chunk, p, err := parse(source, shown)
	if err != nil {
		return nil, err
	}
	names := p.resolve()
	proto, err := lua.Compile(chunk, shown)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: function or expression too complex (%w)", shown, p.line, err)
	}
	// The machine would make a table of arguments for each run, which a script has
	// no name for.
	proto.IsVarArg &^= lua.VarArgNeedsArg
	finish(proto, names, shared())
	attach(proto, p.sites, true)
	return proto, nil
}

// Parse returns the syntax tree of a script as Compile compiles it, for who wants to
// know what the script does: with the calls that stand in the place of some operators,
// and a function that a local variable is set to in a list of its own, unless the
// variable is visible in it.
func Parse(source string) ([]ast.Stmt, error) {
	tree, _, err := parse(source, "")
	return tree, err
}

// finish puts functions in the place of the constants that stand for them, and
// prepares calls for error texts.
func finish(proto *lua.FunctionProto, names [markers]string, with [markers]lua.LValue) {
	for i, constant := range proto.Constants {
		text, ok := constant.(lua.LString)
		if !ok {
			continue
		}
		for m, name := range names {
			if string(text) == name {
				proto.Constants[i] = with[m]
			}
		}
	}
	nameCalls(proto)
	for _, inner := range proto.FunctionPrototypes {
		finish(inner, names, with)
	}
}

// nameCalls marks which calls are those of methods, and gives those without a name
// one that tells them from calls the machine makes by itself.
func nameCalls(proto *lua.FunctionProto) {
	for i := range proto.DbgCalls {
		call := &proto.DbgCalls[i]
		switch {
		case call.Name == "?":
			call.Name = "(?)"
		case isMethodCall(proto, call.Pc):
			call.Name = string(methodMark) + call.Name
		}
	}
}

// Parts of an instruction of the machine.
const (
	opcodeShift   = 26
	registerShift = 18
	registerMask  = 0xff
)

// isMethodCall tells whether the function of a call came into its register as a
// method. What stands between are the arguments, which have registers above.
func isMethodCall(proto *lua.FunctionProto, pc int) bool {
	register := proto.Code[pc] >> registerShift & registerMask
	for i := pc - 1; i >= 0; i-- {
		if in := proto.Code[i]; in>>registerShift&registerMask == register {
			switch int(in >> opcodeShift) {
			case lua.OP_SELF:
				return true
			case lua.OP_MOVE, lua.OP_GETGLOBAL, lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_GETUPVAL, lua.OP_LOADK, lua.OP_CLOSURE, lua.OP_CALL:
				return false
			}
		}
	}
	return false
}

// Load makes a function of a compiled script, to be called in this state.
func (lib *Library) Load(proto *lua.FunctionProto) *lua.LFunction {
	return lib.state.NewFunctionFromProto(proto)
}

// How much of its name an error text shows of a chunk.
const (
	shownName = 79 // after =
	shownFile = 72 // after @, from its end
	shownText = 63 // of the source
)

// chunkName shortens the name of a chunk to what error texts begin with.
func chunkName(name string) string {
	name, _, _ = strings.Cut(name, "\x00")
	if name == "" {
		return `[string ""]`
	}
	switch name[0] {
	case '=':
		return name[1:min(len(name), 1+shownName)]
	case '@':
		if len(name) > 1+shownFile {
			return "..." + name[len(name)-shownFile:]
		}
		return name[1:]
	}
	end := strings.IndexAny(name, "\r\n")
	if end < 0 {
		end = len(name)
	}
	end = min(end, shownText)
	if end < len(name) {
		return `[string "` + name[:end] + `..."]`
	}
	return `[string "` + name + `"]`
}
