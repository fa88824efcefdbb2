package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"arago/internal/axes"
)

// patience is how long a viewer may take for a message.
const patience = 15 * time.Second

// runMessage is the first thing that a viewer is told.
type runMessage struct {
	Title       string        `json:"title"`
	Mode        string        `json:"mode"`
	Workers     int           `json:"workers"`
	Backend     string        `json:"backend"`
	Planes      []planeHeader `json:"planes"`
	Wavelengths []string      `json:"wavelengths"`
	Decades     int           `json:"decades"`
}

// planeHeader is what is known of a plane before it is computed.
type planeHeader struct {
	Label  string `json:"label"`
	Recipe string `json:"recipe"`
	Rows   int    `json:"rows"`
	Cols   int    `json:"cols"`
	Note   string `json:"note"`
}

// update tells what has changed since the update before.
type update struct {
	State    state   `json:"state"`
	Sentence string  `json:"sentence"`
	Elapsed  float64 `json:"elapsed"` // seconds
	Done     int     `json:"done"`
	Total    int     `json:"total"`
	// Latest is the wavelength that was begun last, or −1.
	Latest int `json:"latest"`
	// Dropped is the number of wavelengths of which pictures have been dropped.
	Dropped int          `json:"dropped"`
	Cells   []cellUpdate `json:"cells"`
}

// cellUpdate is one plane at one wavelength.
type cellUpdate struct {
	Line    int      `json:"line"`
	Plane   int      `json:"plane"`
	Version uint64   `json:"version"`
	Seconds *float64 `json:"seconds"` // null if not known
	Kept    bool     `json:"kept"`    // its pictures can be had
	View    view     `json:"view"`
}

func (r Run) message() runMessage {
	m := runMessage{
		Title: r.Title, Mode: r.Mode, Workers: r.Workers, Backend: r.Backend,
		Planes: make([]planeHeader, len(r.Steps)), Wavelengths: wavelengthTexts(r.Wavelengths), Decades: decades,
	}
	for i, p := range r.Steps {
		m.Planes[i] = planeHeader{Label: p.Label, Recipe: p.Recipe, Rows: p.Rows, Cols: p.Cols, Note: p.Note}
	}
	return m
}

// wavelengthTexts names wavelengths in one unit, with as many digits as it takes
// to tell them apart.
func wavelengthTexts(wavelengths []float64) []string {
	if len(wavelengths) == 0 {
		return []string{}
	}
	longest := slices.Max(wavelengths)
	unit, name := 1e-6, "µm"
	if longest < 1e-6 {
		unit, name = 1e-9, "nm"
	}
	const fewest, most = 4, 10 // significant digits of the longest
	texts := make([]string, len(wavelengths))
	for digits := fewest; ; digits++ {
		different := map[string]bool{}
		for i, w := range wavelengths {
			texts[i] = axes.Number(w/unit, max(0, digits-1-axes.Exponent(longest/unit))) + " " + name
			different[texts[i]] = true
		}
		if len(different) == len(wavelengths) || digits == most {
			return texts
		}
	}
}

// news returns what has changed since a number of the board, that number now,
// and what is closed at the next change.
func (b *board) news(since uint64) (u update, version uint64, changed <-chan struct{}) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	u = update{State: b.state, Sentence: b.sentence, Done: b.done, Total: b.total, Latest: -1, Cells: []cellUpdate{}}
	end := b.ended
	if b.state == stateComputing {
		end = b.now()
	}
	u.Elapsed = end.Sub(b.began).Seconds()

	var latest uint64
	for i := range b.lines {
		l := &b.lines[i]
		if l.begun > latest {
			u.Latest, latest = i, l.begun
		}
		if l.dropped {
			u.Dropped++
		}
		if l.version <= since {
			continue
		}
		for j := range l.cells {
			if c := &l.cells[j]; c.version > since {
				u.Cells = append(u.Cells, cellUpdate{Line: i, Plane: j, Version: c.version, Seconds: c.seconds, Kept: c.pictures != nil, View: c.view})
			}
		}
	}
	return u, b.version, b.changed
}

// events tells a viewer about the run, as server-sent events, until the viewer
// leaves or the server is closed.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	s.viewers.enter()
	defer s.viewers.leave()

	// A viewer says nothing more, for as long as the run takes.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{})
	send := func(event string, message any) error {
		data, err := json.Marshal(message)
		if err != nil {
			panic("live: a message cannot be encoded: " + err.Error()) // its numbers are finite
		}
		_ = control.SetWriteDeadline(time.Now().Add(patience))
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, data); err != nil {
			return err
		}
		return control.Flush()
	}
	if send("run", s.board.run.message()) != nil {
		return
	}
	var version uint64
	for {
		u, now, changed := s.board.news(version)
		if send("update", u) != nil {
			return
		}
		version = now
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.ending:
			// Nothing may have been missed between the last message and the end.
			if u, now, _ := s.board.news(version); now != version {
				_ = send("update", u)
			}
			return
		}
	}
}
