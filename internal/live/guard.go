package live

import (
	"crypto/subtle"
	"net"
	"net/http"
	"slices"
	"strings"
)

// policy lets the page use what this server holds, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded answers requests that are for the page and come from it, or from
// somebody who was given its address; and it refuses all others.
func (s *Server) guarded(pages http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String()) // a listener's address has a port
	hosts := []string{"127.0.0.1:" + port, "localhost:" + port}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")

		token, path, slash := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch {
		case !slices.Contains(hosts, r.Host):
			// A foreign name may be made to point at this machine (DNS rebinding).
			http.Error(w, "This page is served to its own address only, on this machine: "+hosts[0]+".", http.StatusForbidden)
		case foreign(r):
			http.Error(w, "This page answers no other site; type its address or paste it.", http.StatusForbidden)
		case subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 || !slash:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "This page can only be looked at.", http.StatusMethodNotAllowed)
		default:
			inner := r.Clone(r.Context())
			inner.URL.Path, inner.URL.RawPath = "/"+path, ""
			pages.ServeHTTP(w, inner)
		}
	})
}

// foreign says that a browser makes a request on behalf of another site. What
// is no browser sends neither header, and is let in by the token alone.
func foreign(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return true
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	return false
}
