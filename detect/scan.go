package detect

import (
	"path/filepath"
	"slices"
)

// Served is a function of a library that Arago calls.
type Served struct {
	// Part is what is computed by it: "Dot", "FFT2".
	Part string
	// Symbol is its name, Address where it lies in this process.
	Symbol  string
	Address uintptr
	// Admits is how many calls Arago lets into the part's library at once, 0 if
	// it sets no bound.
	Admits int
}

// Scan returns the numerical libraries in this process: those that serve, as
// [Serving] returns them, then whatever else is loaded, in the order of loading.
// There is one [Library] for each file; files that belong together, such as
// those of MKL, are one. Nothing is loaded and no setting is changed. Without
// cgo on Linux the libraries are looked at and not asked; elsewhere, and in a
// program without shared libraries, there are none.
func Scan(served []Served) []Library {
	loaded, mapped := files()
	listed := map[string]bool{}
	all := serving(served, mapped, listed)
	var others []Library
	for i, name := range loaded {
		if listed[mapped[i]] {
			continue
		}
		file, ok := opened(name)
		if !ok {
			continue
		}
		l, parts, ok := identify(file, nil, mapped)
		file.close()
		if !ok {
			continue
		}
		others = append(others, l)
		for _, p := range parts {
			listed[p] = true
		}
	}
	for _, l := range others {
		if !listed[l.Path] {
			listed[l.Path] = true
			all = append(all, l)
		}
	}
	return all
}

// Serving returns the libraries around functions that Arago calls or is about
// to call, by the addresses that calls reach, in the order of served. The
// libraries are asked what they are, and CBLAS computes one trivial function:
// what a library wants to be told before its first use is to be told before.
func Serving(served []Served) []Library {
	_, mapped := files()
	return serving(served, mapped, map[string]bool{})
}

// serving notes in listed the files of the libraries that it returns.
func serving(served []Served, mapped []string, listed map[string]bool) []Library {
	all := []Library{}
	for _, u := range uses(served) {
		l, parts := u.library(mapped)
		all = append(all, l)
		listed[l.Path] = true
		for _, p := range parts {
			listed[p] = true
		}
	}
	return all
}

// files returns the files that are loaded, as they are called, and without
// links.
func files() (loaded, mapped []string) {
	loaded = objects()
	mapped = make([]string, len(loaded))
	for i, name := range loaded {
		mapped[i] = realPath(name)
	}
	return loaded, mapped
}

// use is what Arago calls in one file.
type use struct {
	file    image // nil if the addresses lie in no file
	symbols []string
	parts   []string
	admits  map[string]int // by part
}

// uses sorts functions by the files that they lie in.
func uses(served []Served) []*use {
	var all []*use
	byPath := map[string]*use{}
	for _, s := range served {
		file, ok := holder(s.Address)
		path := ""
		if ok {
			path = file.path()
		}
		u := byPath[path]
		switch {
		case u == nil:
			u = &use{file: file, admits: map[string]int{}}
			byPath[path] = u
			all = append(all, u)
		case ok:
			file.close()
		}
		u.add(s)
	}
	return all
}

func (u *use) add(s Served) {
	if !slices.Contains(u.symbols, s.Symbol) {
		u.symbols = append(u.symbols, s.Symbol)
	}
	if !slices.Contains(u.parts, s.Part) {
		u.parts = append(u.parts, s.Part)
	}
	u.admits[s.Part] = s.Admits
}

// library identifies the file and lets go of it.
func (u *use) library(mapped []string) (l Library, parts []string) {
	if u.file == nil {
		l = Library{Kind: Unrecognised, Symbols: u.symbols, ConcurrentCalls: Unknown,
			Evidence: []string{"its functions lie in no file of this process"}}
	} else {
		var ok bool
		l, parts, ok = identify(u.file, u.symbols, mapped)
		u.file.close()
		if !ok {
			l.Kind = Unrecognised
			l.Evidence = []string{"it has nothing by which a library is recognised"}
		}
	}
	l.Serves = u.parts
	// Each part has a bound of its own; one without a bound leaves none.
	for _, n := range u.admits {
		if n == 0 {
			l.Admits = 0
			break
		}
		l.Admits += n
	}
	return l, parts
}

// realPath returns a file without links. Some files exist in the memory of the
// process or in a cache of the system only.
func realPath(name string) string {
	if path, err := filepath.EvalSymlinks(name); err == nil {
		return path
	}
	return name
}
