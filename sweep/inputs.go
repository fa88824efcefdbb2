package sweep

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"arago/system"
)

// Input returns the name of the input of the study that the file at a path is, "" if it is
// none: the sweep file, the system file, a table, a file that an axis or the reference
// names, or one of others.
func (s *Study) Input(path string, others ...string) string {
	there, err := os.Stat(path)
	if err != nil {
		return ""
	}
	names := append([]string{s.File, s.Base.Name()}, others...)
	for _, g := range s.groups {
		for _, a := range g.axes {
			names = append(names, a.file)
			names = append(names, s.named(a, filepath.Base(path))...)
		}
	}
	for _, v := range s.Measures.Reference {
		if text, ok := v.(string); ok {
			names = append(names, s.beside(text))
		}
	}
	i := slices.IndexFunc(names, func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && os.SameFile(info, there)
	})
	if i < 0 {
		return ""
	}
	return names[i]
}

// named returns the files of this name, in any folder, that are values of an axis.
func (s *Study) named(a *axis, base string) []string {
	var list []string
	if a.drawn {
		return nil
	}
	for i, k := range a.kinds {
		for point := 0; k == words && point < a.n; point++ {
			text, ok := a.at(point, 0)[i].(string)
			if ok && strings.EqualFold(filepath.Base(text), base) {
				list = append(list, s.beside(text))
			}
		}
	}
	return list
}

// beside returns where a file is that the system names.
func (s *Study) beside(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(system.Folder(s.Base.Name()), name)
}
