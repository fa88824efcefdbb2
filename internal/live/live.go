package live

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"arago/propagate"
)

// Run is what the page says about a run.
type Run struct {
	// Title names the system.
	Title string
	// Steps are those of the plan, one for each plane, Wavelengths the lines of
	// the spectrum in metres: the indices of a Snapshot point into them.
	Steps       []propagate.Step
	Wavelengths []float64
	// Mode says how the work is shared, Workers how many wavelengths are
	// computed at once, Backend which libraries compute.
	Mode    string
	Workers int
	Backend string
}

// Server serves the page of one run. Its methods may be called by several
// goroutines at once, and all but Wait return without waiting for viewers.
type Server struct {
	listener net.Listener
	token    string
	board    *board
	viewers  *presence

	http   http.Server
	served chan struct{} // closed when the server has ended
	close  sync.Once
	ending chan struct{} // closed when Close is called
}

// Start opens the page of a run that is about to begin. The error says that
// this machine lets nobody listen on 127.0.0.1.
func Start(run Run) (*Server, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{
		listener: listener,
		// 26 characters of base 32: 130 random bits.
		token:   rand.Text(),
		board:   newBoard(run, time.Now),
		viewers: newPresence(),
		served:  make(chan struct{}),
		ending:  make(chan struct{}),
	}
	s.http = http.Server{
		Handler: s.guarded(s.pages()),
		// Requests are one line and a few headers; answers are small, but for
		// the events, which set their own limits.
		ReadTimeout:    10 * time.Second,
		WriteTimeout:   30 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // ends by Close alone
	}()
	return s, nil
}

// URL returns the address of the page, which holds the token.
func (s *Server) URL() string { return fmt.Sprintf("http://%s/%s/", s.listener.Addr(), s.token) }

// Observe shows a plane. It is meant for propagate.Options.Observe, and reads
// the samples only while it is called. It panics if the snapshot is not of this
// run.
func (s *Server) Observe(snapshot propagate.Snapshot) {
	run := &s.board.run
	if snapshot.Plane < 0 || snapshot.Plane >= len(run.Steps) || snapshot.Line < 0 || snapshot.Line >= len(run.Wavelengths) ||
		len(snapshot.Field) != snapshot.Grid.Len() {
		panic("live: a snapshot is not of the run that the page shows")
	}
	arrived := s.board.now()
	s.board.add(snapshot.Line, snapshot.Plane, draw(snapshot), arrived)
}

// Progress shows how many planes of all have been computed. It is meant for
// propagate.Options.Progress.
func (s *Server) Progress(done, total int) { s.board.progress(done, total) }

// Done shows that the run has been completed, with a sentence about its result.
func (s *Server) Done(summary string) {
	s.board.finish(stateDone, summary)
	s.viewers.finish()
}

// Failed shows that the run has failed, with the sentence that says why.
func (s *Server) Failed(sentence string) {
	s.board.finish(stateFailed, sentence)
	s.viewers.finish()
}

// Wait returns when the run is done or has failed and everybody who had the page
// open has left it, but not before somebody came; or when ctx ends.
func (s *Server) Wait(ctx context.Context) { s.viewers.wait(ctx) }

// Close ends the server. Those who still watch are told the last state first.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.ending)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			_ = s.http.Close() // a viewer does not take what it is sent
		}
	})
	<-s.served
}
