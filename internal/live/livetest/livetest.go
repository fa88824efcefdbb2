// Package livetest opens a page in a headless Chromium, for tests of pages. It
// needs no module and no driver: only a Chromium in PATH.
//
//	page := livetest.Open(t, server.URL())
//	page.WaitFor("document.body.dataset.state === 'done'")
//	page.Save("done")
package livetest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// Page is a page in a browser of its own. Its methods end the test if the
// browser does not do as it is told.
type Page struct {
	t       *testing.T
	browser *browser
	session string
	close   func()

	mutex    sync.Mutex
	requests []string
	faults   []string
}

// Open opens an address in a window of 1280 × 800 pixels and returns when the
// page has loaded. It skips the test where there is no Chromium. The browser is closed when the test ends, if Close
// has not done so before.
func Open(t *testing.T, url string) *Page {
	t.Helper()
	program := find(t)
	profile, err := os.MkdirTemp("", "livetest")
	if err != nil {
		t.Fatal(err)
	}
	p := &Page{t: t}
	p.browser, err = start(program, []string{
		"--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + profile,
		// The sandbox needs rights that containers lack, and the only page that
		// is opened is ours.
		"--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		// Nothing of the browser's own may ask the network, nor can it.
		"--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-extensions", "--disable-default-apps",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--hide-scrollbars", "--force-color-profile=srgb",
	}, p.event)
	if err != nil {
		os.RemoveAll(profile)
		t.Fatalf("livetest: %s cannot be started: %v", program, err)
	}
	p.close = sync.OnceFunc(func() {
		p.browser.stop()
		if err := os.RemoveAll(profile); err != nil {
			t.Logf("livetest: the browser's profile stays behind: %v", err)
		}
	})
	t.Cleanup(p.close)

	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		p.call(domain+".enable", struct{}{}, nil)
	}
	p.Size(1280, 800)
	var navigated struct{ ErrorText string }
	p.call("Page.navigate", map[string]any{"url": url}, &navigated)
	if navigated.ErrorText != "" {
		t.Fatalf("livetest: %s cannot be opened: %s", url, navigated.ErrorText)
	}
	p.Eval("new Promise(loaded => document.readyState === 'complete' ? loaded() : addEventListener('load', () => loaded()))")
	return p
}

// find returns the path of a Chromium.
func find(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the browser is driven by two more pipes, which no process can be given on Windows")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium in PATH to look at the page with")
	return ""
}

// Close ends the browser, and with it the page's connections.
func (p *Page) Close() { p.close() }

// Size gives the window a size in pixels.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// Prefer asks the page for colours: "light" or "dark".
func (p *Page) Prefer(scheme string) {
	p.t.Helper()
	p.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Eval returns the value of a JavaScript expression as text: a string as it is,
// anything else as JSON. A promise is awaited.
func (p *Page) Eval(js string) string {
	p.t.Helper()
	value, err := p.evaluate(js, p.deadline())
	if err != nil {
		p.t.Fatalf("livetest: %s: %v", js, err)
	}
	return value
}

func (p *Page) evaluate(js string, deadline time.Time) (string, error) {
	var out struct {
		Result struct {
			Type  string
			Value json.RawMessage
		}
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := p.browser.call(deadline, p.session, "Runtime.evaluate", map[string]any{
		"expression": js, "awaitPromise": true, "returnByValue": true,
	}, &out)
	switch {
	case err != nil:
		return "", err
	case out.ExceptionDetails != nil:
		return "", fmt.Errorf("%s %s", out.ExceptionDetails.Text, out.ExceptionDetails.Exception.Description)
	case out.Result.Type == "string":
		var text string
		err := json.Unmarshal(out.Result.Value, &text)
		return text, err
	}
	return string(out.Result.Value), nil
}

// WaitFor returns when a JavaScript condition is true in the page, which looks
// at it whenever it has changed and before each of its frames. The test fails,
// with what the page says, if that has not happened shortly before its deadline.
func (p *Page) WaitFor(condition string) {
	p.t.Helper()
	wait := fmt.Sprintf(`new Promise((resolve, reject) => {
		const holds = () => { try { return %s } catch (e) { reject(e); return true } };
		const watch = new MutationObserver(() => look());
		const look = () => { if (holds()) { watch.disconnect(); resolve(true); return true } };
		const frame = () => look() || requestAnimationFrame(frame);
		watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		frame();
	})`, condition)
	if _, err := p.evaluate(wait, p.deadline()); err != nil {
		text, _ := p.evaluate("document.body.innerText", time.Now().Add(5*time.Second))
		p.t.Fatalf("livetest: waiting for %s: %v; the page says: %s", condition, err, text)
	}
}

// Screenshot returns the whole page as it is now, a PNG file, from its head to
// its end, however high it is.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	var out struct{ Data []byte }
	p.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &out)
	return out.Data
}

// Save puts a screenshot into the folder that the environment variable
// ARAGO_SCREENSHOTS names, or else among the artifacts of the test, and returns
// it.
func (p *Page) Save(name string) []byte {
	p.t.Helper()
	folder := os.Getenv("ARAGO_SCREENSHOTS")
	if folder == "" {
		folder = p.t.ArtifactDir()
	}
	picture := p.Screenshot()
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
	return picture
}

// Requests returns the addresses that the page has asked for.
func (p *Page) Requests() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(p.requests)
}

// Faults returns what has gone wrong in the page: exceptions, errors written to
// the console, what its security policy forbade, what could not be loaded.
func (p *Page) Faults() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(p.faults)
}

func (p *Page) event(method string, params json.RawMessage) {
	var e struct {
		Request          struct{ URL string }
		ExceptionDetails struct {
			Text      string
			Exception struct{ Description string }
		}
		Entry struct{ Level, Text, URL string }
	}
	if json.Unmarshal(params, &e) != nil {
		return // an event of another form
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	switch {
	case method == "Network.requestWillBeSent":
		p.requests = append(p.requests, e.Request.URL)
	case method == "Runtime.exceptionThrown":
		p.faults = append(p.faults, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
	case method == "Log.entryAdded" && e.Entry.Level == "error":
		p.faults = append(p.faults, e.Entry.Text+" "+e.Entry.URL)
	}
}

// call gives the page a command.
func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	if err := p.browser.call(p.deadline(), p.session, method, params, result); err != nil {
		p.t.Fatalf("livetest: %v", err)
	}
}

// deadline returns when to give up: before the test's own, so that the failure
// can be told.
func (p *Page) deadline() time.Time {
	d, ok := p.t.Deadline()
	if !ok {
		return time.Time{}
	}
	return d.Add(-15 * time.Second)
}
