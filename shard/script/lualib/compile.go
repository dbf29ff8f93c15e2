package lualib

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// Compile compiles a script. The name is that of a chunk in Lua: "@user_script" or
// "=user_script" is shown as user_script in error texts, anything else as source
// text. What it returns may be shared by any number of states and goroutines.
func Compile(source, name string) (*lua.FunctionProto, error) {
	shown := chunkName(name)
	chunk, err := parse.Parse(strings.NewReader(source), shown)
	if err != nil {
		return nil, err
	}
	proto, err := lua.Compile(chunk, shown)
	if err != nil {
		return nil, errors.New(err.Error())
	}
	return proto, nil
}

// Load makes a function of a compiled script, to be called in this state.
func (lib *Library) Load(proto *lua.FunctionProto) *lua.LFunction {
	return lib.state.NewFunctionFromProto(proto)
}

const chunkNameSize = 60

// chunkName shortens the name of a chunk to what error texts begin with.
func chunkName(name string) string {
	if name == "" {
		return `[string ""]`
	}
	switch name[0] {
	case '=':
		return name[1:min(len(name), chunkNameSize)]
	case '@':
		if len(name) > chunkNameSize {
			return "..." + name[len(name)-chunkNameSize+4:]
		}
		return name[1:]
	}
	line, _, more := strings.Cut(name, "\n")
	const room = chunkNameSize - len(`[string "..."]`) - 1
	if more || len(line) > room {
		return `[string "` + line[:min(len(line), room)] + `..."]`
	}
	return `[string "` + line + `"]`
}
