package modes

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTableFitsATerminalAndSaysEverything(t *testing.T) {
	var b strings.Builder
	if err := sample().WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 88 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	// The numbers are those in sample; ARAGO_UPDATE=1 writes the file anew.
	golden := filepath.Join("testdata", "table.txt")
	if os.Getenv("ARAGO_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestWhatIsNotKnownIsAQuestionMark(t *testing.T) {
	r := sample()
	r.Rows = r.Rows[:1]
	r.Rows[0].PeakMemory, r.Rows[0].Speed = 0, nil
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(b.String(), "workers\n")
	row, _, _ = strings.Cut(row, "\n")
	if strings.Count(row, "?") != 2 {
		t.Errorf("the row is %s", row)
	}
	if got := r.title("unheard of"); got != "unheard of" {
		t.Errorf("a variant that the report does not list is called %q", got)
	}
}

func TestJSONHasTheFieldsOfItsSchema(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		SchemaVersion int `json:"schema_version"`
		Program       string
		Npix          int
		Oversamplings []int
		Machine       struct{ CPU string }
		Variants      []struct {
			Name, Mode  string
			Workers     int
			Environment []string
		}
		Runs []struct {
			Case, Variant, Backend string
			Oversample, Turn       int
			Seconds                float64
			PeakMemory             int64 `json:"peak_memory"`
			Workers                int
		}
		Rows []struct {
			Case, Variant string
			Oversample    int
			Turns         int
			Seconds       struct{ Min, Median, Max float64 }
			PeakMemory    int64 `json:"peak_memory"`
			Speed         *float64
		}
		Omissions []struct {
			Case, Variant, Reason string
			Oversample            int
		}
		Documented []struct {
			Oversample int
			PeakMemory int64 `json:"peak_memory_per_process"`
		} `json:"poppy_documented"`
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.SchemaVersion != 1 || got.Program != "arago test" || got.Npix != 1024 || len(got.Oversamplings) != 6 || got.Machine.CPU != "Test <CPU>" {
		t.Errorf("the JSON begins %.300s", &b)
	}
	if v := got.Variants[0]; v.Name != "single" || v.Mode != "goroutines" || v.Workers != 1 || len(v.Environment) != 1 {
		t.Errorf("variant %+v", v)
	}
	if r := got.Runs[1]; r.Case != "direct" || r.Oversample != 1 || r.Variant != "single" || r.Turn != 1 || r.Seconds != 0.5 || r.PeakMemory != 40<<20 || r.Workers != 1 || r.Backend != "gonum" {
		t.Errorf("run %+v", r)
	}
	if r := got.Rows[0]; r.Case != "direct" || r.Turns != 3 || r.Seconds.Median != 0.5 || r.PeakMemory != 40<<20 || *r.Speed != 1 {
		t.Errorf("row %+v", r)
	}
	if o := got.Omissions[0]; o.Case != "direct" || o.Variant != "fftw-threads" || o.Oversample != 1 || !strings.Contains(o.Reason, "-tags fftw") {
		t.Errorf("omission %+v", o)
	}
	if d := got.Documented; len(d) != 2 || d[1].Oversample != 8 || d[1].PeakMemory != 4<<30 {
		t.Errorf("POPPY's manual: %+v", d)
	}
	// Lists are never null.
	b.Reset()
	if err := NewReport(Options{Oversamplings: []int{}}, &Results{Runs: []Run{}, Rows: []Row{}, Omissions: []Omission{}}).WriteJSON(&b); err != nil || strings.Contains(b.String(), "null") {
		t.Errorf("%v, %s", err, &b)
	}
}

func TestPOPPYsFiguresStandWhereTheyApply(t *testing.T) {
	for _, c := range []struct {
		npix  int
		list  []int
		count int
	}{{1024, []int{1, 2, 4}, 1}, {1024, []int{1, 2}, 0}, {512, []int{4, 8}, 0}} {
		if r := NewReport(Options{Npix: c.npix, Oversamplings: c.list}, new(Results)); len(r.Documented) != c.count {
			t.Errorf("npix %d, oversamplings %v: %+v", c.npix, c.list, r.Documented)
		}
	}
}

func TestPictureHasAllSeriesInFourPanels(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	var words []string
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if data, ok := token.(xml.CharData); ok {
			words = append(words, strings.TrimSpace(string(data)))
		}
	}
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	for want, n := range map[string]int{
		"single process": 1, "worker processes": 1, "goroutines": 1, "POPPY's manual, for each process": 1,
		"FFTW threads":              0, // it was not measured
		"Direct imaging: time in s": 1, "Lyot coronagraph: time in s": 1,
		"Direct imaging: peak memory": 1, "Lyot coronagraph: peak memory": 1,
		"about 1 GB": 2, "over 4 GB": 2, "oversampling": 4, "512 MiB": 2, "4 GiB": 2,
		"Test <CPU>, 2 cores (L1 32 KiB, L2 1 MiB, L3 30 MiB), linux/amd64, go1.26.": 1,
	} {
		if count[want] != n {
			t.Errorf("%q stands %d times in the picture, want %d", want, count[want], n)
		}
	}
	// The marks of a series in each panel, and one in the legend: of the single
	// process 6 each, of the worker processes 5 on the coronagraph.
	for ink, n := range map[string]int{"#0072B2": 4*6 + 1, "#009E73": 2*6 + 2*5 + 1, "#CC79A7": 4*6 + 1} {
		if got := strings.Count(strings.ToUpper(text), `STYLE="FILL:`+ink); got != n {
			t.Errorf("%d marks of colour %s, want %d", got, ink, n)
		}
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
	if size := img.Bounds().Size(); size.X < 1200 || size.Y < 900 {
		t.Errorf("a picture of %v", size)
	}
	// One oversampling, no memory known, and nothing at all are drawn too.
	single := sample()
	single.Oversamplings, single.Documented = []int{1}, nil
	single.Rows = single.Rows[:6]
	for i := range single.Rows {
		single.Rows[i].PeakMemory = 0
	}
	for _, r := range []*Report{single, new(Report)} {
		for _, write := range []func(*Report, io.Writer) error{(*Report).WriteSVG, (*Report).WritePNG, (*Report).WriteHTML, (*Report).WriteTable} {
			if err := write(r, io.Discard); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPageHasPictureAndTableAndRefersToNothingOutside(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"<svg", "Test &lt;CPU&gt;", "border-collapse", // the style is not escaped away
		`<td>Lyot coronagraph</td><td class="n">8</td><td>goroutines</td><td class="n">12.0 s</td>`,
		"<code>GOMAXPROCS=1 arago psf --mode goroutines --workers 1</code>",
		"rebuild with -tags fftw (all 12 systems)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"src=", "@import", "url(", "<script", "href=\"http", "ZgotmplZ"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	if got := strings.Count(text, "<tr"); got != 1+35+1+4 { // two heads, 35 rows, 4 variants
		t.Errorf("%d rows", got)
	}
}

func TestMemoryIsWrittenInPowersOfTwo(t *testing.T) {
	for bytes, want := range map[float64]string{1 << 20: "1 MiB", 512 << 20: "512 MiB", 1 << 30: "1 GiB", 2 << 40: "2 TiB"} {
		if got := binary(bytes); got != want {
			t.Errorf("%g bytes read %q, want %q", bytes, got, want)
		}
	}
}

func TestThreadsOfFFTWAreNotWorkers(t *testing.T) {
	for want, row := range map[string]Row{"3": {Workers: 3}, "2 threads": {Workers: 1, Threads: 2}} {
		if got := row.sharers(); got != want {
			t.Errorf("%+v is shared by %q, want %q", row, got, want)
		}
	}
}
