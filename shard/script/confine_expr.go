package script

import (
	"strconv"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	"github.com/troupe-db/troupe/shard/command"
)

// Callee is what is known of a command before it is called.
type Callee struct {
	Spec *command.Spec
	// Free tells that the command needs no shard at all.
	Free bool
	// Container tells that the second word says which command it is.
	Container bool
}

// use walks an expression whose value goes where it is not followed.
func (p *prover) use(e ast.Expr) { p.escape(p.expr(e)) }

// expr walks an expression and returns its first value.
func (p *prover) expr(e ast.Expr) value {
	if p.depth++; p.depth > proofDepth {
		p.fail()
	}
	defer func() { p.depth-- }()
	if p.failed {
		return value{}
	}
	switch e := e.(type) {
	case *ast.NilExpr, *ast.FalseExpr:
		return value{}
	case *ast.IdentExpr:
		return p.ident(e.Value)
	case *ast.AttrGetExpr:
		return p.field(e)
	case *ast.FuncCallExpr:
		return p.call(e)
	case *ast.FunctionExpr:
		return p.function(e)
	case *ast.LogicalOpExpr:
		var both value
		p.merge(&both, p.expr(e.Lhs))
		p.merge(&both, p.expr(e.Rhs))
		return both
	case *ast.UnaryLenOpExpr:
		if v := p.expr(e.Expr); v.sort != keyTable {
			p.escape(v)
		}
	default:
		p.operands(e)
	}
	return value{sort: anything}
}

// operands walks what an expression is made of, when its own value is of no interest.
func (p *prover) operands(e ast.Expr) {
	switch e := e.(type) {
	case *ast.TableExpr:
		for _, f := range e.Fields {
			if f.Key != nil {
				p.use(f.Key)
			}
			p.use(f.Value)
		}
	case *ast.RelationalOpExpr:
		p.use(e.Lhs)
		p.use(e.Rhs)
	case *ast.StringConcatOpExpr:
		p.use(e.Lhs)
		p.use(e.Rhs)
	case *ast.ArithmeticOpExpr:
		p.use(e.Lhs)
		p.use(e.Rhs)
	case *ast.UnaryMinusOpExpr:
		p.use(e.Expr)
	case *ast.UnaryNotOpExpr:
		p.use(e.Expr)
	}
}

// ident returns what a name stands for. Globals that lead to functions the script does
// not show are refused.
func (p *prover) ident(name string) value {
	if v := p.lookup(name); v != nil {
		return v.holds
	}
	switch name {
	case "KEYS":
		if !p.library {
			return value{sort: keyTable}
		}
	case "redis":
		return value{sort: redisAPI}
	case "_G", "load", "loadstring", "getfenv", "setfenv", "require", "dofile", "loadfile", "debug":
		p.fail()
	}
	return value{sort: anything}
}

func (p *prover) field(e *ast.AttrGetExpr) value {
	object := p.expr(e.Object)
	name, constant := e.Key.(*ast.StringExpr)
	switch {
	case object.sort == redisAPI && !constant:
		p.fail()
	case object.sort == redisAPI:
		switch name.Value {
		case "call", "pcall":
			return value{sort: caller}
		case "register_function":
			return value{sort: register}
		}
	case object.sort == keyTable:
		p.use(e.Key)
		return value{sort: aKey}
	default:
		p.escape(object)
		p.use(e.Key)
	}
	return value{sort: anything}
}

func (p *prover) function(e *ast.FunctionExpr) value {
	fn := p.routines[e]
	if fn == nil {
		fn = &routine{}
		p.routines[e] = fn
	}
	outer := p.within
	p.within = fn
	p.open()
	fn.params = fn.params[:0]
	for i, name := range e.ParList.Names {
		fn.params = append(fn.params, p.declare(e, i, name))
	}
	fn.varargs = e.ParList.HasVargs
	p.block(e.Stmts)
	p.close()
	p.within = outer
	return value{sort: closure, fn: fn}
}

// builtin tells whether a call is one of a global function of Lua with one of the names.
func (p *prover) builtin(call *ast.FuncCallExpr, names ...string) bool {
	id, ok := call.Func.(*ast.IdentExpr)
	if !ok || call.Receiver != nil || p.lookup(id.Value) != nil {
		return false
	}
	for _, name := range names {
		if id.Value == name {
			return true
		}
	}
	return false
}

func (p *prover) call(e *ast.FuncCallExpr) value {
	if e.Receiver != nil {
		p.use(e.Receiver)
		p.escapeAll(e.Args)
		return value{sort: anything}
	}
	switch fn := p.expr(e.Func); fn.sort {
	case caller:
		p.site(e.Args)
	case register:
		p.registers(e.Args)
	case closure:
		return p.enter(fn.fn, e.Args)
	case nothing: // not known yet, or nil
		for _, a := range e.Args {
			p.expr(a)
		}
		return value{}
	default:
		p.escape(fn)
		p.escapeAll(e.Args)
	}
	return value{sort: anything}
}

func (p *prover) escapeAll(args []ast.Expr) {
	for _, a := range args {
		p.use(a)
	}
}

// enter gives the arguments of a call to the parameters of a function.
func (p *prover) enter(fn *routine, args []ast.Expr) value {
	list := p.values(args, max(len(fn.params), len(args)))
	for i, v := range list {
		if i < len(fn.params) {
			p.join(&fn.params[i].holds, v)
		} else {
			p.escape(v)
		}
	}
	return fn.returns
}

// registers gives the functions of a library what FCALL calls them with.
func (p *prover) registers(args []ast.Expr) {
	var callback value
	switch {
	case len(args) == 2:
		p.use(args[0])
		callback = p.expr(args[1])
	case len(args) == 1:
		table, ok := args[0].(*ast.TableExpr)
		if !ok {
			p.fail()
			return
		}
		for _, f := range table.Fields {
			name, ok := f.Key.(*ast.StringExpr)
			if ok && name.Value == "callback" {
				callback = p.expr(f.Value)
				continue
			}
			if f.Key != nil {
				p.use(f.Key)
			}
			p.use(f.Value)
		}
	}
	switch {
	case callback.sort == nothing && !p.final:
	case callback.sort != closure || callback.fn.varargs:
		p.fail()
	default:
		for i, param := range callback.fn.params {
			if i == 0 {
				p.join(&param.holds, value{sort: keyTable})
			} else {
				p.join(&param.holds, value{sort: anything})
			}
		}
	}
}

// word is an argument of a command.
type word struct {
	key  bool
	text string // of a constant
	tail bool   // any number of words like this
}

// site looks at a call of a command: every key must be one of KEYS.
func (p *prover) site(args []ast.Expr) {
	words := make([]word, 0, len(args))
	for i, a := range args {
		words = append(words, p.word(a, i == len(args)-1))
	}
	if !p.final || p.failed || len(words) == 0 {
		return
	}
	if words[0].text == "" || words[0].tail {
		p.fail()
		return
	}
	sub := ""
	if len(words) > 1 {
		sub = words[1].text
	}
	callee, found := p.commands.Lookup(words[0].text, sub)
	switch {
	case !found: // an error, whatever the keys
	case callee.Container:
		p.fail()
	case !callee.Free && !keysDeclared(callee.Spec, words):
		p.fail()
	}
}

func (p *prover) word(e ast.Expr, last bool) word {
	switch c := e.(type) {
	case *ast.StringExpr:
		return word{text: c.Value}
	case *ast.NumberExpr:
		return word{text: c.Value}
	case *ast.FuncCallExpr:
		if last && !c.AdjustRet && p.builtin(c, "unpack") && len(c.Args) > 0 {
			if of := p.expr(c.Args[0]); of.sort == keyTable {
				p.escapeAll(c.Args[1:])
				return word{key: true, tail: true}
			}
		}
	}
	v := p.expr(e)
	p.escape(v)
	return word{key: v.sort == aKey || v.sort == nothing, tail: last && several(e)}
}

// keysDeclared tells whether all keys of a request are among those of KEYS, whatever
// the words are of which nothing is known.
func keysDeclared(s *command.Spec, words []word) bool {
	switch s.Route {
	case command.RouteKeys, command.RouteSplit:
	default:
		return false
	}
	// An Extractor may only say more of the access where all specs are single places.
	for i := range s.Keys {
		k := &s.Keys[i]
		if k.Flags&command.KeyNotKey != 0 {
			continue
		}
		if k.Begin.Keyword == "STREAMS" && k.Find.Limit == 2 {
			if !streamsDeclared(words, k.Begin.From) {
				return false
			}
			continue
		}
		if k.Unknown || k.Begin.Keyword != "" || k.Flags&command.KeyIncomplete != 0 || k.Find.Limit > 1 || !specDeclared(k, words) {
			return false
		}
		if s.Extract != nil && (k.Find.Counted || k.Find.Last != 0) {
			return false
		}
	}
	return true
}

// streamsDeclared tells whether the keys of XREAD and XREADGROUP, the first half of what
// stands behind STREAMS, are declared. All words before it must be constants: another
// could turn out to be the same word. Only the group and the consumer of XREADGROUP,
// for which the search begins behind them, may be anything.
func streamsDeclared(words []word, from int) bool {
	if from > 1 && (len(words) < 2 || !strings.EqualFold(words[1].text, "GROUP")) {
		return false
	}
	at := from
	for ; at < len(words) && !strings.EqualFold(words[at].text, "STREAMS"); at++ {
		if words[at].text == "" || words[at].tail {
			return false
		}
	}
	if at >= len(words) || words[len(words)-1].tail {
		return false
	}
	rest := words[at+1:]
	for _, w := range rest[:len(rest)/2] {
		if !w.key {
			return false
		}
	}
	return len(rest) > 0 && len(rest)%2 == 0
}

func specDeclared(k *command.KeySpec, words []word) bool {
	n := len(words)
	open := words[n-1].tail // there may be more words, or one fewer
	first, last, step := k.Begin.Index, k.Begin.Index+k.Find.Last, k.Find.Step
	switch {
	case k.Find.Counted:
		at := k.Begin.Index + k.Find.Num
		if at >= n || words[at].tail {
			return false
		}
		first = k.Begin.Index + k.Find.First
		last = n - 1 // if the count is not known, all that may be keys are
		if open {
			last = n
		}
		if words[at].text != "" {
			count, err := strconv.Atoi(strings.TrimSpace(words[at].text))
			if err != nil || count < 1 || count > n {
				return false
			}
			last = first + (count-1)*step
			if last >= n && !open {
				return false
			}
		}
	case k.Find.Last < 0:
		if open && (step != 1 || k.Find.Last != -1) {
			return false
		}
		last = n + k.Find.Last
	}
	for i := first; i <= last && i < n; i += step {
		if !words[i].key {
			return false
		}
	}
	if open && last >= n {
		return words[n-1].key
	}
	return true
}
