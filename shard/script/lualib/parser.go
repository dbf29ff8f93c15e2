package lualib

import (
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

const (
	// maxLevels bounds how deep blocks and expressions nest.
	maxLevels = 200
	// maxLocals bounds the local variables of a function at one place.
	maxLocals = 200
	// maxChain bounds what stands in a row: suffixes of an expression, operators
	// of one rank, branches of an if. The compiler takes them by recursion.
	maxChain = 5000
)

// parser turns tokens into the tree that gopher-lua compiles. Its grammar, its
// errors and their order are those of Lua 5.1 in C. It leaves the tree different
// where the machine is: see rewrite.go.
//
// After an error all tokens are tokenEnd, so that every loop ends.
type parser struct {
	lexer
	token    token
	ahead    *token // read already, to look one further
	lastLine int    // where the token before ends
	level    int
	scope    *function
	sites    []site
	marked   [markers][]*ast.StringExpr
	chains   map[*ast.FuncCallExpr]bool // operators .. that are not in parentheses
	enclosed ast.Expr                   // the last expression in parentheses
}

// function is a function whose body is being read.
type function struct {
	outer  *function
	locals []string
	vararg bool
	loops  int
}

// parse reads a whole script.
func parse(source, name string) ([]ast.Stmt, *parser, error) {
	p := &parser{lexer: lexer{source: source, name: name, line: 1}, lastLine: 1, chains: map[*ast.FuncCallExpr]bool{}}
	p.scope = &function{vararg: true}
	if source != "" && source[0] == '#' { // a first line that tells the shell
		for p.at < len(source) && source[p.at] != '\n' {
			p.at++
		}
	}
	p.advance()
	body := p.block()
	p.check(tokenEnd)
	if p.err != nil {
		return nil, nil, p.err
	}
	return body, p, nil
}

// advance goes on to the next token.
func (p *parser) advance() {
	p.lastLine = p.line
	if p.ahead != nil && p.err == nil {
		p.token, p.ahead = *p.ahead, nil
		return
	}
	p.token = p.next()
}

// lookAhead returns the kind of the token behind the current one.
func (p *parser) lookAhead() tokenKind {
	t := p.next()
	p.ahead = &t
	return t.kind
}

// wrong notes an error near the current token.
func (p *parser) wrong(message string) {
	near := p.token.text
	if p.token.kind == 0 {
		near = "" // a NUL is no text in C
	}
	p.fail(message, near)
	p.token = token{kind: tokenEnd, text: tokenEnd.String()}
	p.ahead = nil
}

func (p *parser) check(kind tokenKind) bool {
	if p.token.kind != kind {
		p.wrong("'" + kind.String() + "' expected")
		return false
	}
	return true
}

// expect takes a token that must be there.
func (p *parser) expect(kind tokenKind) {
	if p.check(kind) {
		p.advance()
	}
}

// accept takes a token if it is there.
func (p *parser) accept(kind tokenKind) bool {
	if p.token.kind != kind {
		return false
	}
	p.advance()
	return true
}

// closes takes the token that ends what another began on some line.
func (p *parser) closes(kind, opened tokenKind, line int) {
	if p.token.kind != kind && p.line != line {
		p.wrong("'" + kind.String() + "' expected (to close '" + opened.String() + "' at line " + strconv.Itoa(line) + ")")
		return
	}
	p.expect(kind)
}

func (p *parser) takeName() string {
	if !p.check(tokenName) {
		return ""
	}
	name := p.token.value
	p.advance()
	return name
}

// enter and leave stand around everything that nests.
func (p *parser) enter() {
	p.level++
	if p.level > maxLevels {
		p.fail("chunk has too many syntax levels", "")
		p.token = token{kind: tokenEnd}
	}
}

func (p *parser) leave() { p.level-- }

// tooLong notes that a chain has too many parts.
func (p *parser) tooLong(n int) {
	if n > maxChain {
		p.fail("chunk has too many syntax levels", "")
		p.token = token{kind: tokenEnd}
	}
}

func (p *parser) declare(names ...string) {
	p.scope.locals = append(p.scope.locals, names...)
	if len(p.scope.locals) > maxLocals {
		p.fail("too many local variables", "")
		p.token = token{kind: tokenEnd}
	}
}

// blockEnds tells whether the current token ends a block.
func (p *parser) blockEnds() bool {
	switch p.token.kind {
	case tokenElse, tokenElseIf, tokenEndWord, tokenUntil, tokenEnd:
		return true
	}
	return false
}

// scoped reads a block with local variables of its own.
func (p *parser) scoped() []ast.Stmt {
	outside := len(p.scope.locals)
	body := p.block()
	p.scope.locals = p.scope.locals[:outside]
	return body
}

// block reads statements up to one that must be the last, or to the end.
func (p *parser) block() []ast.Stmt {
	body := []ast.Stmt{}
	p.enter()
	for last := false; !last && !p.blockEnds(); {
		var s ast.Stmt
		line := p.line
		s, last = p.statement()
		if s != nil {
			s.SetLine(line)
			s.SetLastLine(p.lastLine)
			body = append(body, s)
		}
		p.accept(';')
	}
	p.leave()
	return body
}

// statement reads one; last tells that none may follow.
func (p *parser) statement() (s ast.Stmt, last bool) {
	line := p.line
	switch p.token.kind {
	case tokenIf:
		return p.ifStatement(line), false
	case tokenWhile:
		return p.whileStatement(line), false
	case tokenDo:
		p.advance()
		body := p.scoped()
		p.closes(tokenEndWord, tokenDo, line)
		return &ast.DoBlockStmt{Stmts: body}, false
	case tokenFor:
		return p.forStatement(line), false
	case tokenRepeat:
		return p.repeatStatement(line), false
	case tokenFunction:
		return p.functionStatement(line), false
	case tokenLocal:
		p.advance()
		if p.accept(tokenFunction) {
			return p.localFunction(line), false
		}
		return p.localStatement(), false
	case tokenReturn:
		p.advance()
		var values []ast.Expr
		if !p.blockEnds() && p.token.kind != ';' {
			values = p.expressions()
		}
		return &ast.ReturnStmt{Exprs: values}, true
	case tokenBreak:
		p.advance()
		if p.scope.loops == 0 {
			p.wrong("no loop to break")
		}
		return &ast.BreakStmt{}, true
	}
	return p.expressionStatement(), false
}

func (p *parser) ifStatement(line int) ast.Stmt {
	first := &ast.IfStmt{}
	branch := first
	for n := 0; ; n++ {
		p.tooLong(n)
		p.advance()
		branch.Condition = p.expression()
		p.expect(tokenThen)
		branch.Then = p.scoped()
		if p.token.kind != tokenElseIf {
			break
		}
		next := &ast.IfStmt{}
		next.SetLine(p.line)
		branch.Else = []ast.Stmt{next}
		branch = next
	}
	if p.accept(tokenElse) {
		branch.Else = p.scoped()
	}
	p.closes(tokenEndWord, tokenIf, line)
	return first
}

// loop reads the body of a loop.
func (p *parser) loop() []ast.Stmt {
	p.scope.loops++
	body := p.scoped()
	p.scope.loops--
	return p.landing(body)
}

func (p *parser) whileStatement(line int) ast.Stmt {
	p.advance()
	s := &ast.WhileStmt{Condition: p.expression()}
	p.expect(tokenDo)
	s.Stmts = p.loop()
	p.closes(tokenEndWord, tokenWhile, line)
	return s
}

// repeatStatement reads a loop whose condition sees the local variables of its
// body.
func (p *parser) repeatStatement(line int) ast.Stmt {
	p.advance()
	outside := len(p.scope.locals)
	p.scope.loops++
	s := &ast.RepeatStmt{Stmts: p.landing(p.block())}
	p.closes(tokenUntil, tokenRepeat, line)
	p.scope.loops--
	s.Condition = p.expression()
	p.scope.locals = p.scope.locals[:outside]
	return s
}

func (p *parser) forStatement(line int) ast.Stmt {
	p.advance()
	name := p.takeName()
	outside := len(p.scope.locals)
	defer func() { p.scope.locals = p.scope.locals[:outside] }()
	switch p.token.kind {
	case '=':
		return p.numericFor(line, name)
	case ',', tokenIn:
		return p.genericFor(line, name)
	}
	p.wrong("'=' or 'in' expected")
	return nil
}

func (p *parser) numericFor(line int, name string) ast.Stmt {
	p.advance()
	s := &ast.NumberForStmt{Name: name}
	s.Init = p.forNumber(p.expression(), markForInitial)
	p.expect(',')
	s.Limit = p.forNumber(p.expression(), markForLimit)
	if p.accept(',') {
		s.Step = p.forNumber(p.expression(), markForStep)
	}
	p.expect(tokenDo)
	p.declare("(for index)", "(for limit)", "(for step)", name)
	s.Stmts = p.loop()
	p.closes(tokenEndWord, tokenFor, line)
	return s
}

func (p *parser) genericFor(line int, name string) ast.Stmt {
	s := &ast.GenericForStmt{Names: []string{name}}
	for p.accept(',') {
		s.Names = append(s.Names, p.takeName())
	}
	p.expect(tokenIn)
	s.Exprs = p.expressions()
	p.expect(tokenDo)
	p.declare("(for generator)", "(for state)", "(for control)")
	p.declare(s.Names...)
	s.Stmts = p.loop()
	p.closes(tokenEndWord, tokenFor, line)
	return s
}

// functionStatement reads "function a.b:c() ... end", an assignment.
func (p *parser) functionStatement(line int) ast.Stmt {
	p.advance()
	name := p.takeName()
	var target ast.Expr = p.variable(name)
	global := p.where(name) == global
	method := false
	for n := 0; !method && (p.token.kind == '.' || p.token.kind == ':'); n++ {
		p.tooLong(n)
		method = p.token.kind == ':'
		p.advance()
		target, global = p.field(target, p.takeName()), false
	}
	body := p.functionBody(line, method)
	if global {
		target = p.globalTarget(name, line)
	}
	target.SetLine(line)
	return &ast.AssignStmt{Lhs: []ast.Expr{target}, Rhs: []ast.Expr{body}}
}

func (p *parser) localFunction(line int) ast.Stmt {
	name := p.takeName()
	p.declare(name)
	return &ast.LocalAssignStmt{Names: []string{name}, Exprs: []ast.Expr{p.functionBody(line, false)}}
}

func (p *parser) localStatement() ast.Stmt {
	s := &ast.LocalAssignStmt{Names: []string{p.takeName()}, Exprs: []ast.Expr{}}
	for p.accept(',') {
		s.Names = append(s.Names, p.takeName())
	}
	if p.accept('=') {
		s.Exprs = p.expressions()
	}
	if len(s.Exprs) == 1 && len(s.Names) == 1 {
		if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			// The compiler takes "local f = function" for "local function f", which sees
			// itself. A second value keeps it from that.
			s.Exprs = append(s.Exprs, at(&ast.NilExpr{}, p.lastLine))
		}
	}
	p.declare(s.Names...)
	return s
}

// expressionStatement reads a call or an assignment.
func (p *parser) expressionStatement() ast.Stmt {
	first := p.primary()
	if call, ok := first.(*ast.FuncCallExpr); ok && !call.AdjustRet {
		return &ast.FuncCallStmt{Expr: call}
	}
	targets := []ast.Expr{p.target(first)}
	for p.accept(',') {
		p.tooLong(len(targets) * (maxChain / maxLevels))
		targets = append(targets, p.target(p.primary()))
	}
	p.expect('=')
	s := &ast.AssignStmt{Rhs: p.expressions()}
	if len(targets) > 1 || p.overwrites(targets[0], s.Rhs) {
		return p.parallel(targets, s.Rhs)
	}
	s.Lhs = []ast.Expr{p.settled(targets[0])}
	return s
}

// settled makes a target the tree's: a global becomes what refuses the assignment.
func (p *parser) settled(t ast.Expr) ast.Expr {
	t.SetLine(p.lastLine)
	if name, ok := t.(*ast.IdentExpr); ok && p.where(name.Value) == global {
		return p.globalTarget(name.Value, p.lastLine)
	}
	return t
}

// target returns an expression that can be assigned to.
func (p *parser) target(e ast.Expr) ast.Expr {
	if e != p.enclosed {
		switch v := e.(type) {
		case *ast.IdentExpr:
			return v
		case *ast.AttrGetExpr:
			return v
		}
	}
	p.wrong("syntax error")
	return at(&ast.IdentExpr{}, p.line)
}
