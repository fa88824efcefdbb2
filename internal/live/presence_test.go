package live

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// waiting starts to wait and returns what tells whether that is over.
func waiting(ctx context.Context, p *presence) (over func() bool) {
	done := make(chan struct{})
	go func() {
		p.wait(ctx)
		close(done)
	}()
	return func() bool {
		synctest.Wait()
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}

func TestWaitEndsWhenTheRunIsDoneAndAllWhoCameHaveLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPresence()
		over := waiting(t.Context(), p)
		expect := func(want bool, when string) {
			t.Helper()
			if over() != want {
				t.Fatalf("%s: waiting is over: %v", when, !want)
			}
		}
		expect(false, "at first")
		p.enter()
		p.enter()
		p.finish()
		expect(false, "two look")
		p.leave()
		time.Sleep(time.Hour)
		expect(false, "one looks")
		p.leave()
		expect(false, "the last one has just left")
		time.Sleep(reloadTime / 2)
		p.enter()
		time.Sleep(time.Hour)
		expect(false, "who had left is back, as when a page is loaded again")
		p.leave()
		time.Sleep(reloadTime - 1)
		expect(false, "shortly before the time to come back is over")
		time.Sleep(time.Nanosecond)
		expect(true, "nobody has come back")
	})
}

func TestWaitDoesNotEndBeforeTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPresence()
		over := waiting(t.Context(), p)
		p.enter()
		p.leave()
		time.Sleep(time.Hour)
		if over() {
			t.Fatal("the viewer has left, but the run goes on")
		}
		p.finish()
		if !over() {
			t.Fatal("the run is done and its viewer left long ago")
		}
	})
}

func TestWaitLastsUntilSomebodyComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPresence()
		over := waiting(t.Context(), p)
		p.finish()
		time.Sleep(24 * time.Hour)
		if over() {
			t.Fatal("nobody has looked at it yet")
		}
		p.enter()
		p.leave()
		time.Sleep(reloadTime)
		if !over() {
			t.Fatal("the first viewer has come and gone")
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := newPresence()
		over := waiting(ctx, p)
		p.enter()
		p.finish()
		cancel()
		if !over() {
			t.Fatal("the context has ended")
		}
	})
}
