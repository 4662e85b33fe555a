// go_oracle lists what Go's own packages say of Go files, as JSON lines, for tests to compare with.
//
//	go run . -definitions ROOT < paths   one line for every package-level function, method and type:
//	    {"kind":"func"|"method"|"type","path":P,"scope":RECEIVER,"name":N,"line":L,"end":E}
//	go run . -calls ROOT < paths         one line for every call between functions of the files:
//	    {"caller":{"path":P,"scope":S,"name":N},"callee":{"path":P,"scope":S,"name":N}}
//
// Paths are relative to ROOT, one a line, on standard input. Calls are resolved by go/types; packages
// outside ROOT are not read, so that an expression whose type comes from one is left out: the calls
// are a subset of the true ones, and each of them is true. A call inside a function literal belongs to
// the function around it; a call by a package-level variable's initializer is left out. Equal lines
// are printed once.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

type definition struct {
	Kind  string `json:"kind"`
	Path  string `json:"path"`
	Scope string `json:"scope"`
	Name  string `json:"name"`
	Line  int    `json:"line"`
	End   int    `json:"end"`
}

type function struct {
	Path  string `json:"path"`
	Scope string `json:"scope"`
	Name  string `json:"name"`
}

type call struct {
	Caller function `json:"caller"`
	Callee function `json:"callee"`
}

func main() {
	definitions := flag.String("definitions", "", "list functions and types of the files below this directory")
	calls := flag.String("calls", "", "list calls between the files below this directory")
	module := flag.String("module", "", "with -calls: the import path of ROOT (default: from its go.mod)")
	flag.Parse()
	var paths []string
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		paths = append(paths, lines.Text())
	}
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	switch {
	case *definitions != "":
		listDefinitions(*definitions, paths, json.NewEncoder(output))
	case *calls != "":
		listCalls(*calls, *module, paths, json.NewEncoder(output))
	default:
		fmt.Fprintln(os.Stderr, "go_oracle: give -definitions ROOT or -calls ROOT, and paths on standard input")
		os.Exit(2)
	}
}

func listDefinitions(root string, paths []string, output *json.Encoder) {
	for _, path := range paths {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, filepath.Join(root, path), nil, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintf(os.Stderr, "go_oracle: %s is left out: %v\n", path, err)
			continue
		}
		print := func(kind, scope string, name *ast.Ident, end token.Pos) {
			if name.Name != "_" {
				output.Encode(definition{kind, path, scope, name.Name,
					files.Position(name.Pos()).Line, files.Position(end).Line})
			}
		}
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				kind := "func"
				if declaration.Recv != nil {
					kind = "method"
				}
				print(kind, receiver(declaration), declaration.Name, declaration.End())
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok {
						print("type", "", spec.Name, spec.End())
					}
				}
			}
		}
	}
}

// receiver names the type of a method's receiver, without pointer and type parameters.
func receiver(declaration *ast.FuncDecl) string {
	if declaration.Recv == nil || len(declaration.Recv.List) == 0 {
		return ""
	}
	expression := declaration.Recv.List[0].Type
	for {
		switch inner := expression.(type) {
		case *ast.StarExpr:
			expression = inner.X
		case *ast.ParenExpr:
			expression = inner.X
		case *ast.IndexExpr:
			expression = inner.X
		case *ast.IndexListExpr:
			expression = inner.X
		case *ast.Ident:
			return inner.Name
		default:
			return ""
		}
	}
}

// modulePath reads the module line of ROOT's go.mod.
func modulePath(root string) string {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "module "); ok {
			return strings.Trim(strings.TrimSpace(rest), `"`)
		}
	}
	return ""
}
