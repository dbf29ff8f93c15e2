package lualib

import (
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// marker names a function that the compiler puts into code in a constant's place.
type marker int

const (
	markConcat marker = iota
	markGlobals
	markForInitial
	markForLimit
	markForStep
	markers
)

// maxOperands bounds the operands of one concatenation: they stand in registers.
const maxOperands = 50

// shared makes the functions that stand in code. They hold nothing of any state, so
// that code can go from one to another.
func shared() [markers]lua.LValue {
	readOnly := &lua.LTable{Metatable: readOnlyMeta()}
	return [markers]lua.LValue{
		markConcat: goFunction(concatenate),
		markGlobals: goFunction(func(L *lua.LState) int {
			L.Push(readOnly)
			return 1
		}),
		markForInitial: goFunction(forNumber("'for' initial value must be a number")),
		markForLimit:   goFunction(forNumber("'for' limit must be a number")),
		markForStep:    goFunction(forNumber("'for' step must be a number")),
	}
}

func goFunction(f lua.LGFunction) *lua.LFunction {
	return &lua.LFunction{IsG: true, GFunction: f}
}

// readOnlyMeta makes the metatable of what stands for the globals when a script
// assigns to one.
func readOnlyMeta() *lua.LTable {
	meta := &lua.LTable{Metatable: lua.LNil}
	meta.RawSetString("__newindex", goFunction(refuseWrite))
	return meta
}

// marked makes an expression that becomes a shared function.
func (p *parser) mark(m marker, line int) ast.Expr {
	e := at(&ast.StringExpr{}, line)
	p.marked[m] = append(p.marked[m], e)
	return e
}

// resolve gives marked expressions their values: strings longer than any of the
// script, so that they stand for nothing else. It returns them.
func (p *parser) resolve() (names [markers]string) {
	for m := range names {
		names[m] = strings.Repeat(" ", p.longest+1+m)
		for _, e := range p.marked[m] {
			e.Value = names[m]
		}
	}
	return names
}

// concatenation makes a call of the operator "..": the machine's own would neither
// bound the result nor write numbers as Lua in C does. A row of operators is one
// call.
func (p *parser) concatenation(left, right ast.Expr) ast.Expr {
	line := p.lastLine
	p.note(siteConcat, leftSide, left)
	operands := []ast.Expr{left}
	rest, ok := right.(*ast.FuncCallExpr)
	if ok && p.chains[rest] && len(rest.Args) < maxOperands {
		operands = append(operands, rest.Args...)
	} else {
		p.note(siteConcat, rightSide, right)
		operands = append(operands, right)
	}
	for _, operand := range operands {
		p.single(operand)
	}
	call := at(&ast.FuncCallExpr{Func: p.mark(markConcat, line), Args: operands, AdjustRet: true}, line)
	p.chains[call] = true
	return call
}

// landing puts a statement in front of the body of a loop that is no jump. Where the
// machine's compiler makes a jump to a jump one jump, it takes what it has rewritten
// already for what it has yet to rewrite: a loop that goes back to a jump would go
// somewhere else.
func (p *parser) landing(body []ast.Stmt) []ast.Stmt {
	s := &ast.LocalAssignStmt{Names: []string{"(landing)"}, Exprs: []ast.Expr{at(&ast.NilExpr{}, p.lastLine)}}
	s.SetLine(p.lastLine)
	return slices.Insert(body, 0, ast.Stmt(s))
}

// logical makes the node of "and" and "or". Without it where a constant decides: the
// machine's compiler begins it with a jump, see landing.
func (p *parser) logical(operator tokenKind, left, right ast.Expr) ast.Expr {
	switch left.(type) {
	case *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr:
		if operator == tokenOr {
			return left
		}
		return p.single(right)
	case *ast.NilExpr, *ast.FalseExpr:
		if operator == tokenAnd {
			return left
		}
		return p.single(right)
	}
	return at(&ast.LogicalOpExpr{Operator: operator.String(), Lhs: left, Rhs: right}, p.lastLine)
}

// overwrites tells whether the machine could use the register of a local variable
// that is assigned to, and those above, while it computes the value: it does so for
// calls and logical operators.
func (p *parser) overwrites(target ast.Expr, values []ast.Expr) bool {
	name, ok := target.(*ast.IdentExpr)
	if !ok || p.where(name.Value) != local {
		return false
	}
	if len(values) > 1 {
		return true
	}
	switch values[0].(type) {
	case *ast.FuncCallExpr, *ast.LogicalOpExpr, *ast.UnaryNotOpExpr, *ast.RelationalOpExpr, *ast.TableExpr:
		return true
	}
	return false
}

// parallel makes an assignment to one or more targets: a block that first takes the
// tables and keys of the targets and then all values into variables of its own, and
// assigns from the last to the first. The machine's own loses values of local
// variables that are assigned and used at once.
func (p *parser) parallel(targets, values []ast.Expr) ast.Stmt {
	line := p.lastLine
	block := &ast.DoBlockStmt{}
	hidden := 0
	take := func(e ast.Expr) ast.Expr {
		if _, ok := e.(*ast.StringExpr); ok {
			return e
		}
		hidden++
		name := "(target " + strconv.Itoa(hidden) + ")"
		p.single(e)
		s := &ast.LocalAssignStmt{Names: []string{name}, Exprs: []ast.Expr{e, at(&ast.NilExpr{}, line)}}
		block.Stmts = append(block.Stmts, s)
		return at(&ast.IdentExpr{Value: name}, line)
	}
	for _, t := range targets {
		if indexed, ok := t.(*ast.AttrGetExpr); ok {
			indexed.Object = take(indexed.Object)
			indexed.Key = take(indexed.Key)
		}
	}
	all := &ast.LocalAssignStmt{Exprs: values}
	for i := range targets {
		all.Names = append(all.Names, "(value "+strconv.Itoa(i)+")")
	}
	block.Stmts = append(block.Stmts, all)
	for i := len(targets) - 1; i >= 0; i-- {
		value := at(&ast.IdentExpr{Value: all.Names[i]}, line)
		block.Stmts = append(block.Stmts, &ast.AssignStmt{Lhs: []ast.Expr{p.settled(targets[i])}, Rhs: []ast.Expr{value}})
	}
	for _, s := range block.Stmts {
		s.SetLine(line)
		s.SetLastLine(line)
	}
	return block
}

// globalTarget makes what is assigned to in a global variable's place: a table that
// refuses it when the value is known.
func (p *parser) globalTarget(name string, line int) ast.Expr {
	globals := at(&ast.FuncCallExpr{Func: p.mark(markGlobals, line), Args: []ast.Expr{}, AdjustRet: true}, line)
	return at(&ast.AttrGetExpr{Object: globals, Key: at(&ast.StringExpr{Value: name}, line)}, line)
}

// forNumber makes a bound of a for statement a number: the machine does not read
// strings as such.
func (p *parser) forNumber(e ast.Expr, m marker) ast.Expr {
	switch e.(type) {
	case *ast.NumberExpr, *ast.UnaryLenOpExpr, *ast.UnaryMinusOpExpr, *ast.ArithmeticOpExpr:
		return e
	}
	p.single(e)
	return at(&ast.FuncCallExpr{Func: p.mark(m, p.lastLine), Args: []ast.Expr{e}, AdjustRet: true}, p.lastLine)
}

// forNumber is what such a bound calls.
func forNumber(message string) lua.LGFunction {
	return func(L *lua.LState) int {
		v, ok := asNumber(L.Get(1))
		if !ok {
			raise(L, message)
		}
		L.Push(lua.LNumber(v))
		return 1
	}
}

// concatenate is the operator "..", on two operands or more.
func concatenate(L *lua.LState) int {
	n := L.GetTop()
	if n == 2 {
		if a, ok := L.Get(1).(lua.LString); ok {
			if b, ok := L.Get(2).(lua.LString); ok && len(a)+len(b) < growStep {
				L.Push(a + b)
				return 1
			}
		}
	}
	for n > 1 {
		n = join(L, n)
	}
	L.SetTop(1)
	return 1
}

// join joins the last of n operands: as many as are text, or two that have a
// metamethod. It returns how many are left.
func join(L *lua.LState, n int) int {
	first, size := n+1, 0
	for first > 1 {
		text, ok := asString(L.Get(first - 1))
		if !ok {
			break
		}
		size += len(text)
		first--
	}
	if first < n {
		if size >= growStep {
			if lib := of(L); lib != nil {
				lib.room(L, size)
			}
		}
		var out strings.Builder
		out.Grow(size)
		for i := first; i <= n; i++ {
			text, _ := asString(L.Get(i))
			out.WriteString(text)
		}
		L.SetTop(first)
		L.Replace(first, lua.LString(out.String()))
		return first
	}
	a, b := L.Get(n-1), L.Get(n)
	fn := metamethod(L, a, "__concat")
	if fn == lua.LNil {
		fn = metamethod(L, b, "__concat")
	}
	if fn == lua.LNil {
		culprit, side := a, leftSide
		if _, ok := asString(a); ok {
			culprit = b
			if n == L.GetTop() { // else it is the left one of another ".."
				side = rightSide
			}
		}
		mistyped(L, siteConcat, side, culprit)
	}
	L.SetTop(n - 2)
	L.Push(fn)
	L.Push(a)
	L.Push(b)
	L.Call(2, 1)
	return n - 1
}
