package report

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"arago/internal/compare"
)

// sample is a report of two contenders with times made up.
func sample() *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Program: "arago test", Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Machine:   Machine{CPU: "Test <CPU>", Physical: 2, Cores: 2, L1: 32 << 10, L2: 1 << 20, L3: 30 << 20, OS: "linux", Arch: "amd64", Go: "go1.26"},
		Peaks:     []Peak{{compare.Double, 1, 100, "AVX2"}, {compare.Double, 2, 200, "AVX2"}, {compare.Single, 1, 200, "AVX2"}},
		Libraries: []compare.Library{{Name: "first", Library: "Lib<1>", Version: "1.0", Path: "/lib/one.so", Architecture: "avx2"}, {Name: "second", Library: "two", Version: "2"}},
		Missing:   []compare.Missing{{Name: "third", Why: "no file libthree.so"}},
	}
	results := new(compare.Results)
	for _, t := range compare.Tasks([]int{1024, 256}, []int{1, 2}) {
		for i, l := range r.Libraries {
			s := 1e-3 * float64(i+1) * float64(t.Size) / 256 / float64(t.Cores)
			results.Measurements = append(results.Measurements, compare.Measurement{
				Task: t, Contender: l.Name, Rounds: 9, Calls: 3,
				Seconds: compare.Statistics{Min: 0.9 * s, Q1: 0.95 * s, Median: s, Q3: 1.1 * s, Max: 1.3 * s},
				GFLOPS:  t.Operations() / s / 1e9, RelativeError: 2.5e-16,
			})
		}
	}
	for range 5 {
		results.Omissions = append(results.Omissions, compare.Omission{
			Task: compare.Task{Operation: compare.Dot, Precision: compare.Double, Size: 4096, Cores: 1}, Contender: "second",
			Reason: "a call would take about 27 s; 4s are allowed",
		})
	}
	r.Fill(results)
	return r
}

func TestTableFitsATerminalAndSaysEverything(t *testing.T) {
	var b strings.Builder
	if err := sample().WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for line := range strings.Lines(text) {
		// Lines about libraries carry paths of any length.
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{
		"Test <CPU>, 2 cores (L1 32 KiB, L2 1 MiB, L3 30 MiB), linux/amd64, go1.26",
		"peak, double precision, 2 cores: 200 GFLOP/s (AVX2)",
		"Lib<1> 1.0, kernels avx2, /lib/one.so",
		"third   not measured: no file libthree.so",
		"Dot, complex × complex, double precision, 1 core\n",
		// 8·256³ operations in a millisecond.
		"   256  first     1.00 ms  0.90 … 1.30 ms           134    134 %  2.5e-16\n",
		"  Dot, complex × complex     first 1.00, second 2.00\n",
		"second: a call would take too long (dot 4096 double on 1 core, dot 4096 double on 1",
		"and 2 more)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the table lacks %q:\n%s", want, text)
		}
	}
	// There is no peak for two cores in single precision.
	_, single, _ := strings.Cut(text, "Dot, complex × complex, single precision, 2 cores\n")
	if line := strings.Split(single, "\n")[1]; !strings.Contains(line, "  ?  ") {
		t.Errorf("a share of an unknown peak: %s", line)
	}
}

func TestTimesHaveThreeDigitsInTheUnitThatSuits(t *testing.T) {
	for _, c := range []struct {
		seconds float64
		want    string
	}{{2.345e-6, "2.35 µs"}, {23.45e-6, "23.4 µs"}, {0.2345, "234 ms"}, {27, "27.0 s"}} {
		if got := Duration(c.seconds); got != c.want {
			t.Errorf("%g s reads %q, want %q", c.seconds, got, c.want)
		}
	}
}

func TestJSONHasTheFieldsOfItsSchema(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		SchemaVersion int `json:"schema_version"`
		Machine       struct {
			CPU string `json:"cpu"`
			L2  int    `json:"l2_bytes"`
		} `json:"machine"`
		Libraries []struct{ Name, Path string } `json:"libraries"`
		Rows      []struct {
			Operation, Precision, Contender string
			Size, Cores                     int
			Seconds                         struct{ Min, Median float64 }
			GFLOPS                          float64  `json:"gflops"`
			Share                           *float64 `json:"share_of_peak"`
			Error                           float64  `json:"relative_error"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	row := got.Rows[0]
	if got.SchemaVersion != 1 || got.Machine.CPU != "Test <CPU>" || got.Machine.L2 != 1<<20 || got.Libraries[0].Path != "/lib/one.so" ||
		row.Operation != "dot" || row.Precision != "double" || row.Size != 256 || row.Cores != 1 || row.Contender != "first" ||
		row.Seconds.Median != 1e-3 || row.Share == nil || math.Abs(*row.Share-1.34217728) > 1e-12 || row.Error != 2.5e-16 {
		t.Errorf("the JSON reads %+v, its first row %+v", got, row)
	}
	empty := new(Report)
	empty.Fill(new(compare.Results))
	b.Reset()
	if err := empty.WriteJSON(&b); err != nil || !strings.Contains(b.String(), `"rows": []`) {
		t.Errorf("no rows are not an empty list: %v %s", err, &b)
	}
}

func TestPicturesAreWhole(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.X < 1500 || size.Y < 1500 {
		t.Errorf("a picture of %v", size)
	}
	b.Reset()
	if err := sample().WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{"second", "FFT2, whole array, single, 2 cores", "1024"} {
		if !strings.Contains(text, want) {
			t.Errorf("the SVG lacks %q", want)
		}
	}
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	// A report of nothing is drawn too.
	for _, write := range []func(*Report, io.Writer) error{(*Report).WriteSVG, (*Report).WritePNG, (*Report).WriteHTML, (*Report).WriteTable} {
		if err := write(new(Report), io.Discard); err != nil {
			t.Error(err)
		}
	}
}

func TestTicksAreSeveralAndRound(t *testing.T) {
	for _, c := range []struct{ low, high float64 }{{1, 4}, {3, 90}, {1, 1e5}, {7, 29}} {
		list := ticks(math.Log10(c.low), math.Log10(c.high))
		if len(list) < 2 || len(list) > 9 {
			t.Errorf("from %g to %g: %v", c.low, c.high, list)
		}
	}
}

func TestChartsAreChosenByTheEndingOfTheName(t *testing.T) {
	for path, want := range map[string]bool{"a.svg": true, "b.PNG": true, "c.html": true, "d.pdf": false, "": false} {
		if got := Plotter(path) != nil; got != want {
			t.Errorf("%q can be drawn: %t, want %t", path, got, want)
		}
	}
}

func TestThisMachineIsKnownByName(t *testing.T) {
	m := ThisMachine()
	if m.CPU == "" || m.Cores < 1 || m.Arch == "" || !strings.HasPrefix(m.String(), m.CPU+", ") {
		t.Errorf("%+v", m)
	}
}

func TestComparisonOfNothingAndOneThatIsCancelled(t *testing.T) {
	r, err := Compare(context.Background(), Run{Program: "test", Quick: true, Sizes: []int{4}})
	if err != nil || r.SchemaVersion != 1 || len(r.Rows) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	k := compare.Local{About: compare.Library{Name: "a"}, Call: func(*compare.Workspace) (func(), error) { return func() {}, nil }}
	if _, err := Compare(ctx, Run{Contenders: []compare.Contender{k}, Sizes: []int{4}}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestPageRefersToNothingOutside(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, bad := range []string{"src=", "@import", "url(", "<link rel=\"stylesheet\"", "href=\"http"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if !strings.Contains(text, "Lib&lt;1&gt;") {
		t.Error("names are not escaped")
	}
}

// browse opens a page in a headless browser that reaches no host, and returns
// what it has become. The page counts, in the attribute asked of its root, what
// it fetches and what its security policy keeps it from fetching.
func browse(t *testing.T, page string) string {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on this machine")
	}
	page = strings.Replace(page, "<head>", `<head><script>
		let asked = 0;
		const count = n => document.documentElement.setAttribute("asked", asked += n);
		addEventListener("securitypolicyviolation", () => count(1));
		addEventListener("load", () => count(performance.getEntriesByType("resource").length));
	</script>`, 1)
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir="+filepath.Join(folder, "profile"), "--dump-dom", "file://"+file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v: %s", err, &stderr)
	}
	return string(dom)
}

func TestPageInABrowserShowsTheTableAndAsksNoNetwork(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	// A script of the test's own chooses as a reader would.
	dom := browse(t, b.String()+`<script>form.elements.operation.value = "dot"; form.elements.cores.value = "2"; choose();</script>`)
	_, table, found := strings.Cut(dom, `<table id="measurements">`)
	table, _, _ = strings.Cut(table, "</table>")
	rows, hidden := strings.Count(table, "<tr")-1, strings.Count(table, ` hidden="">`)
	// Of 2 contenders, 2 sizes, 2 precisions and 2 numbers of cores in 7
	// operations, those of one operation and one number of cores are left.
	if !found || rows != 112 || hidden != 112-8 {
		t.Errorf("the table has %d rows, %d of them hidden, want 112 and 104", rows, hidden)
	}
	if !strings.Contains(table, "<td>Dot, complex × complex</td>") {
		t.Error("the table does not name the operation")
	}
	if !strings.Contains(dom, ` asked="0"`) {
		t.Error("the page asks for something outside, or its scripts did not run")
	}
	// The count sees what it is meant to see.
	dom = browse(t, strings.Replace(b.String(), "<body>", `<body><img src="http://example.invalid/a.png">`, 1))
	if strings.Contains(dom, ` asked="0"`) || !strings.Contains(dom, ` asked="`) {
		t.Error("a picture from outside is not noticed")
	}
}

func TestTicksAreWrittenAsPeopleWriteThem(t *testing.T) {
	for _, scale := range []struct {
		low, high float64
		want      string
	}{
		{0.2, 1.6, "0.2 0.3 0.4 0.5 0.7 1 1.5"},
		{0.04, 20, "0.05 0.1 0.2 0.5 1 2 5 10 20"},
		{0.001, 1e4, "0.001 0.01 0.1 1 10 100 1000 10000"},
	} {
		var labels []string
		for _, v := range ticks(math.Log10(scale.low), math.Log10(scale.high)) {
			labels = append(labels, short(v))
		}
		if got := strings.Join(labels, " "); got != scale.want {
			t.Errorf("%g to %g: %s, want %s", scale.low, scale.high, got, scale.want)
		}
	}
}
