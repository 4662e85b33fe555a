package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// tree type-checks the packages below root, each once and after those it imports.
type tree struct {
	root, module string
	files        *token.FileSet
	directories  map[string][]string // directory -> file names, relative to root
	checked      map[string]*types.Package
	foreign      map[string]*types.Package
	output       func(caller, callee function)
}

func listCalls(root, module string, paths []string, output *json.Encoder) {
	if module == "" {
		module = modulePath(root)
	}
	if module == "" {
		fmt.Fprintf(os.Stderr, "go_oracle: %s has no go.mod with a module line; give -module\n", root)
		os.Exit(2)
	}
	seen := map[call]bool{}
	t := &tree{root: root, module: module, files: token.NewFileSet(), directories: map[string][]string{},
		checked: map[string]*types.Package{}, foreign: map[string]*types.Package{}}
	t.output = func(caller, callee function) {
		line := call{caller, callee}
		if !seen[line] {
			seen[line] = true
			output.Encode(line)
		}
	}
	for _, file := range paths {
		directory := path.Dir(file)
		t.directories[directory] = append(t.directories[directory], file)
	}
	var directories []string
	for directory := range t.directories {
		directories = append(directories, directory)
	}
	sort.Strings(directories)
	for _, directory := range directories {
		t.check(directory)
		t.checkTests(directory)
	}
}

// Import gives a package of the tree, or an empty one for a package outside it.
func (t *tree) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	if directory, ok := t.directoryOf(name); ok {
		if checked := t.check(directory); checked != nil {
			return checked, nil
		}
	}
	if t.foreign[name] == nil {
		t.foreign[name] = types.NewPackage(name, path.Base(name))
		t.foreign[name].MarkComplete()
	}
	return t.foreign[name], nil
}

func (t *tree) directoryOf(name string) (string, bool) {
	directory := "."
	if name != t.module {
		rest, ok := strings.CutPrefix(name, t.module+"/")
		if !ok {
			return "", false
		}
		directory = rest
	}
	_, ok := t.directories[directory]
	return directory, ok
}

// parse reads the directory's files of this platform that `wanted` accepts.
func (t *tree) parse(directory string, wanted func(name string, file *ast.File) bool) []*ast.File {
	var parsed []*ast.File
	for _, name := range t.directories[directory] {
		match, err := build.Default.MatchFile(filepath.Join(t.root, directory), path.Base(name))
		if err != nil || !match {
			continue
		}
		file, err := parser.ParseFile(t.files, filepath.Join(t.root, name), nil, parser.SkipObjectResolution)
		if err == nil && wanted(name, file) {
			parsed = append(parsed, file)
		}
	}
	return parsed
}

func (t *tree) check(directory string) *types.Package {
	if checked, ok := t.checked[directory]; ok {
		return checked
	}
	t.checked[directory] = nil // an import cycle ends here
	files := t.parse(directory, func(name string, _ *ast.File) bool { return !strings.HasSuffix(name, "_test.go") })
	if len(files) == 0 {
		return nil
	}
	t.checked[directory] = t.typeCheck(path.Join(t.module, directory), files, nil)
	return t.checked[directory]
}

// checkTests checks the package together with its tests, then the external test package.
func (t *tree) checkTests(directory string) {
	inside := t.parse(directory, func(name string, file *ast.File) bool {
		return !strings.HasSuffix(file.Name.Name, "_test")
	})
	tests := func(name string) bool { return strings.HasSuffix(name, "_test.go") }
	t.typeCheck(path.Join(t.module, directory), inside, tests)
	outside := t.parse(directory, func(name string, file *ast.File) bool {
		return strings.HasSuffix(file.Name.Name, "_test")
	})
	t.typeCheck(path.Join(t.module, directory)+"_test", outside, tests)
}

// typeCheck prints the calls of the files that `wanted` accepts (nil: all).
func (t *tree) typeCheck(name string, files []*ast.File, wanted func(string) bool) *types.Package {
	if len(files) == 0 {
		return nil
	}
	uses := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: t, Error: func(error) {}, FakeImportC: true}
	checked, _ := config.Check(name, t.files, files, uses)
	for _, file := range files {
		if wanted == nil || wanted(t.files.Position(file.Pos()).Filename) {
			t.calls(file, uses)
		}
	}
	return checked
}

func (t *tree) calls(file *ast.File, uses *types.Info) {
	for _, declaration := range file.Decls {
		declaration, ok := declaration.(*ast.FuncDecl)
		if !ok || declaration.Body == nil {
			continue
		}
		where, _ := t.relative(declaration.Pos())
		caller := function{where, receiver(declaration), declaration.Name.Name}
		ast.Inspect(declaration.Body, func(node ast.Node) bool {
			if expression, ok := node.(*ast.CallExpr); ok {
				if called, ok := uses.Uses[calledName(expression.Fun)].(*types.Func); ok {
					t.print(caller, called.Origin())
				}
			}
			return true
		})
	}
}

func calledName(expression ast.Expr) *ast.Ident {
	for {
		switch inner := expression.(type) {
		case *ast.ParenExpr:
			expression = inner.X
		case *ast.IndexExpr:
			expression = inner.X
		case *ast.IndexListExpr:
			expression = inner.X
		case *ast.SelectorExpr:
			return inner.Sel
		case *ast.Ident:
			return inner
		default:
			return nil
		}
	}
}

// print leaves out interface methods, which are not declared functions, and functions outside the tree.
func (t *tree) print(caller function, called *types.Func) {
	where, ok := t.relative(called.Pos())
	if !ok {
		return
	}
	scope := ""
	if received := called.Type().(*types.Signature).Recv(); received != nil {
		receiving := received.Type()
		if pointer, ok := receiving.(*types.Pointer); ok {
			receiving = pointer.Elem()
		}
		named, ok := receiving.(*types.Named)
		if !ok || types.IsInterface(named) {
			return
		}
		scope = named.Obj().Name()
	}
	t.output(caller, function{where, scope, called.Name()})
}

func (t *tree) relative(position token.Pos) (string, bool) {
	if !position.IsValid() {
		return "", false
	}
	relative, err := filepath.Rel(t.root, t.files.Position(position).Filename)
	return filepath.ToSlash(relative), err == nil && !strings.HasPrefix(relative, "..")
}
