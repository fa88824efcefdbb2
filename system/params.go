package system

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"arago/optics"
)

// Parameter describes a key that an element takes.
type Parameter struct {
	// Name is the key.
	Name string
	// Kind is what to write: "number", "whole number", "true or false", …
	Kind string
	// Default is the value that serves if the key is left out, "required" if it
	// cannot be, or "" if its absence has a meaning of its own, which Doc says.
	Default string
	// Unit of a number, "" if it has none.
	Unit string
	// Doc is one sentence without its full stop.
	Doc string
}

// Kinds of parameters.
const (
	kindNumber    = "number"
	kindWhole     = "whole number"
	kindBool      = "true or false"
	kindText      = "text"
	kindFile      = "name of a FITS file"
	kindType      = "type of element"
	kindNumbers   = "list of numbers"
	kindOneOrMore = "number or list of numbers"
	kindScale     = "number, or keyword of the header"
	kindPair      = "number, or [y, x]"
	kindWholes    = "list of whole numbers"
	kindPSDs      = "list of [alpha, beta, outer_scale, inner_scale, surf_roughness]"
	kindElement   = "element"
	kindElements  = "list of elements"
	kindTable     = "table"
	kindTables    = "list of tables"
)

// required is the Default of a parameter that has none.
const required = "required"

// want says what to write for the parameter, in words that follow "write".
func (k Parameter) want() string {
	of := ""
	if name, ok := unitNames[k.Unit]; ok {
		of = " of " + name
	}
	switch k.Kind {
	case kindNumber:
		return "a number" + of
	case kindWhole:
		return "a whole number"
	case kindText:
		return "text in quotes"
	case kindFile:
		return "the name of a FITS file in quotes"
	case kindType:
		return `a type of element in quotes, as in type = "circular_aperture"`
	case kindScale:
		return "a number" + of + ", or a keyword in quotes"
	case kindNumbers:
		return "a list of numbers" + of + " in brackets"
	case kindOneOrMore:
		return "a number" + of + ", or a list of them"
	case kindPair:
		return "a number" + of + ", or two as in [y, x]"
	case kindWholes:
		return "a list of whole numbers in brackets"
	case kindPSDs:
		return "a list of models in brackets, each as [alpha, beta, outer_scale, inner_scale, surf_roughness]"
	case kindElement:
		return `an element, as in { type = "circular_aperture" }`
	case kindElements:
		return `a list of elements, as in [{ type = "circular_aperture" }]`
	case kindTable:
		return "the table [" + k.Name + "]"
	case kindTables:
		return "[[" + k.Name + "]] above each of them"
	}
	return k.Kind
}

var unitNames = map[string]string{
	"m":            "metres",
	"arcsec":       "arcseconds",
	"deg":          "degrees",
	"arcsec/pixel": "arcseconds per pixel",
	"rad/arcsec":   "radians per arcsecond",
	"waves":        "waves",
	"cycles":       "cycles",
	"cycles/m":     "cycles per metre",
	"pixels":       "pixels",
}

// params reads the keys of one table. Each method reads one key, reports what
// is wrong with its value, and remembers that the key is known; finish then
// reports the keys that are left. A value that is wrong is replaced by the
// default, so reading goes on; failed says that it happened.
//
// Without a table (nil) the methods only note which parameters there are: that
// is how they are listed.
type params struct {
	*reader
	table   *table
	where   string
	plane   planeKind // that an element stands in
	depth   int       // of elements within elements
	known   []Parameter
	missing []Error
	failed  bool
}

// look notes a parameter and returns its value if it is given.
func (p *params) look(k Parameter) (value, bool) {
	p.known = append(p.known, k)
	if p.table == nil {
		return value{}, false
	}
	v, ok := p.table.entries[k.Name]
	if !ok && k.Default == required {
		p.lack(k.Name, "is missing; write %s (%s)", k.want(), k.Doc)
	}
	return v, ok
}

// lack reports a key that is missing, once finish finds no better news.
func (p *params) lack(key, format string, args ...any) {
	p.failed = true
	p.missing = append(p.missing, Error{Line: p.table.line, Where: p.where, Key: key, Problem: fmt.Sprintf(format, args...)})
}

// fail reports a problem with a key or, as in "weights[2]", with an item of a
// list. Its line is that of the item or the key, or of the table if there is no
// such key.
func (p *params) fail(key, format string, args ...any) {
	p.failed = true
	p.add(Error{Line: p.line(key), Where: p.where, Key: key, Problem: fmt.Sprintf(format, args...)})
}

func (p *params) line(key string) int {
	base, index, isItem := strings.Cut(key, "[")
	v, ok := p.table.entries[base]
	if !ok {
		return p.table.line
	}
	if list, isList := v.data.([]value); isList && isItem {
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil && i < len(list) {
			return list[i].line
		}
	}
	return v.line
}

// wrong reports a value of the wrong type.
func (p *params) wrong(key string, v value, k Parameter) {
	p.fail(key, "is %s; write %s", v, k.want())
}

// String says what a value is, for messages.
func (v value) String() string {
	switch d := v.data.(type) {
	case string:
		return "the text " + quoted(d)
	case bool:
		return strconv.FormatBool(d)
	case int64:
		return "the whole number " + strconv.FormatInt(d, 10)
	case float64:
		s := formatNumber(d)
		if strings.Trim(s, "-0123456789") == "" {
			s += ".0" // so that it is no whole number
		}
		return "the number " + s
	case []value:
		return "a list"
	case *table:
		return "a table"
	}
	return "a date or time"
}

// formatNumber writes a number as people do: 1e-6, not 1e-06.
func formatNumber(v float64) string {
	return strings.NewReplacer("e-0", "e-", "e+0", "e").Replace(strconv.FormatFloat(v, 'g', -1, 64))
}

// finish reports the keys that are not known and then, if all are, those that
// are missing: a misspelt key is both, and its spelling is the better news.
func (p *params) finish() {
	if p.table == nil {
		return
	}
	var names []string
	for _, k := range p.known {
		names = append(names, k.Name)
	}
	allKnown := true
	for _, key := range p.table.keys {
		if slices.Contains(names, key) {
			continue
		}
		allKnown, p.failed = false, true
		p.add(Error{Line: p.table.entries[key].line, Where: p.where, Key: plainKey(key),
			Problem: "is not a known key; " + possible(key, names, "possible are", listed(names, "and"))})
	}
	if allKnown {
		for _, e := range p.missing {
			p.add(e)
		}
	}
}

// float returns the number that v, the value of key or one of its items, is.
func (p *params) float(key string, v value, k Parameter) (float64, bool) {
	var f float64
	switch d := v.data.(type) {
	case int64:
		f = float64(d)
	case float64:
		f = d
	default:
		p.wrong(key, v, k)
		return 0, false
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		p.fail(key, "is %g; it must be a finite number", f)
		return 0, false
	}
	return f, true
}

// number reads a number that has a default.
func (p *params) number(name string, otherwise float64, unit, doc string) float64 {
	return p.anyNumber(Parameter{name, kindNumber, formatNumber(otherwise), unit, doc}, otherwise)
}

// needNumber reads a number that has no default.
func (p *params) needNumber(name, unit, doc string) float64 {
	return p.anyNumber(Parameter{name, kindNumber, required, unit, doc}, 0)
}

// needPositive reads a number above 0 that has no default.
func (p *params) needPositive(name, unit, doc string) float64 {
	k := Parameter{name, kindNumber, required, unit, doc}
	if v, ok := p.look(k); ok {
		if f, ok := p.float(name, v, k); ok && p.checkPositive(name, f) {
			return f
		}
	}
	return 0
}

func (p *params) anyNumber(k Parameter, otherwise float64) float64 {
	if v, ok := p.look(k); ok {
		if f, ok := p.float(k.Name, v, k); ok {
			return f
		}
	}
	return otherwise
}

// size reads one of several lengths or angles that exclude each other; 0 says
// that it is not given, so it cannot be given as 0.
func (p *params) size(name, unit, doc string) float64 {
	k := Parameter{name, kindNumber, "", unit, doc}
	v, ok := p.look(k)
	if !ok {
		return 0
	}
	f, ok := p.float(name, v, k)
	if ok && f == 0 {
		p.fail(name, "is 0; write %s above 0, or leave the key out", k.want())
	}
	return f
}

// lightLength reads a length on the scale of light: a wavelength or a path
// difference.
func (p *params) lightLength(name string, otherwise float64, doc string) float64 {
	f := p.number(name, otherwise, "m", doc)
	p.checkLightLength(name, f, mostMicrons)
	return f
}

// longestLight is a wavelength (m) beyond light that optics deal with, and far
// beyond any wavefront error. A larger number was not meant as metres.
const longestLight = 1e-3

// mostMicrons is the number up to which a wavelength that was not written in
// metres is likely to be meant in microns, beyond it in nanometres.
const mostMicrons = 100

func (p *params) checkLightLength(key string, f, mostMicrons float64) {
	if math.Abs(f) <= longestLight {
		return
	}
	meant := ""
	switch s := formatNumber(f); {
	case strings.Contains(s, "e"):
	case math.Abs(f) < mostMicrons:
		meant = fmt.Sprintf("; did you mean %se-6?", s)
	default:
		meant = fmt.Sprintf("; did you mean %se-9?", s)
	}
	p.fail(key, "is %s; it is counted in metres and must not exceed %g%s", formatNumber(f), longestLight, meant)
}

// bool reads true or false.
func (p *params) bool(name string, otherwise bool, doc string) bool {
	k := Parameter{name, kindBool, strconv.FormatBool(otherwise), "", doc}
	v, ok := p.look(k)
	if !ok {
		return otherwise
	}
	b, ok := v.data.(bool)
	if !ok {
		p.wrong(name, v, k)
		return otherwise
	}
	return b
}

// whole reads a whole number between lo and hi that has a default; needWhole
// one that has none.
func (p *params) whole(name string, otherwise, lo, hi int, doc string) int {
	return int(p.anyWhole(Parameter{name, kindWhole, strconv.Itoa(otherwise), "", doc}, int64(otherwise), int64(lo), int64(hi)))
}

func (p *params) needWhole(name string, lo, hi int, doc string) int {
	return int(p.anyWhole(Parameter{name, kindWhole, required, "", doc}, int64(lo), int64(lo), int64(hi)))
}

func (p *params) anyWhole(k Parameter, otherwise, lo, hi int64) int64 {
	v, ok := p.look(k)
	if !ok {
		return otherwise
	}
	i, ok := v.data.(int64)
	switch {
	case !ok:
		p.wrong(k.Name, v, k)
	case i < lo || i > hi:
		p.fail(k.Name, "is %d; it must be a whole number from %d to %d", i, lo, hi)
	default:
		return i
	}
	return otherwise
}

// text reads a string; "" says that it is not given.
func (p *params) text(name, doc string) string {
	return p.anyText(Parameter{name, kindText, "", "", doc})
}

func (p *params) anyText(k Parameter) string {
	v, ok := p.look(k)
	if !ok {
		return ""
	}
	s, ok := v.data.(string)
	if !ok {
		p.wrong(k.Name, v, k)
	}
	return s
}

// path reads the name of a file; "" says that it is not given.
func (p *params) path(name, doc string) string {
	k := Parameter{name, kindFile, "", "", doc}
	s := p.anyText(k)
	if v, _ := p.given(name); v.data == "" {
		p.fail(name, "is empty; write %s", k.want())
	}
	return s
}

// given returns the value of a key that another method has read.
func (p *params) given(name string) (value, bool) {
	if p.table == nil {
		return value{}, false
	}
	v, ok := p.table.entries[name]
	return v, ok
}

// word reads one of a few words; otherwise may be required. It returns "" if
// there is no such word.
func (p *params) word(name, otherwise string, choices []string, doc string) string {
	var inQuotes []string
	for _, c := range choices {
		inQuotes = append(inQuotes, strconv.Quote(c))
	}
	k := Parameter{name, listed(inQuotes, "or"), otherwise, "", doc}
	v, ok := p.look(k)
	if !ok {
		if otherwise == required {
			return ""
		}
		return otherwise
	}
	s, ok := v.data.(string)
	switch {
	case !ok:
		p.wrong(name, v, k)
	case !slices.Contains(choices, s):
		p.fail(name, "is %s; %s", quoted(s), possible(s, choices, "it must be", k.want()))
	default:
		return s
	}
	return ""
}

// numbers reads a list of numbers, nil if it is not given.
func (p *params) numbers(name, otherwise, unit, doc string) []float64 {
	k := Parameter{name, kindNumbers, otherwise, unit, doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	list, ok := v.data.([]value)
	if !ok {
		p.wrong(name, v, k)
		return nil
	}
	return p.floats(name, list, k)
}

// floats returns the items of a list that are numbers; it is never nil.
func (p *params) floats(name string, list []value, k Parameter) []float64 {
	k.Kind = kindNumber
	numbers := make([]float64, 0, len(list))
	for i, item := range list {
		if f, ok := p.float(fmt.Sprintf("%s[%d]", name, i), item, k); ok {
			numbers = append(numbers, f)
		}
	}
	return numbers
}

// oneOrMore reads a number or a list of numbers.
func (p *params) oneOrMore(name string, otherwise []float64, unit, doc string) []float64 {
	var words []string
	for _, f := range otherwise {
		words = append(words, formatNumber(f))
	}
	text := strings.Join(words, ", ")
	if len(words) > 1 {
		text = "[" + text + "]"
	}
	k := Parameter{name, kindOneOrMore, text, unit, doc}
	v, ok := p.look(k)
	if !ok {
		return otherwise
	}
	if list, isList := v.data.([]value); isList {
		return p.floats(name, list, k)
	}
	f, ok := p.float(name, v, k)
	if !ok {
		return otherwise
	}
	return []float64{f}
}

// pair reads a number for both axes or one for each, as [y, x]. All must be
// positive. It reports whether there are two good numbers.
func (p *params) pair(name, otherwise, unit, doc string) (yx [2]float64, ok bool) {
	k := Parameter{name, kindPair, otherwise, unit, doc}
	v, given := p.look(k)
	if !given {
		return yx, false
	}
	items, isList := v.data.([]value)
	switch {
	case !isList:
		f, ok := p.float(name, v, k)
		return [2]float64{f, f}, ok && p.checkPositive(name, f)
	case len(items) != 2:
		p.fail(name, "is a list of length %d; write %s", len(items), k.want())
		return yx, false
	}
	ok = true
	for i, f := range p.floats(name, items, k) {
		yx[i] = f
		ok = p.checkPositive(fmt.Sprintf("%s[%d]", name, i), f) && ok
	}
	return yx, ok && yx[1] != 0
}

func (p *params) checkPositive(key string, f float64) bool {
	if f > 0 {
		return true
	}
	p.fail(key, "is %s; it must be above 0", formatNumber(f))
	return false
}

// wholes reads a list of whole numbers, nil if it is not given.
func (p *params) wholes(name, doc string) []int {
	k := Parameter{name, kindWholes, "", "", doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	items, ok := v.data.([]value)
	if !ok {
		p.wrong(name, v, k)
		return nil
	}
	list := make([]int, 0, len(items))
	k.Kind = kindWhole
	for i, item := range items {
		if n, ok := item.data.(int64); ok {
			list = append(list, int(n))
		} else {
			p.wrong(fmt.Sprintf("%s[%d]", name, i), item, k)
		}
	}
	return list
}

// lists reads a list of lists that have as many numbers each.
func (p *params) lists(k Parameter, items int) [][]float64 {
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	outer, ok := v.data.([]value)
	if !ok {
		p.wrong(k.Name, v, k)
		return nil
	}
	var lists [][]float64
	for i, item := range outer {
		name := fmt.Sprintf("%s[%d]", k.Name, i)
		inner, ok := item.data.([]value)
		switch {
		case !ok:
			p.wrong(name, item, k)
		case len(inner) != items:
			p.fail(name, "is a list of length %d; write %s", len(inner), k.want())
		default:
			if list := p.floats(name, inner, k); len(list) == items {
				lists = append(lists, list)
			}
		}
	}
	return lists
}

// section returns the table of that name, or nil.
func (p *params) section(name, doc string) *table {
	k := Parameter{name, kindTable, required, "", doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	t, ok := v.data.(*table)
	if !ok {
		p.wrong(name, v, k)
	}
	return t
}

// sections returns the tables of an array of tables.
func (p *params) sections(name, doc string) []*table {
	k := Parameter{name, kindTables, required, "", doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	items, ok := v.data.([]value)
	if !ok {
		p.wrong(name, v, k)
		return nil
	}
	var tables []*table
	for i, item := range items {
		t, ok := item.data.(*table)
		if !ok {
			p.wrong(fmt.Sprintf("%s[%d]", name, i), item, k)
			continue
		}
		tables = append(tables, t)
	}
	if len(items) == 0 {
		p.fail(name, "is empty; write %s", k.want())
	}
	return tables
}

// element reads an element within an element.
func (p *params) element(name, doc string) optics.Element {
	k := Parameter{name, kindElement, required, "", doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	return p.inner(name, v, k)
}

// elements reads a list of elements; name or, if it is not given, alias is its key.
func (p *params) elements(name, alias, otherwise, doc string) []optics.Element {
	if _, ok := p.given(alias); ok && alias != "" {
		name = alias
	}
	k := Parameter{name, kindElements, otherwise, "", doc}
	v, ok := p.look(k)
	if !ok {
		return nil
	}
	items, ok := v.data.([]value)
	if !ok {
		p.wrong(name, v, k)
		return nil
	}
	k.Kind = kindElement
	var elements []optics.Element
	for i, item := range items {
		if e := p.inner(fmt.Sprintf("%s[%d]", name, i), item, k); e != nil {
			elements = append(elements, e)
		}
	}
	return elements
}

// inner reads the element that v, the value of key or one of its items, is.
func (p *params) inner(key string, v value, k Parameter) optics.Element {
	t, ok := v.data.(*table)
	if !ok {
		p.wrong(key, v, k)
		return nil
	}
	e := p.reader.element(t, p.where, p.plane, p.depth+1)
	if e == nil {
		p.failed = true
	}
	return e
}
