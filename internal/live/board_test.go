package live

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"arago/propagate"
)

// testRun has planes and wavelengths from 1 µm in steps of 0.1 µm.
func testRun(planes, lines int) Run {
	r := Run{Title: "test", Mode: "goroutines", Workers: 2, Backend: "gonum"}
	for i := range planes {
		r.Steps = append(r.Steps, propagate.Step{Label: fmt.Sprintf("plane %d", i+1), Rows: 4, Cols: 4})
	}
	for i := range lines {
		r.Wavelengths = append(r.Wavelengths, 1e-6+float64(i)*1e-7)
	}
	return r
}

// weight returns a drawing whose pictures have so many bytes together.
func weight(n int) drawing {
	return drawing{pictures: pictures{intensity: make([]byte, n/2), phase: make([]byte, n-n/2)}}
}

// held counts the bytes of the pictures on a board, one by one.
func (b *board) held() int {
	n := 0
	for _, l := range b.lines {
		for _, c := range l.cells {
			if c.pictures != nil {
				n += len(c.pictures.intensity) + len(c.pictures.phase)
			}
		}
	}
	return n
}

func TestPicturesNeverTakeMoreThanTheBudget(t *testing.T) {
	const planes, lines, each = 4, 50, 1000
	b := newBoard(testRun(planes, lines), time.Now)
	b.budget = 10*each + each/2
	for l := range lines {
		for p := range planes {
			b.add(l, p, weight(each), time.Now())
			if b.held() > b.budget || b.held() != b.bytes {
				t.Fatalf("%d bytes are held, %d counted, of a budget of %d", b.held(), b.bytes, b.budget)
			}
			if b.pictures(l, p) == nil {
				t.Fatalf("plane %d of wavelength %d was dropped as it came", p, l)
			}
		}
	}
	// Ten pictures fit: those of the last two wavelengths.
	for l := range lines {
		for p := range planes {
			if kept := b.pictures(l, p) != nil; kept != (l >= lines-2) {
				t.Errorf("plane %d of wavelength %d is kept: %v", p, l, kept)
			}
		}
	}
	u, _, _ := b.news(0)
	if u.Dropped != lines-2 {
		t.Errorf("the page says that %d wavelengths were dropped, want %d", u.Dropped, lines-2)
	}
	for _, c := range u.Cells {
		if c.Kept != (c.Line >= lines-2) {
			t.Errorf("the page is told that plane %d of wavelength %d is kept: %v", c.Plane, c.Line, c.Kept)
		}
	}
	if len(u.Cells) != planes*lines {
		t.Errorf("%d cells are told, want %d: what was computed stays known", len(u.Cells), planes*lines)
	}
}

func TestPicturesOfOneLongWavelengthKeepTheBudget(t *testing.T) {
	const planes, each = 20, 1000
	b := newBoard(testRun(planes, 1), time.Now)
	b.budget = 3 * each
	for p := range planes {
		b.add(0, p, weight(each), time.Now())
		if b.held() > b.budget || b.pictures(0, p) == nil {
			t.Fatalf("%d bytes are held after plane %d, which is there: %v", b.held(), p, b.pictures(0, p) != nil)
		}
	}
}

func TestPlaneThatIsComputedAgainReplacesTheFirst(t *testing.T) {
	b := newBoard(testRun(2, 1), time.Now)
	b.add(0, 0, weight(100), time.Now())
	b.add(0, 1, weight(100), time.Now())
	for range 5 { // a worker has died, and another does its share
		b.add(0, 0, weight(300), time.Now())
	}
	if b.held() != 400 || b.bytes != 400 || !slices.Equal(b.shown, []place{{0, 1}, {0, 0}}) {
		t.Errorf("%d bytes are held, %d counted, of cells %v", b.held(), b.bytes, b.shown)
	}
}

func TestRealPicturesOfTheLargestPlaneAreAsSmallAsTheBudgetAssumes(t *testing.T) {
	// Noise cannot be compressed: a palette picture of 256 × 256 is 64 KiB and
	// the palette, for intensity and phase.
	noise := uint64(1)
	d := draw(plane(256, 256, func(int, int) complex128 {
		noise = noise*6364136223846793005 + 1442695040888963407
		re := float64(noise >> 32)
		noise = noise*6364136223846793005 + 1442695040888963407
		return complex(re, float64(noise>>32)-1<<31)
	}))
	if size := d.pictures.size(); size > 2*(256*256+4096) {
		t.Errorf("the pictures take %d bytes", size)
	}
	if c := cap(d.pictures.intensity) - len(d.pictures.intensity); c > 8192 {
		t.Errorf("%d bytes of the memory of a picture are not counted", c)
	}
}

func TestStepTimeIsThatSinceThePlaneBefore(t *testing.T) {
	clock := time.Unix(0, 0)
	b := newBoard(testRun(3, 2), func() time.Time { return clock })
	pass := func(d time.Duration) { clock = clock.Add(d) }
	show := func(line, plane int, drawing time.Duration) {
		arrived := clock
		pass(drawing)
		b.add(line, plane, weight(1), arrived)
	}
	pass(time.Second)
	show(0, 0, time.Millisecond)
	pass(2 * time.Second)
	show(1, 0, time.Millisecond)
	pass(3 * time.Second)
	show(0, 1, time.Millisecond) // 2 s and 3 s and what drawing the other took
	pass(4 * time.Second)
	show(0, 2, time.Millisecond)

	u, _, _ := b.news(0)
	want := map[place]float64{{0, 1}: 5.001, {0, 2}: 4}
	for _, c := range u.Cells {
		s, known := want[place{c.Line, c.Plane}]
		if (c.Seconds != nil) != known {
			t.Errorf("the time of plane %d at wavelength %d is known: %v", c.Plane, c.Line, c.Seconds != nil)
		} else if known && *c.Seconds != s {
			t.Errorf("plane %d at wavelength %d took %g s, want %g", c.Plane, c.Line, *c.Seconds, s)
		}
	}
	if u.Latest != 1 {
		t.Errorf("the latest wavelength is %d, want the one that was begun last", u.Latest)
	}
	if u.Elapsed != 10.004 {
		t.Errorf("%g s have passed, want 10.004", u.Elapsed)
	}
	b.finish(stateDone, "written")
	pass(time.Hour)
	b.finish(stateFailed, "too late")
	if u, _, _ := b.news(0); u.Elapsed != 10.004 || u.State != stateDone || u.Sentence != "written" {
		t.Errorf("after the end the run is %s (%s) after %g s", u.State, u.Sentence, u.Elapsed)
	}
}

func TestNewsHoldWhatHasChangedSince(t *testing.T) {
	b := newBoard(testRun(2, 3), time.Now)
	u, version, changed := b.news(0)
	if len(u.Cells) != 0 || u.Latest != -1 || u.State != stateComputing || u.Total != 6 {
		t.Errorf("at first the news are %+v", u)
	}
	b.add(2, 0, weight(1), time.Now())
	<-changed
	b.add(2, 1, weight(1), time.Now())
	b.progress(2, 6)
	u, version, changed = b.news(version)
	if len(u.Cells) != 2 || u.Done != 2 || u.Latest != 2 {
		t.Errorf("after two planes the news are %+v", u)
	}
	u, _, _ = b.news(version)
	if len(u.Cells) != 0 {
		t.Errorf("cells are told twice: %+v", u.Cells)
	}
	b.progress(2, 6)
	<-changed
}

func TestWavelengthsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		metres []float64
		want   []string
	}{
		{nil, []string{}},
		{[]float64{2e-6}, []string{"2.000 µm"}},
		{[]float64{0.9e-6, 1e-6, 1.1e-6}, []string{"0.900 µm", "1.000 µm", "1.100 µm"}},
		{[]float64{500e-9, 650e-9}, []string{"500.0 nm", "650.0 nm"}},
		{[]float64{656.28e-9, 656.281e-9}, []string{"656.280 nm", "656.281 nm"}},
		{[]float64{850e-6}, []string{"850.0 µm"}},
		{[]float64{1e-6, 1e-6}, []string{"1.000000000 µm", "1.000000000 µm"}},
	} {
		if got := wavelengthTexts(c.metres); !slices.Equal(got, c.want) {
			t.Errorf("%v are called %q, want %q", c.metres, got, c.want)
		}
	}
}

func TestPageNamesNoOtherSite(t *testing.T) {
	entries, err := files.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile("page/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte(`xmlns="http://www.w3.org/2000/svg"`), nil) // a name, not an address
		for _, address := range []string{"http:", "https:", `"//`, "'//", "@import", "url("} {
			if bytes.Contains(text, []byte(address)) {
				t.Errorf("%s holds %s", e.Name(), address)
			}
		}
	}
}
