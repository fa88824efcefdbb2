package system

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"arago/propagate"
)

// Document is a system file that has been read and of which variants are made: the
// same system with other values of some parameters. Its methods may be called by
// several goroutines at once.
type Document struct {
	name, dir string
	text      []byte
	root      *table
	shelf     *shelf
}

// Setting gives the parameter at a path a value.
type Setting struct {
	// Path leads from the root of the file to a key or to an item of a list, counted
	// from 0: "source.offset_r", "plane.0.elements.1.coefficients.3".
	Path string
	// Value is a bool, string, int64 or float64, or a list ([]any) of such values.
	Value any
}

// ReadDocument reads the system file at path. The error is an [*Error].
func ReadDocument(path string) (*Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return ParseDocument(path, text, Folder(path))
}

// ParseDocument reads the text of a system file; see [Parse]. What the text means is
// looked at when a variant is made.
func ParseDocument(name string, text []byte, dir string) (*Document, error) {
	r := &reader{file: name, dir: dir}
	if len(text) > maxFileSize {
		r.add(Error{Problem: fmt.Sprintf("is larger than %d bytes; that is no system file", maxFileSize)})
		return nil, r.first()
	}
	root, bad := parseTOML(text)
	if bad != nil {
		r.add(*bad)
		return nil, r.first()
	}
	return &Document{name: name, dir: dir, text: text, root: root, shelf: newShelf()}, nil
}

// Name returns the name that messages call the file.
func (d *Document) Name() string { return d.name }

// Text returns the text of the file.
func (d *Document) Text() []byte { return d.text }

// Variant is a system that a document with settings describes.
type Variant struct {
	System propagate.System
	// Files are the FITS files that were read, in the order of the text.
	Files []File
	// Digest is a hash of all that defines the system: the keys and values of the
	// document with the settings, and of the files the samples, their distance and
	// their unit. Comments, the order of keys and the layout of the text do not matter.
	Digest [sha256.Size]byte
}

// Variant returns the system that the document describes with the settings, applied
// in their order. The error is an [*Error] in the words of [Parse]; its line is that of
// the value, or of the table that a key was put into.
//
// FITS files are read once and kept for the next variant, as many as fit in memoryOfFiles.
func (d *Document) Variant(settings []Setting) (*Variant, error) {
	r := &reader{file: d.name, dir: d.dir, shelf: d.shelf}
	root, err := d.with(settings)
	if err != nil {
		return nil, err
	}
	v := &Variant{System: r.system(root)}
	if err := r.first(); err != nil {
		return nil, err
	}
	v.Files = r.files
	hash := sha256.New()
	hash.Write(appendTable(nil, root))
	for _, f := range v.Files {
		fmt.Fprintf(hash, "%s %x %x\n", f.SHA256, f.Step, f.Metres)
	}
	hash.Sum(v.Digest[:0])
	return v, nil
}

// Outline returns the system without what FITS files hold: elements from files let all
// light pass and change no phase. It is for predictions.
func (d *Document) Outline(settings []Setting) (propagate.System, error) {
	r := &reader{file: d.name, dir: d.dir, withoutFiles: true}
	root, err := d.with(settings)
	if err != nil {
		return propagate.System{}, err
	}
	s := r.system(root)
	return s, r.first()
}

// with returns the tree of the document with settings applied.
func (d *Document) with(settings []Setting) (*table, error) {
	root := d.root
	for _, s := range settings {
		changed, problem := setIn(value{0, root}, s.Path, "", strings.Split(s.Path, "."), s.Value)
		if problem != "" {
			return nil, &Error{File: d.name, Key: s.Path, Problem: problem}
		}
		root = changed.data.(*table)
	}
	return root, nil
}

// setIn returns a copy of v with the value at the path that parts are the rest of and
// walked the beginning; all that the path does not lead through is shared.
func setIn(v value, path, walked string, parts []string, to any) (value, string) {
	if len(parts) == 0 {
		data, ok := asData(v.line, to)
		if !ok {
			return v, fmt.Sprintf("cannot be set to a %T", to)
		}
		return value{v.line, data}, ""
	}
	part := parts[0]
	next := strings.TrimPrefix(walked+"."+part, ".")
	if part == "" {
		return v, "is no path; write keys and numbers of items with dots between them, as in source.offset_r or plane.0.elements.1.radius"
	}
	switch d := v.data.(type) {
	case *table:
		inner, ok := d.entries[part]
		if !ok && len(parts) > 1 {
			return v, fmt.Sprintf("leads nowhere: there is no %s; %s", plainKey(part),
				possible(part, d.keys, "there are", listed(sortedKeys(d), "and")))
		}
		if !ok {
			inner.line = d.line
		}
		changed, problem := setIn(inner, path, next, parts[1:], to)
		if problem != "" {
			return v, problem
		}
		t := &table{line: d.line, keys: d.keys, entries: maps.Clone(d.entries)}
		t.keys = slices.Clip(t.keys) // put appends
		t.put(part, changed)
		return value{v.line, t}, ""
	case []value:
		i, err := strconv.Atoi(part)
		if err != nil {
			return v, fmt.Sprintf("leads nowhere: %s is a list, and %s no number of an item; items are counted from 0", walked, plainKey(part))
		}
		if i < 0 || i >= len(d) {
			return v, fmt.Sprintf("leads nowhere: %s has %d items, counted from 0", walked, len(d))
		}
		changed, problem := setIn(d[i], path, next, parts[1:], to)
		if problem != "" {
			return v, problem
		}
		list := slices.Clone(d)
		list[i] = changed
		return value{v.line, list}, ""
	}
	return v, fmt.Sprintf("leads nowhere: %s is %s", walked, v)
}

func sortedKeys(t *table) []string {
	var keys []string
	for _, k := range t.keys {
		keys = append(keys, plainKey(k))
	}
	slices.Sort(keys)
	return keys
}

// asData returns a Go value as one of the tree.
func asData(line int, v any) (any, bool) {
	switch v := v.(type) {
	case bool, string, int64, float64:
		return v, true
	case []any:
		list := make([]value, len(v))
		for i, item := range v {
			data, ok := asData(line, item)
			if !ok {
				return nil, false
			}
			list[i] = value{line, data}
		}
		return list, true
	}
	return nil, false
}

// appendTable appends a description of a tree that is the same for every text that
// says the same.
func appendTable(b []byte, t *table) []byte {
	b = append(b, '{')
	for _, key := range slices.Sorted(maps.Keys(t.entries)) {
		b = strconv.AppendQuote(b, key)
		b = appendValue(append(b, '='), t.entries[key])
	}
	return append(b, '}')
}

func appendValue(b []byte, v value) []byte {
	switch d := v.data.(type) {
	case string:
		b = strconv.AppendQuote(b, d)
	case bool:
		b = strconv.AppendBool(b, d)
	case int64:
		b = strconv.AppendInt(append(b, 'i'), d, 10)
	case float64:
		b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(d))
	case *table:
		b = appendTable(b, d)
	case []value:
		b = append(b, '[')
		for _, item := range d {
			b = append(appendValue(b, item), ',')
		}
		b = append(b, ']')
	}
	return append(b, ';')
}

// memoryOfFiles bounds what a document keeps of FITS files and of the elements made of
// them, in bytes of samples.
const memoryOfFiles = 512 << 20

// shelf keeps what was made of FITS files for the next variant of a document.
type shelf struct {
	mutex sync.Mutex
	items map[string]*shelved
	bytes int64
	clock int
}

type shelved struct {
	value any
	bytes int64
	used  int
}

func newShelf() *shelf { return &shelf{items: map[string]*shelved{}} }

// get returns what is kept under a key.
func (s *shelf) get(key string) (any, bool) {
	if s == nil {
		return nil, false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	item := s.items[key]
	if item == nil {
		return nil, false
	}
	s.clock++
	item.used = s.clock
	return item.value, true
}

// put keeps a value of so many bytes, in place of what was not asked for the longest.
func (s *shelf) put(key string, v any, bytes int64) {
	if s == nil || bytes > memoryOfFiles {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.items[key] != nil {
		return
	}
	for s.bytes+bytes > memoryOfFiles {
		oldest, used := "", s.clock+1
		for k, item := range s.items {
			if item.used < used {
				oldest, used = k, item.used
			}
		}
		s.bytes -= s.items[oldest].bytes
		delete(s.items, oldest)
	}
	s.clock++
	s.items[key] = &shelved{v, bytes, s.clock}
	s.bytes += bytes
}
