package script

import (
	"github.com/yuin/gopher-lua/ast"

	"github.com/troupe-db/troupe/shard/script/lualib"
)

// sort is what is known of a value before the script runs.
type sort uint8

const (
	nothing  sort = iota // no value is known yet
	anything             // a value about which nothing is promised
	aKey                 // an element of KEYS
	keyTable             // KEYS itself
	redisAPI             // the table redis
	caller               // redis.call or redis.pcall
	register             // redis.register_function
	closure              // a function of the script
)

// value is a sort, with the function it is if it is one.
type value struct {
	sort sort
	fn   *routine
}

// variable is a local variable or parameter: what any assignment may have put there.
type variable struct{ holds value }

// routine is a function of the script.
type routine struct {
	params  []*variable
	returns value
	varargs bool
}

// prover finds out whether a script can only touch the keys that its requests declare.
// It follows where elements of KEYS go: through local variables, parameters and results
// of the script's own functions. Everything that it does not understand counts against
// the script. A variable is one value for all places and times, so the tree is walked
// until nothing changes any more; what a variable may hold only ever grows.
//
// A script that this finds confined never needs a shard but those of its keys, whatever
// its arguments: that is what running it with these shards alone rests on.
type prover struct {
	commands  Catalogue
	library   bool // functions get KEYS as their first argument; there is no global
	variables map[place]*variable
	routines  map[*ast.FunctionExpr]*routine
	scopes    []map[string]*variable
	within    *routine // nil in the main chunk
	grown     bool
	failed    bool
	final     bool // variables are known; calls are looked at
	depth     int
}

// place is where a variable is declared.
type place struct {
	node  any
	index int
}

const (
	proofRounds = 32
	proofDepth  = 400
)

// confined tells whether a script, or all functions of a library, are proven to keep to
// the keys that requests declare.
func confined(code string, commands Catalogue, library bool) bool {
	chunk, err := lualib.Parse(code)
	if err != nil || commands == nil {
		return false
	}
	p := &prover{
		commands: commands, library: library,
		variables: map[place]*variable{}, routines: map[*ast.FunctionExpr]*routine{},
	}
	for range proofRounds {
		p.grown = false
		p.block(chunk)
		if p.failed {
			return false
		}
		if p.grown {
			continue
		}
		if p.final {
			return true
		}
		p.final = true
	}
	return false
}

func (p *prover) fail() { p.failed = true }

// join adds what a variable may hold.
func (p *prover) join(into *value, v value) {
	if p.merge(into, v) {
		p.grown = true
	}
}

// merge makes into stand for v too, and tells whether that has changed it.
func (p *prover) merge(into *value, v value) bool {
	switch {
	case v.sort == nothing || *into == v || p.failed:
		return false
	case into.sort == nothing:
		*into = v
	case into.sort == anything:
		p.escape(v)
		return false
	default:
		p.escape(v)
		p.escape(*into)
		*into = value{sort: anything}
	}
	return true
}

// escape notes that a value goes where it is not followed.
func (p *prover) escape(v value) {
	switch v.sort {
	case keyTable, redisAPI, caller, register:
		p.fail()
	case closure:
		for _, param := range v.fn.params {
			p.join(&param.holds, value{sort: anything})
		}
	}
}

func (p *prover) open()  { p.scopes = append(p.scopes, map[string]*variable{}) }
func (p *prover) close() { p.scopes = p.scopes[:len(p.scopes)-1] }

// declare makes a local variable visible.
func (p *prover) declare(node any, index int, name string) *variable {
	at := place{node, index}
	v := p.variables[at]
	if v == nil {
		v = &variable{}
		p.variables[at] = v
	}
	p.scopes[len(p.scopes)-1][name] = v
	return v
}

func (p *prover) lookup(name string) *variable {
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if v := p.scopes[i][name]; v != nil {
			return v
		}
	}
	return nil
}

func (p *prover) block(stmts []ast.Stmt) {
	if p.depth++; p.depth > proofDepth {
		p.fail()
	}
	p.open()
	for _, s := range stmts {
		if p.failed {
			break
		}
		p.statement(s)
	}
	p.close()
	p.depth--
}

func (p *prover) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		p.assign(s)
	case *ast.LocalAssignStmt:
		p.local(s)
	case *ast.FuncCallStmt:
		p.expr(s.Expr)
	case *ast.DoBlockStmt:
		p.block(s.Stmts)
	case *ast.WhileStmt:
		p.use(s.Condition)
		p.block(s.Stmts)
	case *ast.RepeatStmt:
		p.repeat(s)
	case *ast.IfStmt:
		p.use(s.Condition)
		p.block(s.Then)
		p.block(s.Else)
	case *ast.NumberForStmt:
		p.use(s.Init)
		p.use(s.Limit)
		if s.Step != nil {
			p.use(s.Step)
		}
		p.open()
		p.join(&p.declare(s, 0, s.Name).holds, value{sort: anything})
		p.block(s.Stmts)
		p.close()
	case *ast.GenericForStmt:
		p.forEach(s)
	case *ast.FuncDefStmt:
		p.define(s)
	case *ast.ReturnStmt:
		p.result(s)
	case *ast.BreakStmt:
	default:
		p.fail()
	}
}

// repeat walks a loop whose condition sees the variables of its body.
func (p *prover) repeat(s *ast.RepeatStmt) {
	p.open()
	for _, inner := range s.Stmts {
		p.statement(inner)
	}
	p.use(s.Condition)
	p.close()
}

// values returns what n variables get from a list of expressions.
func (p *prover) values(exprs []ast.Expr, n int) []value {
	list := make([]value, n)
	for i, e := range exprs {
		switch {
		case i >= n:
			p.use(e)
		default:
			list[i] = p.expr(e)
		}
	}
	if len(exprs) > 0 && len(exprs) < n && several(exprs[len(exprs)-1]) {
		for i := len(exprs); i < n; i++ {
			list[i] = value{sort: anything}
		}
	}
	return list
}

// several tells whether an expression at the end of a list stands for any number of
// values.
func several(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.FuncCallExpr:
		return !e.AdjustRet
	case *ast.Comma3Expr:
		return !e.AdjustRet
	}
	return false
}

func (p *prover) assign(s *ast.AssignStmt) {
	list := p.values(s.Rhs, len(s.Lhs))
	for i, left := range s.Lhs {
		switch left := left.(type) {
		case *ast.IdentExpr:
			if v := p.lookup(left.Value); v != nil {
				p.join(&v.holds, list[i])
			} else {
				p.escape(list[i]) // which the script fails at, since globals cannot be set
			}
		case *ast.AttrGetExpr:
			p.escape(p.expr(left.Object))
			p.use(left.Key)
			p.escape(list[i])
		default:
			p.fail()
		}
	}
}

func (p *prover) local(s *ast.LocalAssignStmt) {
	if len(s.Names) == 1 && len(s.Exprs) == 1 {
		if fn, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			v := p.declare(s, 0, s.Names[0]) // it may call itself
			p.join(&v.holds, p.expr(fn))
			return
		}
	}
	list := p.values(s.Exprs, len(s.Names))
	for i, name := range s.Names {
		p.join(&p.declare(s, i, name).holds, list[i])
	}
}

// define walks a function statement.
func (p *prover) define(s *ast.FuncDefStmt) {
	fn := p.expr(s.Func)
	if id, ok := s.Name.Func.(*ast.IdentExpr); ok && s.Name.Receiver == nil {
		if v := p.lookup(id.Value); v != nil {
			p.join(&v.holds, fn)
			return
		}
	}
	p.escape(fn)
	if s.Name.Receiver != nil {
		p.use(s.Name.Receiver)
	} else if get, ok := s.Name.Func.(*ast.AttrGetExpr); ok {
		p.use(get.Object)
	}
}

// forEach walks a for statement over an iterator: of that over the elements of KEYS the
// second variable is a key.
func (p *prover) forEach(s *ast.GenericForStmt) {
	over := value{}
	if len(s.Exprs) == 1 {
		if call, ok := s.Exprs[0].(*ast.FuncCallExpr); ok && p.builtin(call, "ipairs", "pairs") && len(call.Args) == 1 {
			if over = p.expr(call.Args[0]); over.sort != keyTable {
				p.escape(over)
			}
		}
	}
	if over.sort == nothing {
		for _, e := range s.Exprs {
			p.use(e)
		}
	}
	p.open()
	for i, name := range s.Names {
		v := p.declare(s, i, name)
		if i == 1 && over.sort == keyTable {
			p.join(&v.holds, value{sort: aKey})
		} else {
			p.join(&v.holds, value{sort: anything})
		}
	}
	p.block(s.Stmts)
	p.close()
}

func (p *prover) result(s *ast.ReturnStmt) {
	for i, e := range s.Exprs {
		v := p.expr(e)
		switch {
		case p.within != nil && i == 0:
			p.join(&p.within.returns, v)
		case p.within != nil || v.sort != keyTable:
			p.escape(v)
		}
	}
}
