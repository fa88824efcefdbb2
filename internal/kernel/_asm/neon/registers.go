package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// write returns the lines of the block, and how many slots of 16 bytes at
// 16(RSP) it spills to. A value that finds no register free takes that of the
// value whose next use is farthest (Belady 1966, IBM Systems Journal 5, 78);
// constants are loaded again rather than spilled.
func (b *block) write() (lines []line, slots int) {
	a := &allocation{b: b, register: map[value]int{}, slot: map[value]int{}, uses: map[value][]int{}, again: map[value]instruction{}}
	a.free = b.unfixed()
	for i, in := range b.code {
		for _, s := range in.src {
			a.uses[s] = append(a.uses[s], i)
		}
	}
	for v, r := range b.fixed {
		a.register[v] = r
	}
	for i, in := range b.code {
		a.step(i, in)
	}
	return a.lines, a.slots
}

// unfixed returns the registers that the code around the block does not use.
func (b *block) unfixed() (pool []int) {
	for r := range 32 {
		if !slices.Contains(slices.Collect(maps.Values(b.fixed)), r) {
			pool = append(pool, r)
		}
	}
	return pool
}

type allocation struct {
	b        *block
	lines    []line
	free     []int                 // registers without a value
	register map[value]int         // where values stand
	slot     map[value]int         // where values are spilled
	empty    []int                 // slots to use again
	slots    int                   // slots used at most
	uses     map[value][]int       // instructions that still have to read a value
	again    map[value]instruction // loads that can be repeated
}

// step writes instruction i of the block.
func (a *allocation) step(i int, in instruction) {
	src := make([]int, len(in.src))
	for k, s := range in.src {
		src[k] = a.bring(s, in.src)
	}
	// What is read here for the last time makes room for what is written; but the
	// factors of a product that is accumulated must outlive the move of the sum.
	var last []int
	inherits := false
	for k, s := range in.src {
		for len(a.uses[s]) > 0 && a.uses[s][0] <= i {
			a.uses[s] = a.uses[s][1:]
		}
		if _, isFixed := a.b.fixed[s]; isFixed || len(a.uses[s]) > 0 {
			continue
		}
		a.forget(s)
		if in.accumulates && k == 0 {
			inherits = true
		} else if !slices.Contains(last, src[k]) && !(inherits && src[k] == src[0]) {
			last = append(last, src[k])
		}
	}
	if !in.accumulates {
		a.free = append(a.free, last...)
	}
	dst := -1
	if in.dst != 0 {
		if len(a.uses[in.dst]) == 0 {
			panic("neon: a value is never used")
		}
		switch {
		case inherits:
			dst = src[0]
		case in.accumulates:
			dst = a.take(in.src)
			a.lines = append(a.lines, plain(fmt.Sprintf("VMOV V%d.B16, V%d.B16", src[0], dst)))
		default:
			dst = a.take(in.src)
		}
		a.register[in.dst] = dst
	}
	if in.accumulates {
		a.free = append(a.free, last...)
	}
	if in.again {
		a.again[in.dst] = in
	}
	a.lines = append(a.lines, in.write(dst, src))
}

// forget forgets a value that is not read any more.
func (a *allocation) forget(v value) {
	delete(a.register, v)
	if s, ok := a.slot[v]; ok {
		a.empty = append(a.empty, s)
		delete(a.slot, v)
	}
}

// bring returns the register of v, which it fills if v has none.
func (a *allocation) bring(v value, needed []value) int {
	if r, ok := a.register[v]; ok {
		return r
	}
	r := a.take(needed)
	a.register[v] = r
	if in, ok := a.again[v]; ok {
		a.lines = append(a.lines, in.write(r, nil))
		return r
	}
	s, ok := a.slot[v]
	if !ok {
		panic("neon: a value is read before it is written")
	}
	a.lines = append(a.lines, load(r, "RSP", 16+16*s))
	return r
}

// take returns a free register, if need be that of the value whose next use is
// farthest; the values needed stay.
func (a *allocation) take(needed []value) int {
	if len(a.free) > 0 {
		r := a.free[0]
		a.free = a.free[1:]
		return r
	}
	var victim value
	farthest := -1
	for v := range a.register {
		if _, ok := a.b.fixed[v]; ok || slices.Contains(needed, v) {
			continue
		}
		next := math.MaxInt
		if u := a.uses[v]; len(u) > 0 {
			next = u[0]
		}
		if next > farthest || next == farthest && v < victim {
			victim, farthest = v, next
		}
	}
	if farthest < 0 {
		panic("neon: out of registers")
	}
	r := a.register[victim]
	delete(a.register, victim)
	if _, ok := a.again[victim]; ok {
		return r
	}
	if _, ok := a.slot[victim]; ok {
		return r // the copy in memory still holds
	}
	s := a.slots
	if n := len(a.empty); n > 0 {
		s = a.empty[n-1]
		a.empty = a.empty[:n-1]
	} else {
		a.slots++
	}
	a.slot[victim] = s
	a.lines = append(a.lines, store(r, "RSP", 16+16*s))
	return r
}
