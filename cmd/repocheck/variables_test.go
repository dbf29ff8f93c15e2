package repocheck

import (
	"go/ast"
	"go/token"
)

// checkVariables refuses assignments to package variables, in what is built:
// state belongs to somebody, and two servers in one process share none.
func checkVariables(tr *tree) []string {
	names := map[string]map[string]bool{} // by folder: its package variables
	for _, f := range tr.files {
		if names[f.dir] == nil {
			names[f.dir] = map[string]bool{}
		}
		for _, name := range packageVariables(f) {
			names[f.dir][name] = true
		}
	}
	var findings []string
	for _, f := range tr.files {
		if f.test {
			continue
		}
		for _, id := range assigned(f) {
			if id.Name != "_" && names[f.dir][id.Name] && !isLocal(f, id) {
				findings = append(findings, tr.finding(id.Pos(), "package variable %s is written", id.Name))
			}
		}
	}
	return findings
}

func packageVariables(f *file) []string {
	var names []string
	for _, d := range f.code.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR || f.test {
			continue
		}
		for _, s := range g.Specs {
			for _, id := range s.(*ast.ValueSpec).Names {
				names = append(names, id.Name)
			}
		}
	}
	return names
}

// assigned returns the identifiers at the root of everything that functions
// assign to: x in x = 1, x.f++ and x[i] = 1.
func assigned(f *file) []*ast.Ident {
	var found []*ast.Ident
	add := func(e ast.Expr) {
		if id := rootOf(e); id != nil {
			found = append(found, id)
		}
	}
	ast.Inspect(f.code, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				for _, e := range s.Lhs {
					add(e)
				}
			}
		case *ast.IncDecStmt:
			add(s.X)
		}
		return true
	})
	return found
}

func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// isLocal tells whether an identifier was declared inside a function. The parser
// resolves names within a file; one that it could not resolve, or that it found
// at the top of the file, is the package's.
func isLocal(f *file, id *ast.Ident) bool {
	return id.Obj != nil && f.code.Scope.Lookup(id.Name) != id.Obj
}
