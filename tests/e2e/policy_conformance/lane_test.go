package main

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/mattfenwick/cyclonus/pkg/generator"
)

// Where a case says which namespace it means: a name of one, or a label that is one.
var naming = regexp.MustCompile(`"(namespace|Namespace|kubernetes\.io/metadata\.name)":"([^"]*)"`)

func text(t *testing.T, one *generator.TestCase) string {
	t.Helper()
	bytes, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestMovedCaseIsTheSameElsewhere(t *testing.T) {
	cases := generator.NewTestCaseGenerator(true, anyAddress, namespaces, nil, nil).GenerateTestCases()
	names := 0
	for _, one := range cases {
		before := text(t, one)
		wanted := naming.ReplaceAllString(before, `"$1":"$2-a"`)
		names += len(naming.FindAllString(before, -1))
		if got := text(t, moved(one, "a")); got != wanted {
			t.Errorf("%s:\n%s\ninstead of\n%s", one.Description, got, wanted)
		}
		if text(t, one) != before {
			t.Errorf("%s: the case itself was changed", one.Description)
		}
	}
	if names < len(cases) {
		t.Errorf("only %d names in %d cases: what is looked for is not how cases are written", names, len(cases))
	}
}
