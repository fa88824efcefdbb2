package main

import (
	"fmt"
	"slices"

	"arago/internal/kernel"
	"arago/internal/kernel/pure"
)

// kernelCases returns the loops of a set with their twins, at sizes from nothing to
// what the second-level cache does not hold.
func kernelCases[R float32 | float64](set kernel.Set, wanted func(part string) bool) []kernelCase {
	t := kernel.Of[R](set)
	var cases []kernelCase
	if wanted("tiles") {
		cases = append(cases, tileCases(&t.Tiles)...)
	}
	if wanted("lanes") {
		cases = append(cases, laneCases(&t.Lanes)...)
	}
	if wanted("pointwise") {
		cases = append(cases, pointwiseCases(&t.Pointwise, &kernel.Of[R](kernel.Pure).Pointwise)...)
	}
	return cases
}

// tileCases go from one row and one complex column to whole blocks.
func tileCases[R float32 | float64](t *kernel.Tiles[R]) []kernelCase {
	rows, columns := t.Rows, t.Columns
	depth, ld := t.Inner, 2048 // the stride of the matrices that are packed, in reals
	a, b := make([]R, t.Height*depth), make([]R, 2*depth*columns)
	c, matrix := make([]R, t.Height*ld), make([]R, max(t.Height, 2*depth)*ld)
	var cases []kernelCase
	handed := false // to the twins, as rows that fill no panel are
	add := func(name, size string, own, twin func()) {
		cases = append(cases, kernelCase{"Tiles." + name, "Tiles." + name, size, handed, own, twin})
	}
	multiply, complexes := pure.Multiply[R](rows, columns), pure.MultiplyComplex[R](rows, columns)
	for _, m := range []int{1, 2, rows - 1, rows, rows + 1, 4 * rows, t.Height} {
		for _, n := range []int{2, columns / 2, columns - 2, columns} {
			for _, k := range []int{1, 3, 16, depth} {
				if m*n*k > 16*rows*columns*depth {
					continue // nothing new, and the twin takes long
				}
				size := fmt.Sprintf("%d×%d×%d", m, k, n)
				add("Multiply", size, func() { t.Multiply(c, ld, m, n, k, a, b, true) }, func() { multiply(c, ld, m, n, k, a, b, true) })
				if k <= t.ComplexInner && m%2 == 0 && n%2 == 0 {
					add("MultiplyComplex", size, func() { t.MultiplyComplex(c, ld, m, n, k, a, b, true) }, func() { complexes(c, ld, m, n, k, a, b, true) })
				}
			}
		}
	}
	packA, packComplexA := pure.PackA[R](rows), pure.PackComplexA[R](rows)
	for _, m := range []int{1, 2, rows - 1, rows, rows + 1, 4*rows - 1, t.Height} {
		for _, k := range []int{1, 2, 3, 7, 16, 33, depth} {
			size := fmt.Sprintf("%d×%d", m, k)
			handed = m < rows
			add("PackA", size, func() { t.PackA(a, matrix, ld, m, k) }, func() { packA(a, matrix, ld, m, k) })
			if m%2 == 0 {
				add("PackComplexA", size, func() { t.PackComplexA(a, matrix, ld, m, k) }, func() { packComplexA(a, matrix, ld, m, k) })
			}
		}
	}
	handed = false
	packB, foldB := pure.PackB[R](columns), pure.FoldB[R](columns)
	panels, others := make([]R, 4*columns*depth), make([]R, 4*columns*depth)
	for _, k := range []int{1, 2, 5, 16, depth} {
		for _, n := range []int{2, 4, 6, columns - 2, columns, columns + 2, 4 * columns} {
			size := fmt.Sprintf("%d×%d", k, n)
			add("PackB", size, func() { t.PackB(panels, depth, matrix, ld, k, n) }, func() { packB(panels, depth, matrix, ld, k, n) })
			add("FoldB", size, func() { t.FoldB(panels, others, depth, matrix, matrix[depth*ld:], ld, k, n) },
				func() { foldB(panels, others, depth, matrix, matrix[depth*ld:], ld, k, n) })
		}
	}
	if t.MultiplyPacking == nil {
		return cases
	}
	// As package product calls them: rows for a third of the turns, and for all.
	const groups = 4
	for _, m := range []int{rows, 2 * rows, 4 * rows, t.Height} {
		for _, k := range slices.Compact([]int{48, t.ComplexInner, depth}) {
			room := min(depth, t.RoomBeside(m, k)/groups)
			for _, packed := range slices.Compact([]int{1, room / 3, room}) {
				if packed == 0 || packed > room {
					continue // apart
				}
				size := fmt.Sprintf("%d×%d×%d, %d rows", m, k, columns, packed)
				beside := func(name string, own, twin, apart func()) {
					if m < t.Height {
						add(name, size, own, twin)
					}
					add(name+", against the two loops apart", size, own, apart) // what would be done without it
				}
				tail := matrix[depth*ld:]
				pack := func() { t.PackB(panels, depth, matrix, ld, packed, groups*columns) }
				own, twin := t.MultiplyPacking, pure.MultiplyPacking[R](rows, columns)
				beside("MultiplyPacking", func() { own(c, ld, m, k, a, b, true, panels, depth, matrix, ld, packed, groups) },
					func() { twin(c, ld, m, k, a, b, true, panels, depth, matrix, ld, packed, groups) },
					func() { t.Multiply(c, ld, m, columns, k, a, b, true); pack() })
				ownComplex, twinComplex := t.MultiplyComplexPacking, pure.MultiplyComplexPacking[R](rows, columns)
				beside("MultiplyComplexPacking", func() { ownComplex(c, ld, m, k, a, b, true, panels, depth, matrix, ld, packed, groups) },
					func() { twinComplex(c, ld, m, k, a, b, true, panels, depth, matrix, ld, packed, groups) },
					func() { t.MultiplyComplex(c, ld, m, columns, k, a, b, true); pack() })
				fold, foldTwin := t.MultiplyFolding, pure.MultiplyFolding[R](rows, columns)
				beside("MultiplyFolding", func() { fold(c, ld, m, k, a, b, true, panels, others, depth, matrix, tail, ld, packed, groups) },
					func() { foldTwin(c, ld, m, k, a, b, true, panels, others, depth, matrix, tail, ld, packed, groups) },
					func() {
						t.Multiply(c, ld, m, columns, k, a, b, true)
						t.FoldB(panels, others, depth, matrix, tail, ld, packed, groups*columns)
					})
			}
		}
	}
	return cases
}

// laneCases go from one butterfly or element to blocks of 4096 elements, which the
// second-level cache holds in single precision.
func laneCases[R float32 | float64](l *kernel.Lanes[R]) []kernelCase {
	const most = 4096
	width := l.Width
	x, y, tw := make([]R, 2*most*width), make([]R, 2*most*width), make([]R, 2*most)
	var cases []kernelCase
	for r, pass := range l.Pass {
		if pass == nil {
			continue
		}
		group := "Lanes.Pass, radices 2 to 16"
		if r > 16 {
			group = "Lanes.Pass, radices above 16"
		}
		twin := pure.Pass[R](width, r)
		shapes := [][2]int{{1, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 5}}
		for _, n := range []int{256, most} { // blocks in the first and in the second-level cache
			if n/r > 5 {
				shapes = append(shapes, [2]int{1, n / r}, [2]int{n / r, 1})
			}
		}
		if r > 16 {
			shapes = shapes[:min(len(shapes), 6)] // the twins take long
		}
		for _, s := range shapes {
			blocks, span := s[0], s[1]
			cases = append(cases, kernelCase{
				group, fmt.Sprintf("Lanes.Pass[%d]", r), fmt.Sprintf("%d×%d", blocks, span), false,
				func() { pass(x, x, tw, blocks, span, 0, span) }, func() { twin(x, x, tw, blocks, span, 0, span) },
			})
		}
	}
	for r, natural := range l.Natural {
		if natural == nil {
			continue
		}
		group := "Lanes.First, FirstColumns, Natural"
		for _, span := range []int{1, 2, 5, 256 / r, most / (2 * r)} {
			size := fmt.Sprint(span)
			twin := pure.First[R](width, r)
			cases = append(cases, kernelCase{
				group, fmt.Sprintf("Lanes.First[%d]", r), size, false,
				func() { l.First[r](x, y, span, span+1, span) }, func() { twin(x, y, span, span+1, span) },
			})
			if columns := l.FirstColumns[r]; columns != nil {
				twin := pure.FirstColumns[R](width, r)
				cases = append(cases, kernelCase{
					group, fmt.Sprintf("Lanes.FirstColumns[%d]", r), size, false,
					func() { columns(x, y, 2*width, span, span+1, span, false) }, func() { twin(x, y, 2*width, span, span+1, span, false) },
				})
			}
			inPlace := pure.Natural[R](width, r)
			cases = append(cases, kernelCase{
				group, fmt.Sprintf("Lanes.Natural[%d]", r), size, false,
				func() { natural(x, tw, 1, 1, span) }, func() { inPlace(x, tw, 1, 1, span) },
			})
		}
	}
	handed := false // to the twins, as elements of rows that fill no vector are
	add := func(name, size string, own, twin func()) {
		cases = append(cases, kernelCase{"Lanes." + name, "Lanes." + name, size, handed, own, twin})
	}
	numbers := make([]int32, most)
	for i := range numbers {
		numbers[i] = int32(i)
	}
	for _, stride := range []int{128, 2048, 8192} { // in reals
		matrix := make([]R, (256+width)*stride+2*most)
		for _, n := range []int{1, 2, 3, 5, 7, 16, 63, 256} {
			at, size := numbers[:n], fmt.Sprintf("%d, stride %d", n, stride)
			move := func(name string, own, twin func(to, from []R, stride int, at []int32, turned bool), load bool) {
				to, from := x, matrix
				if !load {
					to, from = matrix, x
				}
				add(name, size, func() { own(to, from, stride, at, false) }, func() { twin(to, from, stride, at, false) })
			}
			store := func(f func(dst []R, stride int, x []R, from []int32, turned bool)) func(to, from []R, stride int, at []int32, turned bool) {
				return func(to, from []R, stride int, at []int32, turned bool) { f(to, stride, from, at, turned) }
			}
			move("LoadColumns", l.LoadColumns, pure.LoadColumns[R](width), true)
			move("StoreColumns", store(l.StoreColumns), store(pure.StoreColumns[R](width)), false)
			if 2*n <= stride {
				handed = n < width/2
				move("LoadRows", l.LoadRows, pure.LoadRows[R](width), true)
				move("StoreRows", store(l.StoreRows), store(pure.StoreRows[R](width)), false)
				handed = false
			}
		}
	}
	for _, n := range []int{width, 2 * width, 256, 1024} {
		stride := 2 * width * (n + 1)
		between := make([]R, stride*n/width)
		twin := pure.Tiles[R](width)
		add("Tiles", fmt.Sprint(n), func() { l.Tiles(between, stride, numbers[:width], x, numbers[:n]) },
			func() { twin(between, stride, numbers[:width], x, numbers[:n]) })
	}
	factors := make([]R, 2*most)
	scale, spread := pure.ScaleElements[R](width), pure.Spread[R](width)
	for _, n := range []int{1, 2, 3, 7, 64, 256, most} {
		at := numbers[:n]
		add("ScaleElements", fmt.Sprint(n), func() { l.ScaleElements(y, at, x, at, factors[:2*n]) }, func() { scale(y, at, x, at, factors[:2*n]) })
		add("Spread", fmt.Sprint(n), func() { l.Spread(y, at, x, 1, 0) }, func() { spread(y, at, x, 1, 0) })
	}
	return cases
}

// pointwiseCases go from nothing to what no second-level cache holds.
func pointwiseCases[R float32 | float64](own, twin *kernel.Pointwise[R]) []kernelCase {
	const most = 1 << 18
	var x [4][]R
	for i := range x {
		x[i] = make([]R, 2*most)
		for j := range x[i] {
			x[i][j] = R([]float64{0.6, 0.8}[j%2]) // of modulus 1, whatever they are multiplied by
		}
	}
	image, amplitude, opd := make([]float64, most), make([]float64, most), make([]float64, most)
	for i := range opd {
		amplitude[i], opd[i] = 1, 1e-5*float64(i%1000)/1000
	}
	var sum float64
	var cases []kernelCase
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 15, 16, 17, 31, 32, 100, 512, 1024, 4096, 16384, most} {
		a, b, c, d := x[0][:2*n], x[1][:2*n], x[2][:2*n], x[3][:2*n]
		ones, map1, map2 := amplitude[:n], image[:n], opd[:n]
		for _, l := range []struct {
			name string
			run  func(t *kernel.Pointwise[R])
		}{
			{"Scale", func(t *kernel.Pointwise[R]) { t.Scale(a, b, 0.6, 0.8) }},
			{"ScaleReal", func(t *kernel.Pointwise[R]) { t.ScaleReal(a, 1) }},
			{"MultiplyIn", func(t *kernel.Pointwise[R]) { t.MultiplyIn(a, b) }},
			{"MultiplyScaled", func(t *kernel.Pointwise[R]) { t.MultiplyScaled(a, b, 0.6, 0.8) }},
			{"Phasor", func(t *kernel.Pointwise[R]) { t.Phasor(a, ones, map2, 1e-6) }},
			{"Phasor, no OPD", func(t *kernel.Pointwise[R]) { t.Phasor(a, ones, nil, 1e-6) }},
			{"WritePhasor", func(t *kernel.Pointwise[R]) { t.WritePhasor(a, ones, map2, 1e-6) }},
			{"WritePhasor, no OPD", func(t *kernel.Pointwise[R]) { t.WritePhasor(a, ones, nil, 1e-6) }},
			{"Intensity", func(t *kernel.Pointwise[R]) { t.Intensity(map1, b, 0.1) }},
			{"Power", func(t *kernel.Pointwise[R]) { sum += t.Power(b) }},
			{"Fold", func(t *kernel.Pointwise[R]) { t.Fold(c, d, a, b) }},
			{"FoldMirrored", func(t *kernel.Pointwise[R]) { t.FoldMirrored(c, d, a, b) }},
			{"UnfoldMirrored", func(t *kernel.Pointwise[R]) { t.UnfoldMirrored(c, d, a, b) }},
		} {
			name := "Pointwise." + l.name
			handed := n < 8 || l.name == "WritePhasor, no OPD" // which the memory bounds
			cases = append(cases, kernelCase{name, name, fmt.Sprint(n), handed, func() { l.run(own) }, func() { l.run(twin) }})
		}
	}
	return cases
}
