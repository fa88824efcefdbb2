package system

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// table is a TOML table whose values know the lines they stand in.
type table struct {
	line    int
	keys    []string // in the order of the file
	entries map[string]value
}

// value is a TOML value and the line of its key or, in a list, its own.
type value struct {
	line int
	// data is a string, bool, int64, float64, []value or *table, or nil for a
	// date or time, which no key takes.
	data any
}

func newTable(line int) *table { return &table{line: line, entries: map[string]value{}} }

func (t *table) put(key string, v value) {
	if _, ok := t.entries[key]; !ok {
		t.keys = append(t.keys, key)
	}
	t.entries[key] = v
}

// sub returns the table that a part of a dotted key leads to, the last one if it
// is an array of tables; if there is none it is made.
func (t *table) sub(key string, line int) *table {
	switch d := t.entries[key].data.(type) {
	case *table:
		return d
	case []value:
		if len(d) > 0 {
			if last, ok := d[len(d)-1].data.(*table); ok {
				return last
			}
		}
	}
	s := newTable(line)
	t.put(key, value{line, s})
	return s
}

// parseTOML returns the root table of a TOML text. toml.Unmarshal judges the text:
// its syntax, keys defined twice, numbers out of range. The tree is then built
// from the syntax tree of the same library, which knows where each value stands.
func parseTOML(text []byte) (*table, *Error) {
	var judged map[string]any
	if err := toml.Unmarshal(text, &judged); err != nil {
		return nil, syntaxError(err)
	}
	b := builder{newlines: newlines(text)}
	b.parser.Reset(text)
	root := newTable(0) // what is missing in it is missing in the file as a whole
	current := root
	for b.parser.NextExpression() {
		switch n := b.parser.Expression(); n.Kind {
		case unstable.KeyValue:
			b.set(current, n)
		case unstable.Table:
			t, key, line := b.path(root, n.Key())
			current = t.sub(key, line)
			current.line = line
		case unstable.ArrayTable:
			t, key, line := b.path(root, n.Key())
			current = newTable(line)
			tables, _ := t.entries[key].data.([]value)
			if len(tables) > 0 {
				line = t.entries[key].line
			}
			t.put(key, value{line, append(tables, value{current.line, current})})
		}
	}
	if err := b.parser.Error(); err != nil {
		return nil, syntaxError(err)
	}
	return root, nil
}

func syntaxError(err error) *Error {
	problem := strings.TrimPrefix(err.Error(), "toml: ")
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column := at.Position()
		return &Error{Line: line, Problem: fmt.Sprintf("not valid TOML at column %d: %s", column, problem)}
	}
	return &Error{Problem: "not valid TOML: " + problem}
}

// builder turns syntax trees into tables.
type builder struct {
	parser   unstable.Parser
	newlines []int // offsets
}

func newlines(text []byte) []int {
	var at []int
	for i, c := range text {
		if c == '\n' {
			at = append(at, i)
		}
	}
	return at
}

// line returns the line of a node, or that of what it belongs to if the parser
// keeps no position for its kind.
func (b *builder) line(n *unstable.Node, parent int) int {
	if n.Raw.Length == 0 {
		return parent
	}
	return 1 + sort.SearchInts(b.newlines, int(n.Raw.Offset))
}

// path follows a dotted key from t on and returns the table that holds the last
// part, that part, and its line.
func (b *builder) path(t *table, key unstable.Iterator) (*table, string, int) {
	part, line := "", 0
	for key.Next() {
		if line > 0 {
			t = t.sub(part, line)
		}
		part, line = string(key.Node().Data), b.line(key.Node(), 0)
	}
	return t, part, line
}

// set puts a key and its value into t.
func (b *builder) set(t *table, n *unstable.Node) {
	t, key, line := b.path(t, n.Key())
	t.put(key, b.value(n.Value(), line))
}

func (b *builder) value(n *unstable.Node, line int) value {
	v := value{line: line}
	switch text := string(n.Data); n.Kind {
	case unstable.String:
		v.data = text
	case unstable.Bool:
		v.data = text == "true"
	case unstable.Integer:
		// Base 0 understands 0x, 0o and 0b; toml.Unmarshal has seen that it fits.
		i, _ := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
		v.data = i
	case unstable.Float:
		f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
		v.data = f
	case unstable.Array:
		list := []value{}
		for it := n.Children(); it.Next(); {
			list = append(list, b.value(it.Node(), b.line(it.Node(), line)))
		}
		v.data = list
	case unstable.InlineTable:
		t := newTable(line)
		for it := n.Children(); it.Next(); {
			b.set(t, it.Node())
		}
		v.data = t
	}
	return v
}
