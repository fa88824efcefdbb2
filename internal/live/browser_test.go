package live_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/internal/live"
	"arago/internal/live/livetest"
	"arago/optics"
	"arago/propagate"
)

// coronagraph is a small Lyot coronagraph at three wavelengths.
func coronagraph() propagate.System {
	return propagate.System{
		Name: "a small Lyot coronagraph", Diameter: 6.5, Npix: 128, Oversample: 2,
		Source: propagate.Source{
			Spectrum: []propagate.Line{{Wavelength: 1.9e-6, Weight: 1}, {Wavelength: 2e-6, Weight: 1}, {Wavelength: 2.1e-6, Weight: 1}},
			OffsetR:  0.05, OffsetTheta: 40,
		},
		Planes: []propagate.Plane{
			propagate.Pupil{Name: "telescope", Elements: []optics.Element{optics.CircularAperture{Radius: 3.2}}},
			propagate.Image{Name: "occulter", Elements: []optics.Element{optics.CircularOcculter{Radius: 0.2}}},
			propagate.Pupil{Name: "Lyot stop", Elements: []optics.Element{optics.CircularAperture{Radius: 2.7}}},
			propagate.Detector{ScaleY: 0.02, ScaleX: 0.02, PixelsY: 75, PixelsX: 100, Oversample: 2},
		},
	}
}

// propagated returns the run of a system and its planes, in the order in which
// they were computed.
func propagated(t *testing.T, s propagate.System) (live.Run, []propagate.Snapshot) {
	t.Helper()
	var r backend.Registry
	r.Register(gonum.Name, gonum.New)
	selection, err := r.Select(gonum.Name)
	if err != nil {
		t.Fatal(err)
	}
	var planes []propagate.Snapshot
	plan, err := propagate.NewPlan(s, propagate.Options{Backend: selection, Observe: func(s propagate.Snapshot) { planes = append(planes, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	run := live.Run{Title: s.Name, Steps: plan.Steps(), Mode: "goroutines", Workers: plan.Workers(), Backend: selection.Name()}
	for i := range plan.Lines() {
		run.Wavelengths = append(run.Wavelengths, plan.Wavelength(i))
	}
	return run, planes
}

func serve(t *testing.T, run live.Run) *live.Server {
	t.Helper()
	s, err := live.Start(run)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// pictures is a condition: both pictures of a plane are on the page, loaded.
func pictures(plane int) string {
	return fmt.Sprintf(`(() => {
		const article = document.querySelector("article[data-plane='%d']");
		const images = article ? [...article.querySelectorAll("img")] : [];
		return images.length === 2 && article.dataset.cell === "shown" &&
			images.every(i => !i.hidden && i.complete && i.naturalWidth > 0 && i.src.includes("/" + document.body.dataset.line + "/%d/"));
	})()`, plane, plane)
}

// colours counts the different colours of a PNG file.
func colours(t *testing.T, file []byte) (int, image.Point) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[3]uint32]bool{}
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r, g, bl}] = true
		}
	}
	return len(seen), b.Size()
}

func TestRunIsWatchedFromItsFirstPlaneToItsEnd(t *testing.T) {
	run, planes := propagated(t, coronagraph())
	s := serve(t, run)
	page := livetest.Open(t, s.URL())
	text := func(selector string) string {
		t.Helper()
		return page.Eval(fmt.Sprintf("document.querySelector(%q).textContent", selector))
	}

	page.WaitFor(`document.body.dataset.state === "computing"`)
	if got := text("#title"); got != "a small Lyot coronagraph" {
		t.Errorf("the title is %q", got)
	}
	if got, want := text("#facts"), fmt.Sprintf("goroutines · %d worker", run.Workers); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "gonum · 3 wavelengths") {
		t.Errorf("the facts are %q", got)
	}
	if got := page.Eval(`document.querySelectorAll("article[data-cell=waiting]").length`); got != "4" {
		t.Errorf("%s planes wait, want 4", got)
	}
	page.Save("before-the-first-plane")

	// Each plane appears as it comes; the page follows the latest wavelength.
	began := 0
	for i, plane := range planes {
		if plane.Plane == 0 {
			began = plane.Line
		}
		s.Observe(plane)
		s.Progress(i+1, len(planes))
		page.WaitFor(fmt.Sprintf(`document.querySelector("#progress").value === %d && document.body.dataset.line === "%d"`, i+1, began))
		if plane.Line == began {
			page.WaitFor(pictures(plane.Plane))
		}
		if i == 5 {
			page.Save("in-the-middle")
		}
	}
	s.Done("wrote psf.fits and psf.png")
	page.WaitFor(`document.body.dataset.state === "done"`)
	if got := text("#sentence"); got != "wrote psf.fits and psf.png" {
		t.Errorf("the page says %q", got)
	}
	if got := text("#state"); got != "done" || page.Eval(`document.querySelector("#state").getAttribute("aria-live")`) != "polite" {
		t.Errorf("the state is %q", got)
	}
	if got := text("#count"); got != "12 of 12 planes" {
		t.Errorf("the count is %q", got)
	}
	if got := page.Eval("document.title"); got != "done · a small Lyot coronagraph" {
		t.Errorf("the title of the window is %q", got)
	}

	// Every plane can be seen at every wavelength.
	for line, wavelength := range []string{"1.900 µm", "2.000 µm", "2.100 µm"} {
		page.Eval(fmt.Sprintf(`document.querySelector("#wavelengths input[value='%d']").click()`, line))
		page.WaitFor(fmt.Sprintf(`document.body.dataset.line === "%d"`, line))
		for plane, label := range []string{"telescope", "occulter", "Lyot stop", "detector"} {
			page.WaitFor(pictures(plane))
			article := fmt.Sprintf("article[data-plane='%d'] ", plane)
			if got := text(article + "h2"); got != fmt.Sprintf("%d. %s", plane+1, label) {
				t.Errorf("plane %d is called %q", plane, got)
			}
			if got := page.Eval(fmt.Sprintf("document.querySelector(%q).alt", article+".phase img")); got != fmt.Sprintf("Phase behind plane %d, %s, at %s", plane+1, label, wavelength) {
				t.Errorf("the text for those who do not see the picture is %q", got)
			}
		}
		if got := text("article[data-plane='3'] .step"); !strings.HasPrefix(got, "200 × 150 samples · by ") || !strings.HasSuffix(got, "s") {
			t.Errorf("the step to the detector is %q", got)
		}
		if got := text("article[data-plane='3'] .unit"); got != "arcsec" {
			t.Errorf("the unit of the detector is %q", got)
		}
	}
	if page.Eval(`document.querySelector("#follow").checked`) != "false" {
		t.Error("the page follows the latest wavelength though another was chosen")
	}
	page.Eval(`document.querySelector("#follow").click()`)
	page.WaitFor(fmt.Sprintf(`document.body.dataset.line === "%d"`, began))

	for _, scheme := range []string{"light", "dark"} {
		page.Prefer(scheme)
		picture := page.Save("done-" + scheme)
		// The two colour maps have 256 colours each.
		if n, size := colours(t, picture); n < 300 || size.X != 1280 || size.Y < 800 {
			t.Errorf("the page in %s colours has %d colours on %v pixels", scheme, n, size)
		}
	}
	page.Size(360, 740)
	if got := page.Eval("document.documentElement.scrollWidth"); got != "360" {
		t.Errorf("on 360 pixels, the page is %s wide", got)
	}
	page.Save("done-narrow")

	for _, address := range page.Requests() {
		if !strings.HasPrefix(address, s.URL()) {
			t.Errorf("the page has asked for %s", address)
		}
	}
	if len(page.Requests()) < 2*len(planes) {
		t.Errorf("%d requests are known, which are not even those of the pictures", len(page.Requests()))
	}
	if faults := page.Faults(); len(faults) > 0 {
		t.Errorf("faults of the page: %q", faults)
	}

	// Who closes the window lets the program end.
	page.Close()
	s.Wait(t.Context())
	if t.Context().Err() != nil {
		t.Error("the viewer's leaving was not noticed")
	}
}

func TestFailureAndItsReasonAreShownAndStay(t *testing.T) {
	run, planes := propagated(t, coronagraph())
	s := serve(t, run)
	page := livetest.Open(t, s.URL())
	first := slices.IndexFunc(planes, func(p propagate.Snapshot) bool { return p.Line == 0 && p.Plane == 0 })
	s.Observe(planes[first])
	page.WaitFor(pictures(0))
	s.Failed("plane 2 (occulter): <b>the mask</b> cannot be sampled")
	s.Close()
	page.WaitFor(`document.body.dataset.state === "failed" && !document.querySelector("#lost").hidden`)
	// Text of the run is text, never a part of the page.
	if got := page.Eval(`document.querySelector("#sentence").textContent`); got != "plane 2 (occulter): <b>the mask</b> cannot be sampled" {
		t.Errorf("the page says %q", got)
	}
	if got := page.Eval(`document.querySelector("#lost").textContent`); !strings.HasPrefix(got, "The program has ended.") {
		t.Errorf("of the connection the page says %q", got)
	}
	page.Save("failed")
}

func TestPageSaysWhichPicturesWereDroppedAndWhichSamplesAreBad(t *testing.T) {
	run, planes := propagated(t, coronagraph())
	s := serve(t, run)
	// The pictures of a plane take some 20 kB each.
	live.SetBudget(s, 60_000)
	page := livetest.Open(t, s.URL())
	slices.SortStableFunc(planes, func(a, b propagate.Snapshot) int { return a.Line - b.Line })
	for _, p := range planes {
		if p.Line == 2 && p.Plane == 3 {
			p.Field[7] = complex(0, 1e300)
		}
		s.Observe(p)
	}
	s.Done("done")
	page.WaitFor(pictures(3))
	if got := page.Eval(`document.querySelector("article[data-plane='3'] .bad").textContent`); got != " · 1 sample not finite" {
		t.Errorf("of the bad sample the page says %q", got)
	}
	page.Eval(`document.querySelector("#wavelengths input[value='0']").click()`)
	page.WaitFor(`document.querySelectorAll("article[data-cell=dropped]").length === 4`)
	if got := page.Eval(`document.querySelector("#dropped").innerText`); !strings.Contains(got, "were dropped") {
		t.Errorf("of the pictures the page says %q", got)
	}
	if got := page.Eval(`document.querySelector("article .step").textContent`); got != "128 × 128 samples" {
		t.Errorf("the first step is %q, though its pictures alone are gone", got)
	}
	page.Save("dropped")
	for _, fault := range page.Faults() {
		// A picture may be dropped while it is asked for; the news come after.
		if !strings.Contains(fault, "404") || !strings.Contains(fault, "/picture/") {
			t.Errorf("fault of the page: %s", fault)
		}
	}
}
