package livetest_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"arago/internal/live/livetest"
)

// document is a page that changes by itself and makes two mistakes.
const document = "data:text/html,<title>a page</title><body style='background:red'><p id=p>one</p>" +
	"<script>setTimeout(() => { document.getElementById('p').textContent = 'two'; throw new Error('a mistake') })</script>" +
	"<img src='http://nowhere.invalid/x.png'>"

func TestPageIsReadAndWaitedFor(t *testing.T) {
	page := livetest.Open(t, document)
	page.WaitFor("document.title === 'a page' && document.getElementById('p').textContent === 'two'")
	for js, want := range map[string]string{
		"document.title": "a page", "1 + 1": "2", "[1, 'a']": `[1,"a"]`, "undefined": "", "null": "null",
		"Promise.resolve(true)": "true", "window.innerWidth": "1280",
	} {
		if got := page.Eval(js); got != want {
			t.Errorf("%s is %q, want %q", js, got, want)
		}
	}
	page.Size(300, 200)
	page.Prefer("dark")
	if got := page.Eval("window.innerWidth + ' ' + matchMedia('(prefers-color-scheme: dark)').matches"); got != "300 true" {
		t.Errorf("width and colours are %s", got)
	}
	img, err := png.Decode(bytes.NewReader(page.Screenshot()))
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(290, 190).RGBA(); r != 0xffff || g != 0 || b != 0 {
		t.Errorf("the page is not red: %v", img.At(290, 190))
	}
	page.WaitFor("document.images[0].complete")
	if !slices.Contains(page.Requests(), "http://nowhere.invalid/x.png") {
		t.Errorf("the requests are %q", page.Requests())
	}
	if faults := strings.Join(page.Faults(), "\n"); !strings.Contains(faults, "a mistake") || !strings.Contains(faults, "nowhere.invalid") {
		t.Errorf("the faults are %q", faults)
	}
}

func TestScreenshotsGoWhereTheEnvironmentSays(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("ARAGO_SCREENSHOTS", folder)
	page := livetest.Open(t, "data:text/html,<p>hello")
	want := page.Save("hello")
	got, err := os.ReadFile(filepath.Join(folder, "hello.png"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file holds %d bytes of %d: %v", len(got), len(want), err)
	}
}

func TestNoBrowserIsAReasonToSkip(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	var skipped bool
	t.Run("skips", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		livetest.Open(t, "about:blank")
	})
	if !skipped {
		t.Error("a browser was found where there is none")
	}
}
