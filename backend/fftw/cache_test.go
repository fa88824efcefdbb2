//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// counted is a cache of plans that are no plans but are counted.
type counted struct {
	cache
	mutex sync.Mutex
	alive map[unsafe.Pointer]shape
	made  int
}

func newCounted(t *testing.T, bound int) *counted {
	c := &counted{alive: map[unsafe.Pointer]shape{}}
	c.bound = bound
	c.make = func(s shape) plan {
		p := plan{pointer: unsafe.Pointer(new(int))}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.alive[p.pointer] = s
		c.made++
		return p
	}
	c.destroy = func(p plan) {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if _, ok := c.alive[p.pointer]; !ok {
			t.Error("a plan is destroyed twice")
		}
		delete(c.alive, p.pointer)
	}
	return c
}

func line(n int) shape { return shape{cols: n, sign: 1} }

func TestPlansAreMadeOnceAndTheLeastUsedIsForgotten(t *testing.T) {
	c := newCounted(t, 3)
	for _, n := range []int{1, 2, 3, 1, 2, 3, 1} {
		_, release := c.acquire(line(n))
		release()
	}
	if c.made != 3 {
		t.Errorf("%d plans made for three shapes", c.made)
	}
	_, release := c.acquire(line(4)) // 2 has not been asked for the longest
	release()
	for _, n := range []int{3, 1, 4} {
		_, release := c.acquire(line(n))
		release()
	}
	if c.made != 4 || len(c.alive) != 3 {
		t.Errorf("%d plans made, %d alive, want 4 and 3", c.made, len(c.alive))
	}
}

func TestAPlanInUseOutlivesItsPlaceInTheCache(t *testing.T) {
	c := newCounted(t, 1)
	p, release := c.acquire(line(1))
	_, releaseAgain := c.acquire(line(1))
	_, releaseOther := c.acquire(line(2))
	if _, ok := c.alive[p.pointer]; !ok {
		t.Fatal("the plan was destroyed while two were using it")
	}
	release()
	if _, ok := c.alive[p.pointer]; !ok {
		t.Fatal("the plan was destroyed while one was using it")
	}
	releaseAgain()
	if _, ok := c.alive[p.pointer]; ok {
		t.Error("the plan was not destroyed after its last use")
	}
	releaseOther()
	if len(c.alive) != 1 {
		t.Errorf("%d plans are left, want the one in the cache", len(c.alive))
	}
}

func TestManyCallersFindLivingPlansAndTheBoundHolds(t *testing.T) {
	c := newCounted(t, 4)
	var most atomic.Int64
	var wg sync.WaitGroup
	for caller := range 8 {
		wg.Go(func() {
			for i := range 500 {
				want := line((i*(caller+1))%11 + 1)
				p, release := c.acquire(want)
				c.mutex.Lock()
				if got, ok := c.alive[p.pointer]; !ok || got != want {
					t.Errorf("the plan for %v is dead or another one: %v", want, got)
				}
				most.Store(max(most.Load(), int64(len(c.alive))))
				c.mutex.Unlock()
				release()
			}
		})
	}
	wg.Wait()
	// Those in the cache, and for each caller one in its hands and one that it
	// is about to destroy.
	if most.Load() > 4+2*8 || len(c.alive) > 4 {
		t.Errorf("up to %d plans at once, %d in the end; the cache keeps 4", most.Load(), len(c.alive))
	}
}

func TestAFailureToPlanIsNotRemembered(t *testing.T) {
	c := newCounted(t, 2)
	succeed := c.make
	c.make = func(shape) plan { return plan{failure: noMemory} }
	p, release := c.acquire(line(5))
	release()
	if p.pointer != nil || p.failure != noMemory {
		t.Fatalf("plan %+v", p)
	}
	c.make = succeed
	p, release = c.acquire(line(5))
	release()
	if p.pointer == nil {
		t.Error("the plan is still missing when it could be made")
	}
}
