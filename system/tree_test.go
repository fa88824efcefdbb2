package system

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestEveryValueKnowsItsLine(t *testing.T) {
	const text = `# comment
a = 1
"b c" = [ # two
  2,

  { d = 3,
    e = "x" }, [
  4] ]
[t.u]
f = true
t.v = '''
g'''
[[p]]
[p.q]
h = 1
[[p]]
q.i = 2
`
	// Lines end in either way.
	for _, text := range []string{text, strings.ReplaceAll(text, "\n", "\r\n")} {
		root, bad := parseTOML([]byte(text))
		if bad != nil {
			t.Fatal(bad)
		}
		got := map[string]int{}
		lines(got, "", value{0, root})
		want := map[string]int{
			"": 0, "a": 2, "b c": 3, "b c[0]": 4, "b c[1]": 6, "b c[1].d": 6, "b c[1].e": 7, "b c[2]": 3, "b c[2][0]": 8,
			"t": 9, "t.u": 9, "t.u.f": 10, "t.u.t": 11, "t.u.t.v": 11,
			"p": 13, "p[0]": 13, "p[0].q": 14, "p[0].q.h": 15, "p[1]": 16, "p[1].q": 17, "p[1].q.i": 17,
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("\n got %v\nwant %v", got, want)
		}
	}
}

// lines notes the line of v, which stands at path, and of all that it holds.
func lines(into map[string]int, path string, v value) {
	into[path] = v.line
	switch d := v.data.(type) {
	case []value:
		for i, item := range d {
			lines(into, path+"["+string(rune('0'+i))+"]", item)
		}
	case *table:
		for key, item := range d.entries {
			lines(into, strings.TrimPrefix(path+"."+key, "."), item)
		}
	}
}

func TestValuesOfTOMLAreTakenAsTheyAre(t *testing.T) {
	root, bad := parseTOML([]byte(`
a = 1_000
c = 0xFF
d = 0o17
e = 0b101
f = +5
g = 1_0.5_0e-1_0
h = -inf
j = "tab\t\u00e9"
k = 'raw\t'
l = false
m = 07:32:00
n = []
o = 1e3
`))
	if bad != nil {
		t.Fatal(bad)
	}
	for key, want := range map[string]any{
		"a": int64(1000), "c": int64(255), "d": int64(15), "e": int64(5), "f": int64(5), "g": 10.50e-10, "h": math.Inf(-1),
		"j": "tab\té", "k": `raw\t`, "l": false, "m": nil, "n": []value{}, "o": 1e3,
	} {
		if got := root.entries[key].data; !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", key, got, want)
		}
	}
}

func TestTheNearestWordIsFoundAmongSlips(t *testing.T) {
	known := []string{"radius", "radius_inner", "gray_pixel", "circular_aperture", "x"}
	for word, want := range map[string]string{
		"raduis":           "radius",
		"Radius":           "radius",
		"inner_radius":     "",
		"graypixel":        "gray_pixel",
		"grey_pixels":      "gray_pixel",
		"CircularAperture": "circular_aperture",
		"y":                "",
		"":                 "",
		"temperature":      "",
	} {
		if got := nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
