package live

import (
	"bytes"
	"embed"
	"net/http"
	"path"
	"strconv"
	"time"
)

//go:embed page
var files embed.FS

// contentTypes are told, not guessed: the machine's table of types may lack some.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",
}

// pages serves the paths behind the token.
func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	for pattern, name := range map[string]string{
		"/{$}": "index.html", "/live.css": "live.css", "/live.js": "live.js", "/icon.svg": "icon.svg",
	} {
		content, err := files.ReadFile("page/" + name)
		if err != nil {
			panic("live: the page lacks a file: " + err.Error()) // embedded above
		}
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { serve(w, r, name, content) })
	}
	mux.HandleFunc("/legend/{file}", func(w http.ResponseWriter, r *http.Request) { serveOne(w, r, &legends) })
	mux.HandleFunc("/picture/{line}/{plane}/{file}", func(w http.ResponseWriter, r *http.Request) {
		serveOne(w, r, s.board.pictures(number(r, "line"), number(r, "plane")))
	})
	mux.HandleFunc("/events", s.events)
	return mux
}

// number returns the index that a path holds, or −1.
func number(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.PathValue(name))
	if err != nil {
		return -1
	}
	return n
}

// serveOne answers with the picture that the path names.
func serveOne(w http.ResponseWriter, r *http.Request, p *pictures) {
	name := r.PathValue("file")
	switch {
	case p != nil && name == "intensity.png":
		serve(w, r, name, p.intensity)
	case p != nil && name == "phase.png":
		serve(w, r, name, p.phase)
	default:
		http.NotFound(w, r)
	}
}

func serve(w http.ResponseWriter, r *http.Request, name string, content []byte) {
	w.Header().Set("Content-Type", contentTypes[path.Ext(name)])
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
