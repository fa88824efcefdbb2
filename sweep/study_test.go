package sweep_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"arago/fitsfile"
	"arago/sweep"
	"arago/system"
)

// study reads axes over the telescope.
func study(t *testing.T, axes string) *sweep.Study {
	t.Helper()
	s, err := sweep.Parse("study.toml", []byte("system = \"telescope.toml\"\nseed = 5\n"+axes), folder(t, map[string]string{"telescope.toml": telescope}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// values returns what the parameter at the first path has in each case.
func values(s *sweep.Study) []any {
	var list []any
	for n := range s.Cases() {
		list = append(list, s.Case(n)[0].Value)
	}
	return list
}

func TestRangesHaveTheValuesOfTheirFormula(t *testing.T) {
	for _, c := range []struct {
		text string
		want []any
	}{
		{`from = 0, to = 4, count = 5`, []any{int64(0), int64(1), int64(2), int64(3), int64(4)}},
		{`from = 4, to = 0, step = -2`, []any{int64(4), int64(2), int64(0)}},
		{`from = 0, to = 1, count = 3`, []any{0.0, 0.5, 1.0}},
		{`from = 0.0, to = 0.3, step = 0.1`, []any{0.0, 0.1, 0.2, 0.30000000000000004}},
		{`from = 0.0, to = 0.35, step = 0.1`, []any{0.0, 0.1, 0.2, 0.30000000000000004}},
		{`from = 2.5, to = 7.0, count = 1`, []any{2.5}},
		{`from = 1e-9, to = 1e-6, count = 4, spacing = "log"`, []any{1e-9, 1e-8, 1e-7, 1e-6}},
		{`from = 1.0, to = 1000.0, step = 0.5, spacing = "log"`, []any{1.0, 3.1622776601684, 10.0, 31.622776601684, 100.0, 316.22776601684, 1000.0}},
		{`from = 1.0, to = 10.0, step = 2.0, spacing = "geometric"`, []any{1.0, 2.0, 4.0, 8.0}},
		{`from = 8.0, to = 1.0, step = 0.5, spacing = "geometric"`, []any{8.0, 4.0, 2.0, 1.0}},
		{`from = 1.0, to = 16.0, count = 5, spacing = "geometric"`, []any{1.0, 2.0, 4.0, 8.0, 16.0}},
	} {
		s := study(t, "[[axis]]\npath = \"source.offset_r\"\nrange = { "+c.text+" }\n")
		if got := values(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestAxesMultiplyTheLastOneFastest(t *testing.T) {
	s := study(t, `
[[axis]]
path = "source.offset_r"
values = [0.0, 0.1]
[[axis]]
path = "source.offset_theta"
values = [0.0, 90.0, 180.0]
`)
	var got []string
	for n := range s.Cases() {
		got = append(got, s.Label(n))
	}
	want := []string{}
	for i, r := range []float64{0, 0.1} {
		for j, theta := range []float64{0, 90, 180} {
			want = append(want, fmt.Sprintf("case %d (source.offset_r = %v, source.offset_theta = %v)", 3*i+j, r, theta))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAxesOfOneZipAdvanceTogether(t *testing.T) {
	s := study(t, `
[[axis]]
path = "source.offset_r"
values = [0.0, 0.1]
zip = "field"
[[axis]]
path = "system.npix"
values = [16, 32, 64]
[[axis]]
path = "source.offset_theta"
values = [10.0, 20.0]
zip = "field"
`)
	if s.Cases() != 6 {
		t.Fatalf("%d cases, want 6", s.Cases())
	}
	for n := range 6 {
		got := s.Case(n)
		want := []system.Setting{
			{Path: "source.offset_r", Value: []any{0.0, 0.1}[n/3]},
			{Path: "source.offset_theta", Value: []any{10.0, 20.0}[n/3]},
			{Path: "system.npix", Value: []any{int64(16), int64(32), int64(64)}[n%3]},
		}
		if !slices.Equal(got, want) {
			t.Errorf("case %d: %v, want %v", n, got, want)
		}
	}
}

func TestTablesOfBothKindsGiveTheSameCases(t *testing.T) {
	dir := folder(t, map[string]string{
		"telescope.toml": telescope,
		"cases.csv":      "# offsets\nsource.offset_r, note, plane.0.elements.1.coefficients.3\n0.1, a, 1e-8\n0.2, b, 2e-8\n",
	})
	// The names of columns are limited: columns says which path takes which.
	table := fitsfile.Table{Columns: []fitsfile.Column{{Name: "R", Floats: []float64{0.1, 0.2}}, {Name: "Z4", Floats: []float64{1e-8, 2e-8}}}}
	f, err := os.Create(filepath.Join(dir, "cases.fits"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	header, err := fitsfile.EncodeHeader("cases.fits", fitsfile.HDU{}, true)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(header)
	if err := fitsfile.EncodeTable(f, "cases.fits", table); err != nil {
		t.Fatal(err)
	}
	for _, axis := range []string{
		"table = \"cases.csv\"\ncolumns = { \"source.offset_r\" = \"source.offset_r\", \"plane.0.elements.1.coefficients.3\" = \"plane.0.elements.1.coefficients.3\" }",
		"table = \"cases.fits\"\ncolumns = { \"source.offset_r\" = \"R\", \"plane.0.elements.1.coefficients.3\" = \"Z4\" }",
	} {
		s, err := sweep.Parse("study.toml", []byte("system = \"telescope.toml\"\n[[axis]]\n"+axis), dir)
		if err != nil {
			t.Fatal(err)
		}
		for n, want := range []string{
			"case 0 (plane.0.elements.1.coefficients.3 = 1e-08, source.offset_r = 0.1)",
			"case 1 (plane.0.elements.1.coefficients.3 = 2e-08, source.offset_r = 0.2)",
		} {
			if got := s.Label(n); got != want {
				t.Errorf("%s: %s, want %s", axis, got, want)
			}
		}
	}
}

func TestFilesComeInTheOrderOfTheirNames(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope, "opd-2.fits": "", "opd-1.fits": "", "opd-10.fits": ""})
	s, err := sweep.Parse("study.toml", []byte("system = \"telescope.toml\"\n[[axis]]\npath = \"x.opd\"\nfiles = \"opd-*.fits\"\n"), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := values(s), []any{"opd-1.fits", "opd-10.fits", "opd-2.fits"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAFolderMayHaveCharactersOfPatterns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run[1] {a}")
	if runtime.GOOS != "windows" {
		dir += `*?\d`
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"telescope.toml": telescope, "opd-1.fits": "", "opd-2.fits": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := sweep.Parse("study.toml", []byte("system = \"telescope.toml\"\n[[axis]]\npath = \"x.opd\"\nfiles = \"opd-[0-9].fits\"\n"), dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := values(s), []any{"opd-1.fits", "opd-2.fits"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The hash is written down in random.go; these numbers were computed by Python's
// hashlib from that:
//
//	w = hashlib.sha256(b"arago sweep\0" + b"plane.0.elements.1.seed" + b"\0" +
//	    struct.pack("<QQQ", 5, case, 0)).digest()
//	int.from_bytes(w[:8], "little") >> 11
var seedsByPython = []int64{4259245371318946, 7875078239425758, 6900318945424135, 8760346434868659, 1107116712881189, 6651444641869569}

func TestSeedsFollowFromTheMasterSeedAndTheCaseByTheStatedHash(t *testing.T) {
	s := study(t, `
[[axis]]
path = "source.offset_r"
values = [0.0, 0.1]
[[axis]]
path = "plane.0.elements.1.seed"
seeds = 3
`)
	for n, want := range seedsByPython {
		if got := s.Case(n)[1].Value; got != want {
			t.Errorf("case %d: seed %v, want %d", n, got, want)
		}
	}
	common := study(t, `
[[axis]]
path = "source.offset_r"
values = [0.0, 0.1]
[[axis]]
path = "plane.0.elements.1.seed"
seeds = 3
common = true
`)
	for n := range 6 {
		if got, want := common.Case(n)[1].Value, seedsByPython[n%3]; got != want {
			t.Errorf("case %d: common seed %v, want %d", n, got, want)
		}
	}
}

func TestNormalDrawsHaveTheMomentsOfTheNormalDistribution(t *testing.T) {
	const n = 20000
	s := study(t, fmt.Sprintf("[[axis]]\npath = \"source.offset_r\"\nnormal = { mean = 3.0, sigma = 2.0, count = %d }\n", n))
	var sums [5]float64
	var beyond float64
	for _, v := range values(s) {
		x := (v.(float64) - 3) / 2
		for k, p := 1, x; k <= 4; k, p = k+1, p*x {
			sums[k] += p / n
		}
		if math.Abs(x) > 1.959963984540054 {
			beyond += 1.0 / n
		}
	}
	// Five standard errors of each: √(var/n) with variances 1, 2, 15, 96.
	for k, want := range map[int]struct{ mean, variance float64 }{1: {0, 1}, 2: {1, 2}, 3: {0, 15}, 4: {3, 96}} {
		if d := math.Abs(sums[k] - want.mean); d > 5*math.Sqrt(want.variance/n) {
			t.Errorf("moment %d is %v, want %v", k, sums[k], want.mean)
		}
	}
	if d := math.Abs(beyond - 0.05); d > 5*math.Sqrt(0.05*0.95/n) {
		t.Errorf("%v lie beyond 1.96 sigma, want 0.05", beyond)
	}
}

func TestUniformDrawsFillTheirInterval(t *testing.T) {
	const n = 20000
	s := study(t, fmt.Sprintf("[[axis]]\npath = \"source.offset_r\"\nuniform = { from = -1.0, to = 3.0, count = %d }\n", n))
	var bins [8]float64
	for _, v := range values(s) {
		x := v.(float64)
		if !(x >= -1 && x <= 3) {
			t.Fatalf("%v lies outside", x)
		}
		bins[min(7, int((x+1)*2))]++
	}
	chi := 0.0
	for _, b := range bins {
		chi += (b - n/8) * (b - n/8) / (n / 8)
	}
	// The 99.999 % quantile of χ² with 7 degrees of freedom.
	if chi > 35.3 {
		t.Errorf("χ² is %v over %v", chi, bins)
	}
}

func TestWhatCannotBeAStudyIsToldInASentence(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope, "one.csv": "source.offset_r\n", "ragged.csv": "a,b\n1\n", "empty.csv": ""})
	if err := os.Mkdir(filepath.Join(dir, "folder.d"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := fitsfile.Write(filepath.Join(dir, "image.fits"), fitsfile.HDU{Shape: []int{1, 1}, Data: []float64{0}}); err != nil {
		t.Fatal(err)
	}
	axis := func(text string) string {
		return "system = \"telescope.toml\"\n[[axis]]\n" + text + "\n"
	}
	path := "path = \"source.offset_r\"\n"
	for _, c := range []struct{ text, want string }{
		{"", "system is missing"},
		{"system = \"none.toml\"", "none.toml: cannot be read"},
		{"system = \"telescope.toml\"", "there is no [[axis]]"},
		{"system = \"telescope.toml\"\nsytem = 1", "study.toml:2: sytem is not a known key"},
		{"system = 3", "study.toml:1: "},
		{axis(path), "axis 1 (source.offset_r) has 0 of values, range,"},
		{axis(path + "values = [1]\nseeds = 2"), "has 2 of values, range,"},
		{axis("values = [1]"), "axis 1 has no path"},
		{axis(path + "values = []"), "has no values"},
		{axis("path = [\"a\", \"b\"]\nvalues = [[1, 2], [3]]"), "has 2 paths, and item 1 of its values is no list of as many"},
		{axis(path + "range = { from = 0, to = 1 }"), "needs count or step"},
		{axis(path + "range = { from = 0, to = 1, count = 2, step = 1 }"), "needs count or step"},
		{axis(path + "range = { from = 0, to = 1, step = -1 }"), "does not lead from 0 to 1"},
		{axis(path + "range = { from = 0.0, to = 1.0, count = 3, spacing = \"log\" }"), "both ends must be positive"},
		{axis(path + "range = { from = 1.0, to = 2.0, count = 3, spacing = \"cubic\" }"), "write linear, log (step in decades) or geometric"},
		{axis(path + "files = \"none*.fits\""), "no file matches that"},
		{axis("table = \"one.csv\""), "a table without cases"},
		{axis("table = \"ragged.csv\""), "ragged.csv: record on line 2: wrong number of fields"},
		{axis("table = \"one.csv\"\ncolumns = { \"x.y\" = \"z\" }"), "without a column \"z\"; its columns are source.offset_r"},
		{axis("path = 3\nvalues = [1]"), "has a path that is no text in quotes"},
		{axis("path = [\"a\", 3]\nvalues = [[1, 2]]"), "has a path that is no text in quotes"},
		{axis(path + "name = 3\nvalues = [1]"), "has a name that is no text in quotes"},
		{axis(path + "name = [\"a\", \"b\"]\nvalues = [1]"), "has 2 names for 1 parameters; write one for each, or none"},
		{axis(path + "columns = { \"a\" = \"b\" }\nvalues = [1]"), "has columns, which belong to a table"},
		{axis("path = [\"a\", \"b\"]\nrange = { from = 0, to = 1, count = 2 }"), "has a range and 2 paths; a range is of one parameter"},
		{axis(path + "range = { to = 1, count = 2 }"), "has a range without from"},
		{axis(path + "range = { from = \"0\", to = 1, count = 2 }"), "has a range whose from is no number"},
		{axis(path + "range = { from = 0, to = inf, count = 2 }"), "has a range whose to is not finite"},
		{axis(path + "range = { from = 0, to = 1, count = 200_000_000 }"), "has a range of 200000000 values; at most 100000000 are possible"},
		{axis(path + "range = { from = 1, to = 2, step = 1, spacing = \"geometric\" }"), "has a geometric range whose step is 1"},
		{axis("path = [\"a\", \"b\"]\nfiles = \"*.csv\""), "has files and 2 paths; a series of files is of one parameter"},
		{axis(path + "files = \"[\""), "has files \"[\", which is no pattern"},
		{axis(path + "files = \"folder.d\""), "is no file that can be read"},
		{axis(path + "table = \"one.csv\""), "has a table and a path"},
		{axis("table = \"none.csv\""), "has a table that cannot be used: "},
		{axis("table = \"none.fits\""), "has a table that cannot be used: "},
		{axis("table = \"empty.csv\""), "empty.csv has no line that names its columns"},
		{axis("table = \"image.fits\""), "holds no binary table"},
		{axis(path + "uniform = { from = 1.0, to = 0.0, count = 3 }"), "has uniform from 1 to 0; both must be finite, and to not below from"},
		{axis(path + "normal = { sigma = -1.0, count = 3 }"), "has normal with mean 0 and sigma -1; both must be finite, and sigma not negative"},
		{axis(path+"range = { from = 0, to = 1, count = 100_000 }") + "[[axis]]\npath = \"b\"\nseeds = 1001\n", "there are more than 100000000 cases"},
		{axis(path+"values = [1]") + "[output]\nsampling = \"fine\"", "sampling is \"fine\""},
		{axis(path+"values = [1]") + "[measures]\ntake = [\"flux\", \"flux\"]", "take has \"flux\" twice"},
		{axis(path+"values = [1]") + "[measures]\nradii = []", "radii has 0 values"},
		{axis(path + "normal = { sigma = 1.0 }"), "has 0 realisations"},
		{axis(path + "values = [1]\ncommon = true"), "common, which belongs to seeds"},
		{axis(path + "values = [1]\n[[axis]]\n" + path + "values = [2]"), "axis 2 sets source.offset_r, as another axis does"},
		{axis("path = [\"a\", \"a\"]\nvalues = [[1, 2]]"), "axis 1 sets a twice"},
		{axis("path = [\"a\", \"b\"]\nname = [\"X\", \"x\"]\nvalues = [[1, 2]]"), "axis 1 has the column x in the index twice"},
		{axis(path + "name = \"hash\"\nvalues = [1]"), "axis 1 has the column hash in the index, which the index has itself; give it another name"},
		{axis(path + "name = \"Image\"\nvalues = [1]"), "has the column Image in the index, which the index has itself"},
		{axis(path + "name = \"strehl\"\nvalues = [1]"), "has the column strehl in the index, which the index has itself"},
		{axis(path + "name = \"lambda.d\"\nvalues = [1]"), "has the column lambda_d in the index, which the index has itself"},
		{axis(path + "values = [1]\n[[axis]]\npath = \"b\"\nname = \"SOURCE_OFFSET_R\"\nvalues = [2]"), "axis 2 has the column SOURCE_OFFSET_R in the index, as another axis has"},
		{axis("path = \"a.b.3\"\nvalues = [1]\n[[axis]]\npath = \"a.b\"\nvalues = [[1, 2]]"), "a.b is set after a.b.3, which is a part of it, and overwrites it; put the axis of a.b first"},
		{axis(path + "values = [1]\nzip = \"a\"\n[[axis]]\npath = \"b\"\nzip = \"a\"\nvalues = [1, 2]"), "must have as many"},
		{axis(path+"values = [1]") + "[output]\nimages = \"heap\"", "images is \"heap\""},
		{axis(path+"values = [1]") + "[output]\nbits = 16", "bits is 16"},
		{axis(path+"values = [1]") + "[measures]\ntake = [\"flux\", \"colour\"]", "take has \"colour\"; possible are flux, peak"},
		{axis(path+"values = [1]") + "[measures]\ntake = [\"strehl\"]", "strehl needs a reference"},
		{axis(path+"values = [1]") + "[measures]\nradii = [-1]", "radii has -1"},
	} {
		_, err := sweep.Parse("study.toml", []byte(c.text), dir)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "study.toml") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\ngives: %v\nwant: %s", c.text, err, c.want)
		}
	}
}

func TestAWrongValueIsToldWithItsCaseAndPath(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	for _, c := range []struct{ axis, want string }{
		{"path = \"plane.0.elements.0.radius\"\nvalues = [1.0, -1.0]", "study.toml: case 1 (plane.0.elements.0.radius = -1): " + filepath.Join(dir, "telescope.toml") + ":11: plane 1, circular_aperture: radius is -1"},
		{"path = \"system.npix\"\nvalues = [16, 0.5]", "npix is the number 0.5; write a whole number"},
		{"path = \"sorce.offset_r\"\nvalues = [1]", "sorce.offset_r leads nowhere: there is no sorce; did you mean source?"},
		{"path = \"plane.7.kind\"\nvalues = [1]", "plane.7.kind leads nowhere: plane has 2 items, counted from 0"},
		{"path = \"plane.first.kind\"\nvalues = [1]", "plane is a list, and first no number of an item"},
		{"path = \"system.npix.3\"\nvalues = [1]", "system.npix is the whole number 16"},
		{"path = \"source.offset\"\nvalues = [1]", "offset is not a known key"},
	} {
		s, err := sweep.Parse("study.toml", []byte("system = \"telescope.toml\"\n[[axis]]\n"+c.axis), dir)
		if err == nil {
			_, err = s.Plan(options(t))
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngives: %v\nwant: %s", c.axis, err, c.want)
		}
	}
}
