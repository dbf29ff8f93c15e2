package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// siteKind is what a script does with a value at a place.
type siteKind byte

const (
	siteIndex      siteKind = 'i'
	siteCall       siteKind = 'c'
	siteConcat     siteKind = 's'
	siteArithmetic siteKind = 'a'
	siteLength     siteKind = 'l'
)

// site is a place of a script where a value of the wrong type is an error, with how
// the error names the value. The machine does not keep that; the compiler hangs
// sites on functions as calls that can never be under way, for errors to look up.
type site struct {
	line int
	kind siteKind
	key  string // of an index, if it is constant; the side of an operand
	name string // "local 'x'"
}

// The sides of operands.
const (
	leftSide  = "l"
	rightSide = "r"
)

// maxSites bounds the sites of a function, which errors go through one by one.
const maxSites = 20_000

// whereabouts tells where a variable lives.
type whereabouts string

const (
	local   whereabouts = "local"
	upvalue whereabouts = "upvalue"
	global  whereabouts = "global"
)

func (p *parser) where(name string) whereabouts {
	at := local
	for f := p.scope; f != nil; f = f.outer {
		for i := len(f.locals) - 1; i >= 0; i-- {
			if f.locals[i] == name {
				return at
			}
		}
		at = upvalue
	}
	return global
}

// described names an expression as errors do; "" if they do not.
func (p *parser) described(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.IdentExpr:
		return string(p.where(v.Value)) + " '" + v.Value + "'"
	case *ast.AttrGetExpr:
		if key, ok := v.Key.(*ast.StringExpr); ok {
			return "field '" + key.Value + "'"
		}
		return "field '?'"
	case *ast.LogicalOpExpr:
		return p.described(v.Rhs)
	}
	return ""
}

// nameless stands for an expression that has no name: it tells the type of those
// that are always of one, after a mark. Numbers are never at fault.
func nameless(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.NumberExpr, *ast.ArithmeticOpExpr, *ast.UnaryMinusOpExpr, *ast.UnaryLenOpExpr:
		return ""
	case *ast.StringExpr:
		return namelessMark + lua.LTString.String()
	case *ast.NilExpr:
		return namelessMark + lua.LTNil.String()
	case *ast.TrueExpr, *ast.FalseExpr, *ast.RelationalOpExpr, *ast.UnaryNotOpExpr:
		return namelessMark + lua.LTBool.String()
	case *ast.TableExpr:
		return namelessMark + lua.LTTable.String()
	case *ast.FunctionExpr:
		return namelessMark + lua.LTFunction.String()
	case *ast.FuncCallExpr:
		if _, ok := v.Func.(*ast.StringExpr); ok { // one that the compiler made
			return namelessMark + lua.LTString.String()
		}
	}
	return namelessMark
}

// namelessMark begins what stands in the place of a name.
const namelessMark = "="

// calledName is by which name a function is called; "" if there is none.
func calledName(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.IdentExpr:
		return v.Value
	case *ast.AttrGetExpr:
		if key, ok := v.Key.(*ast.StringExpr); ok {
			return key.Value
		}
	}
	return ""
}

func (p *parser) note(kind siteKind, key string, e ast.Expr) {
	p.noteAt(p.lastLine, kind, key, e)
}

func (p *parser) noteAt(line int, kind siteKind, key string, e ast.Expr) {
	name := p.described(e)
	if name == "" {
		name = nameless(e)
	}
	if name != "" {
		p.sites = append(p.sites, site{line, kind, key, name})
	}
}

func (p *parser) noteCall(line int, key, name string) {
	if name == "" {
		name = namelessMark
	}
	p.sites = append(p.sites, site{line, siteCall, key, name})
}

// attach hangs sites on a function and those within it.
func attach(proto *lua.FunctionProto, sites []site, main bool) {
	n := 0
	for _, s := range sites {
		if n < maxSites && (main || s.line >= proto.LineDefined && s.line <= proto.LastLineDefined) {
			n++
			name := string(byte(s.kind)) + s.key + "\x00" + s.name
			proto.DbgCalls = append(proto.DbgCalls, lua.DbgCall{Pc: -1 - s.line, Name: name})
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		attach(inner, sites, false)
	}
}

// nameAt finds how the value at fault is called at the place in the script that
// called the running function. Of several on one line it takes the first that can
// be meant.
func nameAt(L *lua.LState, kind siteKind, key string, value lua.LValue) string {
	dbg, ok := L.GetStack(1)
	if !ok {
		return ""
	}
	called, err := L.GetInfo("fl", dbg, lua.LNil)
	fn, ok := called.(*lua.LFunction)
	if err != nil || !ok || fn.IsG {
		return ""
	}
	for _, call := range fn.Proto.DbgCalls {
		if call.Pc != -1-dbg.CurrentLine || call.Name == "" || call.Name[0] != byte(kind) {
			continue
		}
		k, name, _ := strings.Cut(call.Name[1:], "\x00")
		if k != key {
			continue
		}
		if t, ok := strings.CutPrefix(name, namelessMark); ok {
			if t == "" || t == typeName(value) {
				return ""
			}
		} else if canBe(L, dbg, fn, name, value) {
			return name
		}
	}
	return ""
}

// canBe tells whether a value may be the one of that name: a variable must hold it.
func canBe(L *lua.LState, dbg *lua.Debug, fn *lua.LFunction, described string, value lua.LValue) bool {
	where, name, _ := strings.Cut(described, " ")
	name = strings.Trim(name, "'")
	switch whereabouts(where) {
	case local:
		other := false // there is one of that name, with another value
		for i := 1; ; i++ {
			found, v := L.GetLocal(dbg, i)
			if found == "" || found == "(*temporary)" {
				return !other // one that was just declared is not listed yet
			}
			if found == name && v == value {
				return true
			}
			other = other || found == name
		}
	case upvalue:
		for i := 1; i <= len(fn.Upvalues); i++ {
			if found, v := L.GetUpvalue(fn, i); found == name && v == value {
				return true
			}
		}
		return false
	case global:
		return L.G.Global.RawGetString(name) == value
	}
	return true
}
