package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/cmplx"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// started returns the server of a run with so many planes and wavelengths. Who
// leaves has left for good: no test waits for somebody to come back.
func started(t *testing.T, planes, lines int) *Server {
	t.Helper()
	s, err := Start(testRun(planes, lines))
	if err != nil {
		t.Fatal(err)
	}
	s.viewers.reload = 0
	t.Cleanup(s.Close)
	return s
}

// observe shows a small plane of light.
func observe(s *Server, line, p int) {
	snapshot := plane(4, 4, func(i, j int) complex128 { return cmplx.Rect(1, float64(i*j)) })
	snapshot.Line, snapshot.Plane = line, p
	s.Observe(snapshot)
}

// request is what is asked of a server.
type request struct {
	method, path, host string // "" for GET, the page, and the server's own
	header             [2]string
}

func (q request) ask(t *testing.T, s *Server) *http.Response {
	t.Helper()
	if q.path == "" {
		q.path = "/" + s.token + "/"
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, "http://"+s.listener.Addr().String()+q.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = q.host
	if q.header[0] != "" {
		r.Header.Set(q.header[0], q.header[1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

func TestOnlyThisMachineWithTheTokenFromNoOtherSiteIsAnswered(t *testing.T) {
	s := started(t, 2, 1)
	observe(s, 0, 0)
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	own, page := "127.0.0.1:"+port, "/"+s.token+"/"
	for _, c := range []struct {
		name string
		request
		want int
	}{
		{"the page", request{}, 200},
		{"the page by HEAD", request{method: "HEAD"}, 200},
		{"by the name localhost", request{host: "localhost:" + port}, 200},
		{"a picture", request{path: page + "picture/0/0/phase.png"}, 200},
		{"opened from the address bar", request{header: [2]string{"Sec-Fetch-Site", "none"}}, 200},
		{"asked for by the page", request{header: [2]string{"Sec-Fetch-Site", "same-origin"}}, 200},
		{"asked for by the page, with its origin", request{header: [2]string{"Origin", "http://" + own}}, 200},

		{"a foreign name that points here", request{host: "example.org:" + port}, 403},
		{"a foreign name without a port", request{host: "example.org"}, 403},
		{"another port", request{host: "127.0.0.1:1"}, 403},
		{"no port", request{host: "127.0.0.1"}, 403},
		{"a name that begins like ours", request{host: own + ".example.org"}, 403},
		{"another site", request{header: [2]string{"Sec-Fetch-Site", "cross-site"}}, 403},
		{"another site of this machine", request{header: [2]string{"Sec-Fetch-Site", "same-site"}}, 403},
		{"a site that is not known", request{header: [2]string{"Sec-Fetch-Site", ""}}, 403},
		{"another origin", request{header: [2]string{"Origin", "https://example.org"}}, 403},
		{"an origin without a name", request{header: [2]string{"Origin", "null"}}, 403},
		{"the origin of the other name", request{header: [2]string{"Origin", "http://localhost:" + port}}, 403},
		{"a foreign name with a wrong token", request{host: "example.org", path: "/x/"}, 403},

		{"no token", request{path: "/"}, 404},
		{"a wrong token", request{path: "/" + strings.Repeat("A", len(s.token)) + "/"}, 404},
		{"a part of the token", request{path: page[:len(page)-3] + "/"}, 404},
		{"the token in small letters", request{path: strings.ToLower(page)}, 404},
		{"the token and more", request{path: "/" + s.token + "A/"}, 404},
		{"the token alone", request{path: "/" + s.token}, 404},
		{"the events without the token", request{path: "/events"}, 404},
		{"a picture without the token", request{path: "/picture/0/0/phase.png"}, 404},
		{"a wrong token by POST", request{method: "POST", path: "/x/"}, 404},

		{"POST", request{method: "POST"}, 405},
		{"PUT", request{method: "PUT", path: page + "picture/0/0/phase.png"}, 405},
		{"DELETE", request{method: "DELETE"}, 405},
		{"OPTIONS", request{method: "OPTIONS"}, 405},
		{"TRACE", request{method: "TRACE"}, 405},

		{"a file that is not there", request{path: page + "live.go"}, 404},
		{"a file outside", request{path: page + "../doc.go"}, 404},
		{"a plane that has not been computed", request{path: page + "picture/0/1/phase.png"}, 404},
		{"a plane that the run does not have", request{path: page + "picture/0/2/phase.png"}, 404},
		{"a wavelength that the run does not have", request{path: page + "picture/1/0/phase.png"}, 404},
		{"a negative plane", request{path: page + "picture/0/-1/phase.png"}, 404},
		{"a plane that is no number", request{path: page + "picture/0/x/phase.png"}, 404},
		{"a picture of another kind", request{path: page + "picture/0/0/amplitude.png"}, 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := c.ask(t, s)
			if answer.StatusCode != c.want {
				t.Errorf("the answer is %d, want %d", answer.StatusCode, c.want)
			}
			if answer.StatusCode == 405 && answer.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("allowed is %q", answer.Header.Get("Allow"))
			}
			for name, want := range map[string]string{
				"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
				"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Access-Control-Allow-Origin": "",
			} {
				if got := answer.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != 200 && bytes.Contains(body, []byte(s.token)) {
				t.Error("a refusal tells the token")
			}
		})
	}
}

func TestPolicyForbidsWhatIsNotOurs(t *testing.T) {
	if !strings.HasPrefix(policy, "default-src 'none'; ") {
		t.Errorf("%s does not begin by forbidding everything", policy)
	}
	for _, word := range []string{"unsafe", "*", "data:", "http"} {
		if strings.Contains(policy, word) {
			t.Errorf("%s holds %s", policy, word)
		}
	}
}

func TestServerListensOnTheLoopbackAddressAndItsTokensDiffer(t *testing.T) {
	a, b := started(t, 1, 1), started(t, 1, 1)
	host, _, err := net.SplitHostPort(a.listener.Addr().String())
	if err != nil || host != "127.0.0.1" {
		t.Errorf("the server listens on %s, %v", host, err)
	}
	// Base 32 has five bits a character.
	if a.token == b.token || 5*len(a.token) < 128 {
		t.Errorf("the tokens are %q and %q", a.token, b.token)
	}
	if want := "http://" + a.listener.Addr().String() + "/" + a.token + "/"; a.URL() != want {
		t.Errorf("the address is %s, want %s", a.URL(), want)
	}
}

func TestFilesHaveTheirTypes(t *testing.T) {
	s := started(t, 1, 1)
	observe(s, 0, 0)
	for path, want := range map[string]string{
		"": "text/html; charset=utf-8", "live.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8",
		"icon.svg": "image/svg+xml", "legend/phase.png": "image/png", "legend/intensity.png": "image/png",
		"picture/0/0/intensity.png": "image/png", "picture/0/0/intensity.png?v=7": "image/png",
	} {
		answer := request{path: "/" + s.token + "/" + path}.ask(t, s)
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != 200 || got != want {
			t.Errorf("%q is a %s (%d), want %s", path, got, answer.StatusCode, want)
		}
		if body, err := io.ReadAll(answer.Body); err != nil || len(body) == 0 || want == "image/png" && !bytes.HasPrefix(body, []byte("\x89PNG")) {
			t.Errorf("%q has %d bytes, %v", path, len(body), err)
		}
	}
}

// viewer is somebody who reads the events.
type viewer struct {
	t     *testing.T
	lines *bufio.Scanner
	leave func()
	run   runMessage
	cells map[place]cellUpdate
}

func watching(t *testing.T, s *Server) *viewer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := (&http.Client{Transport: &http.Transport{}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); answer.Body.Close() })
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("the events are a %s (%d)", got, answer.StatusCode)
	}
	v := &viewer{t: t, lines: bufio.NewScanner(answer.Body), leave: cancel, cells: map[place]cellUpdate{}}
	v.lines.Buffer(nil, 64<<20) // an update may tell of thousands of planes
	if event := v.next(&v.run); event != "run" {
		t.Fatalf("the first event is %q", event)
	}
	return v
}

// next unpacks an event and returns its name, "" at the end.
func (v *viewer) next(into any) string {
	v.t.Helper()
	var event string
	for v.lines.Scan() {
		line := v.lines.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(data), into); err != nil {
				v.t.Fatalf("%v: %s", err, data)
			}
		}
		if line == "" {
			return event
		}
	}
	return ""
}

// until reads updates until one satisfies what is asked for.
func (v *viewer) until(enough func(update) bool) update {
	v.t.Helper()
	for {
		var u update
		if event := v.next(&u); event != "update" {
			v.t.Fatalf("an event is %q", event)
		}
		for _, c := range u.Cells {
			v.cells[place{c.Line, c.Plane}] = c
		}
		if enough(u) {
			return u
		}
	}
}

func TestViewerIsToldOfTheRunAndOfEachPlane(t *testing.T) {
	s := started(t, 3, 2)
	observe(s, 0, 0) // before anybody looks
	v := watching(t, s)
	if v.run.Title != "test" || v.run.Mode != "goroutines" || v.run.Workers != 2 || v.run.Backend != "gonum" || v.run.Decades != 8 ||
		len(v.run.Planes) != 3 || v.run.Planes[1] != (planeHeader{Label: "plane 2", Rows: 4, Cols: 4}) ||
		len(v.run.Wavelengths) != 2 || v.run.Wavelengths[1] != "1.100 µm" {
		t.Errorf("the run is told as %+v", v.run)
	}
	v.until(func(update) bool { return len(v.cells) == 1 })
	for line := range 2 {
		for p := range 3 {
			observe(s, line, p)
			s.Progress(3*line+p+1, 6)
			u := v.until(func(u update) bool { return u.Done == 3*line+p+1 })
			c, ok := v.cells[place{line, p}]
			if !ok || !c.Kept || c.View.Sum != 16 || c.View.Rows != 4 || (c.Seconds != nil) != (p > 0) {
				t.Errorf("plane %d at wavelength %d is told as %+v", p, line, c)
			}
			if u.State != stateComputing || u.Latest != line || u.Total != 6 {
				t.Errorf("the state is told as %+v", u)
			}
		}
	}
	s.Done("written to psf.fits")
	if u := v.until(func(u update) bool { return u.State != stateComputing }); u.State != stateDone || u.Sentence != "written to psf.fits" {
		t.Errorf("the end is told as %+v", u)
	}
	late := watching(t, s)
	if u := late.until(func(update) bool { return true }); u.State != stateDone || len(late.cells) != 6 {
		t.Errorf("who comes late is told %d cells and %+v", len(late.cells), u)
	}
}

func TestCloseTellsTheLastStateAndEndsTheServer(t *testing.T) {
	s := started(t, 1, 1)
	v := watching(t, s)
	v.until(func(update) bool { return true })
	s.Failed("the mask is dark")
	s.Close()
	if u := v.until(func(u update) bool { return u.State != stateComputing }); u.State != stateFailed || u.Sentence != "the mask is dark" {
		t.Errorf("the end is told as %+v", u)
	}
	var u update
	if event := v.next(&u); event != "" {
		t.Errorf("after the end comes %q", event)
	}
	if c, err := net.Dial("tcp", s.listener.Addr().String()); err == nil {
		c.Close()
		t.Error("the port is still open")
	}
	s.Close() // once more is no harm
	observe(s, 0, 0)
}

func TestWaitLetsAViewerLookAtAShortRun(t *testing.T) {
	s := started(t, 1, 1)
	observe(s, 0, 0)
	s.Done("done")
	waited := make(chan struct{})
	go func() {
		s.Wait(t.Context())
		close(waited)
	}()
	v := watching(t, s)
	v.until(func(u update) bool { return u.State == stateDone })
	select {
	case <-waited:
		t.Fatal("somebody looks, and waiting has ended")
	default:
	}
	v.leave()
	<-waited
}

func TestHEADOfTheEventsIsNoViewer(t *testing.T) {
	s := started(t, 1, 1)
	answer := request{method: "HEAD", path: "/" + s.token + "/events"}.ask(t, s)
	if answer.Header.Get("Content-Type") != "text/event-stream" || s.viewers.came {
		t.Errorf("the answer is a %s, a viewer: %v", answer.Header.Get("Content-Type"), s.viewers.came)
	}
}

func TestViewerWhoDoesNotReadHoldsNobodyUp(t *testing.T) {
	const planes, lines = 3, 2
	run := testRun(planes, lines)
	run.Title = strings.Repeat("x", 32<<20) // more than all buffers on the way take
	s, err := Start(run)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	connection, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "GET /%s/events HTTP/1.1\r\nHost: %s\r\n\r\n", s.token, s.listener.Addr())
	if _, err := connection.Read(make([]byte, 1)); err != nil { // the first of the answer, and no more
		t.Fatal(err)
	}
	for line := range lines {
		for p := range planes {
			observe(s, line, p)
			s.Progress(line*planes+p+1, planes*lines)
		}
	}
	s.Done("done")
	if u, _, _ := s.board.news(0); len(u.Cells) != planes*lines || u.State != stateDone {
		t.Errorf("%d cells are known, %s", len(u.Cells), u.State)
	}
}

func TestManyMayCallAtOnce(t *testing.T) {
	const planes, lines, viewers = 6, 8, 3
	s := started(t, planes, lines)
	s.board.budget = 20_000 // so that pictures are dropped as well
	var ready, all sync.WaitGroup
	for range viewers {
		v := watching(t, s)
		all.Go(func() {
			v.until(func(u update) bool { return u.State == stateDone })
			if len(v.cells) != planes*lines {
				t.Errorf("a viewer is told %d cells, want %d", len(v.cells), planes*lines)
			}
		})
	}
	all.Go(func() {
		for i := range planes * lines {
			answer := request{path: fmt.Sprintf("/%s/picture/%d/%d/phase.png", s.token, i/planes, i%planes)}.ask(t, s)
			if answer.StatusCode != 200 && answer.StatusCode != 404 {
				t.Errorf("a picture is answered by %d", answer.StatusCode)
			}
		}
	})
	for line := range lines {
		ready.Go(func() {
			for p := range planes {
				observe(s, line, p)
				s.Progress(line*planes+p+1, planes*lines)
			}
		})
	}
	ready.Wait()
	s.Done("done")
	all.Wait()
	if s.board.held() > s.board.budget {
		t.Errorf("%d bytes are held of a budget of %d", s.board.held(), s.board.budget)
	}
}

func TestSnapshotOfAnotherRunIsAMistake(t *testing.T) {
	s := started(t, 2, 1)
	for name, change := range map[string][3]int{"plane": {2, 0, 16}, "wavelength": {0, 1, 16}, "negative": {-1, 0, 16}, "size": {0, 0, 15}} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			snapshot := plane(4, 4, func(int, int) complex128 { return 1 })
			snapshot.Plane, snapshot.Line, snapshot.Field = change[0], change[1], snapshot.Field[:change[2]]
			s.Observe(snapshot)
		})
	}
}

func TestRequestsThatDawdleAreCutOff(t *testing.T) {
	s := started(t, 1, 1)
	if h := &s.http; h.ReadTimeout == 0 || h.WriteTimeout == 0 || h.IdleTimeout == 0 || h.MaxHeaderBytes > 64<<10 {
		t.Errorf("the server waits for ever, or reads anything: %v %v %v %d", h.ReadTimeout, h.WriteTimeout, h.IdleTimeout, h.MaxHeaderBytes)
	}
}
