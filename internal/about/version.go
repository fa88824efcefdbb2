// Package about is what Arago says about itself, about the process that it runs in, and
// about a plan: the program prints it, the C library returns it, both as the same JSON.
package about

import (
	"bytes"
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strings"

	"arago/backend"
)

// Version is that of Arago; the only place where it stands.
const Version = "0.1.0-dev"

// Creator is how files name who wrote them.
const Creator = "arago " + Version

// Build says what a program or library is made of.
type Build struct {
	Version string `json:"version"`
	// Revision of the source, with a plus sign if it had been changed; empty
	// where the build does not know it.
	Revision string            `json:"revision,omitempty"`
	Go       string            `json:"go"`
	Platform string            `json:"platform"`
	Backends []string          `json:"backends"`
	Modules  map[string]string `json:"modules"`
}

// BuildOf says what this program or library, with such back ends, is made of.
func BuildOf(r *backend.Registry) Build {
	b := Build{
		Version: Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Modules: map[string]string{},
	}
	for _, e := range Backends(r) {
		if e.InBuild() {
			b.Backends = append(b.Backends, e.Name)
		}
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Revision = revision(info)
		for _, m := range info.Deps {
			if strings.HasPrefix(m.Path, "gonum.org/") {
				b.Modules[m.Path] = m.Version
			}
		}
	}
	return b
}

func revision(info *debug.BuildInfo) string {
	var revision, changed string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	if revision == "" {
		return ""
	}
	return revision + changed
}

// JSON returns a value as one JSON object that ends in a new line.
func JSON(v any) (string, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return text.String(), err
}
