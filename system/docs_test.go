package system_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"arago/system"
)

var update = flag.Bool("update", false, "write docs/elements.md")

// The page that lists all elements is made from what the reader reads.
func TestThePageOfElementsIsUpToDate(t *testing.T) {
	const path = "../docs/elements.md"
	page := elementsPage(system.Elements())
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != page {
		t.Errorf("%s is not what the elements are; write it with: go test ./system -run Elements -update", path)
	}
}

func elementsPage(elements []system.ElementInfo) string {
	var b strings.Builder
	b.WriteString(`# Elements

<!-- Made by go test ./system -run Elements -update; do not edit. -->

What may stand in a plane of a [system file](../system/example.toml). Names, units and defaults are those of POPPY 1.1.2;
`)
	b.WriteString("`arago elements` prints the same.\n\n")
	b.WriteString("Lengths are metres in pupils and arcseconds in images. Where a table ends in *and the placement*, these keys follow:\n\n")
	common := placement(elements)
	writeParameters(&b, common, nil)
	for _, e := range elements {
		fmt.Fprintf(&b, "\n## %s\n\n%s. Stands in: %s.", e.Type, e.Doc, e.Planes)
		if e.Alias != "" {
			fmt.Fprintf(&b, " Also written `%s`.", e.Alias)
		}
		b.WriteString("\n\n")
		writeParameters(&b, e.Parameters, common)
	}
	return b.String()
}

// placement returns the keys that move an element, as the knife edge has them,
// which stands in pupils and images.
func placement(elements []system.ElementInfo) []system.Parameter {
	for _, e := range elements {
		if e.Type == "knife_edge" {
			return e.Parameters[1:]
		}
	}
	return nil
}

// writeParameters writes a table of parameters. If they end in those of common,
// in whatever unit, it says so instead of listing them.
func writeParameters(b *strings.Builder, parameters, common []system.Parameter) {
	own := len(parameters) - len(common)
	placed := len(common) > 0 && own >= 0
	for i := range common {
		if placed {
			a := parameters[own+i]
			a.Unit = common[i].Unit
			placed = reflect.DeepEqual(a, common[i])
		}
	}
	if !placed {
		own = len(parameters)
	}
	if own > 0 {
		b.WriteString("| key | write | default | unit | meaning |\n|---|---|---|---|---|\n")
	}
	for _, p := range parameters[:own] {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", p.Name, p.Kind, p.Default, p.Unit, p.Doc)
	}
	if placed {
		b.WriteString("\n*and the placement*\n")
	}
}
