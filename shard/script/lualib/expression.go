package lualib

import (
	"math"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// at sets the line of a node, which errors at run time name.
func at[E ast.Expr](e E, line int) E {
	e.SetLine(line)
	e.SetLastLine(line)
	return e
}

// expressions reads one or more, with commas between.
func (p *parser) expressions() []ast.Expr {
	list := []ast.Expr{p.expression()}
	for p.accept(',') {
		list = append(list, p.expression())
	}
	return list
}

func (p *parser) expression() ast.Expr { return p.operand(0) }

// rank is how strong a binary operator holds its operands; 0 for other tokens.
func rank(kind tokenKind) (left, right int) {
	switch kind {
	case '+', '-':
		return 6, 6
	case '*', '/', '%':
		return 7, 7
	case '^':
		return 10, 9
	case tokenConcat:
		return 5, 4
	case tokenEqual, tokenNotEqual, '<', '>', tokenLessEqual, tokenGreaterEqual:
		return 3, 3
	case tokenAnd:
		return 2, 2
	case tokenOr:
		return 1, 1
	}
	return 0, 0
}

const unaryRank = 8

// operand reads an expression up to an operator that does not hold more than the
// limit.
func (p *parser) operand(limit int) ast.Expr {
	p.enter()
	defer p.leave()
	e := p.unary()
	for n := 0; ; n++ {
		left, right := rank(p.token.kind)
		if left <= limit {
			return e
		}
		p.tooLong(n)
		operator := p.token.kind
		p.advance()
		e = p.combine(operator, e, p.operand(right))
	}
}

func (p *parser) unary() ast.Expr {
	operator := p.token.kind
	switch operator {
	case tokenNot, '-', '#':
	default:
		return p.simple()
	}
	p.advance()
	e := p.operand(unaryRank)
	switch operator {
	case tokenNot:
		return at(&ast.UnaryNotOpExpr{Expr: e}, p.lastLine)
	case '-':
		p.note(siteArithmetic, leftSide, e)
		return at(&ast.UnaryMinusOpExpr{Expr: e}, p.lastLine)
	}
	p.note(siteLength, "", e)
	return at(&ast.UnaryLenOpExpr{Expr: e}, p.lastLine)
}

// combine makes the node of a binary operator.
func (p *parser) combine(operator tokenKind, left, right ast.Expr) ast.Expr {
	line := p.lastLine
	switch operator {
	case tokenConcat:
		return p.concatenation(left, right)
	case tokenAnd, tokenOr:
		return p.logical(operator, left, right)
	case '+', '-', '*', '/', '%', '^':
		p.note(siteArithmetic, leftSide, left)
		p.note(siteArithmetic, rightSide, right)
		return at(&ast.ArithmeticOpExpr{Operator: operator.String(), Lhs: left, Rhs: right}, line)
	}
	return at(&ast.RelationalOpExpr{Operator: operator.String(), Lhs: left, Rhs: right}, line)
}

func (p *parser) simple() ast.Expr {
	line := p.line
	var e ast.Expr
	switch t := p.token; t.kind {
	case tokenNumber:
		e = at(&ast.NumberExpr{Value: numeral(t.number)}, line)
	case tokenString:
		e = at(&ast.StringExpr{Value: t.value}, line)
	case tokenNil:
		e = at(&ast.NilExpr{}, line)
	case tokenTrue:
		e = at(&ast.TrueExpr{}, line)
	case tokenFalse:
		e = at(&ast.FalseExpr{}, line)
	case tokenDots:
		if !p.scope.vararg {
			p.wrong("cannot use '...' outside a vararg function")
		}
		e = at(&ast.Comma3Expr{}, line)
	case '{':
		return p.constructor()
	case tokenFunction:
		p.advance()
		return p.functionBody(line, false)
	default:
		return p.primary()
	}
	p.advance()
	return e
}

// numeral writes a number so that gopher-lua reads the same.
func numeral(v float64) string {
	if math.IsInf(v, 1) {
		return "Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// primary reads a variable or an expression in parentheses, and what follows.
func (p *parser) primary() ast.Expr {
	var e ast.Expr
	switch p.token.kind {
	case '(':
		e = p.parenthesized()
	case tokenName:
		e = p.variable(p.token.value)
		p.advance()
	default:
		p.wrong("unexpected symbol")
		return at(&ast.NilExpr{}, p.line)
	}
	for n := 0; ; n++ {
		p.tooLong(n)
		switch p.token.kind {
		case '.':
			p.advance()
			e = p.field(e, p.takeName())
		case '[':
			p.advance()
			key := p.expression()
			p.expect(']')
			e = p.index(e, key)
		case ':':
			p.advance()
			e = p.call(e, p.takeName())
		case '(', tokenString, '{':
			e = p.call(e, "")
		default:
			return e
		}
	}
}

func (p *parser) parenthesized() ast.Expr {
	line := p.line
	p.advance()
	e := p.expression()
	p.closes(')', '(', line)
	p.single(e)
	if call, ok := e.(*ast.FuncCallExpr); ok {
		delete(p.chains, call)
	}
	p.enclosed = e
	return e
}

// single makes an expression give one value. It returns it.
func (p *parser) single(e ast.Expr) ast.Expr {
	switch v := e.(type) {
	case *ast.FuncCallExpr:
		v.AdjustRet = true
	case *ast.Comma3Expr:
		v.AdjustRet = true
	}
	return e
}

func (p *parser) variable(name string) *ast.IdentExpr {
	return at(&ast.IdentExpr{Value: name}, p.line)
}

func (p *parser) field(object ast.Expr, name string) ast.Expr {
	return p.index(object, at(&ast.StringExpr{Value: name}, p.lastLine))
}

func (p *parser) index(object, key ast.Expr) ast.Expr {
	name := ""
	if s, ok := key.(*ast.StringExpr); ok {
		name = s.Value
	}
	p.note(siteIndex, name, object)
	return at(&ast.AttrGetExpr{Object: object, Key: key}, p.lastLine)
}

// call reads the arguments of a call, of a method unless that is "".
func (p *parser) call(e ast.Expr, method string) ast.Expr {
	line := p.line
	call := &ast.FuncCallExpr{Args: []ast.Expr{}}
	switch p.token.kind {
	case '(':
		if line != p.lastLine {
			p.wrong("ambiguous syntax (function call x new statement)")
		}
		p.advance()
		if p.token.kind != ')' {
			call.Args = p.expressions()
		}
		p.closes(')', '(', line)
	case tokenString, '{':
		call.Args = []ast.Expr{p.simple()}
	default:
		p.wrong("function arguments expected")
	}
	if method != "" {
		call.Receiver, call.Method = e, method
		p.noteAt(line, siteIndex, method, e)
		p.noteCall(line, method, "method '"+method+"'")
	} else {
		call.Func = e
		p.noteCall(line, calledName(e), p.described(e))
	}
	return at(call, line)
}

func (p *parser) constructor() ast.Expr {
	line := p.line
	p.advance()
	table := &ast.TableExpr{Fields: []*ast.Field{}}
	for p.token.kind != '}' && p.err == nil {
		table.Fields = append(table.Fields, p.element())
		if !p.accept(',') && !p.accept(';') {
			break
		}
	}
	p.closes('}', '{', line)
	return at(table, line)
}

func (p *parser) element() *ast.Field {
	switch {
	case p.token.kind == tokenName && p.lookAhead() == '=':
		key := at(&ast.StringExpr{Value: p.takeName()}, p.line)
		p.expect('=')
		return &ast.Field{Key: key, Value: p.single(p.expression())}
	case p.token.kind == '[':
		p.advance()
		key := p.expression()
		p.expect(']')
		p.expect('=')
		return &ast.Field{Key: key, Value: p.single(p.expression())}
	}
	return &ast.Field{Value: p.expression()}
}

// functionBody reads parameters and body of a function; a method has a parameter
// self before the others.
func (p *parser) functionBody(line int, method bool) ast.Expr {
	p.scope = &function{outer: p.scope}
	parameters := &ast.ParList{Names: []string{}}
	if method {
		parameters.Names = append(parameters.Names, "self")
	}
	p.expect('(')
	for more := p.token.kind != ')'; more; more = !parameters.HasVargs && p.accept(',') {
		switch p.token.kind {
		case tokenName:
			parameters.Names = append(parameters.Names, p.takeName())
		case tokenDots:
			p.advance()
			parameters.HasVargs = true
		default:
			p.wrong("<name> or '...' expected")
		}
		p.tooLong(len(parameters.Names) * (maxChain / maxLevels))
	}
	p.declare(parameters.Names...)
	if parameters.HasVargs {
		p.scope.vararg = true
		p.declare("arg")
	}
	p.expect(')')
	body := p.block()
	f := at(&ast.FunctionExpr{ParList: parameters, Stmts: body}, line)
	f.SetLastLine(p.line)
	p.closes(tokenEndWord, tokenFunction, line)
	p.scope = p.scope.outer
	return f
}
