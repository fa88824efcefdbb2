package detect

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"slices"
	"strings"
)

// image is one file of this process that may be a library, and what can be
// asked about it. The calls answer false where a function does not exist or
// cannot be called.
type image interface {
	// path is the file without links; static says that Arago is in it.
	path() string
	static() bool
	close()
	// readable says whether the file's symbols are known.
	readable() bool

	// defines says whether a symbol lies in the file, imports whether the file
	// wants it from another one.
	defines(symbol string) bool
	imports(symbol string) bool
	// behind is the file that holds a symbol, this one or one that it brings
	// along; binds is the file that its own use of the symbol reaches. They are
	// "" if there is none.
	behind(symbol string) string
	binds(symbol string) string

	// Functions: const char *f(void), const char *f(int), int f(void),
	// int f(int), f(char *, size_t), f(int *, int *, int *).
	text(symbol string) (string, bool)
	textOf(symbol string, n int) (string, bool)
	number(symbol string) (int, bool)
	numberOf(symbol string, n int) (int, bool)
	fill(symbol string) (string, bool)
	three(symbol string) ([3]int, bool)
	// data is a variable of type char[].
	data(symbol string) (string, bool)
	// integerBits is how many bits of an integer a function of the form of
	// cblas_isamax reads.
	integerBits(isamax string) (int, bool)
}

// file is what a file on disk tells without being called.
type file struct {
	name string
	own  bool // Arago is in it

	read              bool
	defined, imported []string // sorted; nil if the file is in neither format
}

func (f *file) path() string { return f.name }
func (f *file) static() bool { return f.own }
func (f *file) close()       {}

func (f *file) readable() bool {
	f.parse()
	return f.defined != nil || f.imported != nil
}

func (f *file) defines(symbol string) bool {
	f.parse()
	_, ok := slices.BinarySearch(f.defined, symbol)
	return ok
}

func (f *file) imports(symbol string) bool {
	f.parse()
	_, ok := slices.BinarySearch(f.imported, symbol)
	return ok
}

func (f *file) behind(symbol string) string {
	if f.defines(symbol) {
		return f.name
	}
	return ""
}

func (f *file) binds(symbol string) string { return f.behind(symbol) }

func (f *file) text(string) (string, bool)        { return "", false }
func (f *file) textOf(string, int) (string, bool) { return "", false }
func (f *file) number(string) (int, bool)         { return 0, false }
func (f *file) numberOf(string, int) (int, bool)  { return 0, false }
func (f *file) fill(string) (string, bool)        { return "", false }
func (f *file) three(string) ([3]int, bool)       { return [3]int{}, false }
func (f *file) integerBits(string) (int, bool)    { return 0, false }

// parse reads the names of the file's symbols, once.
func (f *file) parse() {
	if f.read {
		return
	}
	f.read = true
	if e, err := elf.Open(f.name); err == nil {
		defer e.Close()
		symbols, _ := e.DynamicSymbols()
		for _, s := range symbols {
			if s.Section == elf.SHN_UNDEF {
				f.imported = append(f.imported, s.Name)
			} else {
				f.defined = append(f.defined, s.Name)
			}
		}
	} else if m, err := macho.Open(f.name); err == nil {
		defer m.Close()
		f.imported, _ = m.ImportedSymbols()
		for i, name := range f.imported {
			f.imported[i] = strings.TrimPrefix(name, "_")
		}
		if m.Symtab != nil {
			const undefined, external = 0x0e, 0x01 // N_TYPE is 0 of an undefined symbol, N_EXT
			for _, s := range m.Symtab.Syms {
				if s.Type&undefined != 0 && s.Type&external != 0 {
					f.defined = append(f.defined, strings.TrimPrefix(s.Name, "_"))
				}
			}
		}
	}
	slices.Sort(f.defined)
	slices.Sort(f.imported)
}

// data reads the initial value of a variable.
func (f *file) data(symbol string) (string, bool) {
	if !f.defines(symbol) {
		return "", false
	}
	e, err := elf.Open(f.name)
	if err != nil {
		return "", false
	}
	defer e.Close()
	symbols, _ := e.DynamicSymbols()
	for _, s := range symbols {
		if s.Name != symbol || int(s.Section) >= len(e.Sections) {
			continue
		}
		section := e.Sections[s.Section]
		content, err := section.Data()
		if err != nil || s.Value < section.Addr || s.Value-section.Addr >= uint64(len(content)) {
			return "", false
		}
		value, _, _ := bytes.Cut(content[s.Value-section.Addr:], []byte{0})
		return string(value), true
	}
	return "", false
}
