package system_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"arago/system"
)

// Whatever a text holds, Parse answers with a system that can be or an *Error.
func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(system.Example()))
	for _, pattern := range []string{"../examples/*.toml", poppyFolder + "/*.toml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, c := range spoilt {
		f.Add([]byte(c.to))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := system.Parse("fuzz.toml", text, poppyFolder)
		if err != nil {
			e, ok := errors.AsType[*system.Error](err)
			if !ok {
				t.Fatalf("the error is a %T: %v", err, err)
			}
			if e.File != "fuzz.toml" || e.Line < 0 || e.Problem == "" {
				t.Fatalf("incomplete error %+v", e)
			}
			return
		}
		if len(s.Planes) == 0 || len(s.Source.Spectrum) == 0 || !(s.Diameter > 0) || s.Npix < 1 || s.Oversample < 1 {
			t.Fatalf("a system that cannot be: %+v", s)
		}
	})
}
