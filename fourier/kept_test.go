package fourier

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"arago/backend"
	"arago/backend/all"
	"arago/grid"
)

// vectors returns where the arrays of numbers are that a plan holds.
func vectors(v reflect.Value, found map[uintptr]bool) map[uintptr]bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			vectors(v.Elem(), found)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[backend.Core[float64, complex128]]() || v.Type() == reflect.TypeFor[backend.Core[float32, complex64]]() {
			return found
		}
		for i := range v.NumField() {
			vectors(v.Field(i), found)
		}
	case reflect.Slice:
		switch v.Type().Elem().Kind() {
		case reflect.Struct:
			for i := range v.Len() {
				vectors(v.Index(i), found)
			}
		case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
			if v.Len() > 0 {
				found[v.Pointer()] = true
			}
		}
	}
	return found
}

// madeAgain returns how many arrays a second plan has for itself that could be those of
// the first, and how many there are.
func madeAgain[R backend.Real, C backend.Complex](t *testing.T, core backend.Core[R, C], cache *Cache, recipe string, first, second Transform) (again, all int) {
	t.Helper()
	var plans [2]Plan[C]
	for i, tr := range []Transform{first, second} {
		var err error
		if plans[i], err = New(core, cache, tr, recipe); err != nil {
			t.Fatal(err)
		}
	}
	before, behind := vectors(reflect.ValueOf(plans[0]), map[uintptr]bool{}), vectors(reflect.ValueOf(plans[1]), map[uintptr]bool{})
	for at := range behind {
		if !before[at] {
			again++
		}
	}
	return again, len(behind)
}

// Whatever a plan multiplies by is made once, as long as the cache has room: a second run
// takes all of it from the first. Grids off their middles have phases before and behind.
func TestAPlanMadeAgainMakesNothingAgain(t *testing.T) {
	s, err := all.Registry().Select("gonum")
	if err != nil {
		t.Fatal(err)
	}
	const n, m, wavelength = 96, 40, 1e-6
	off := func(n int, step float64) grid.Axis { return grid.Axis{N: n, Step: step, Center: float64(n)/2 + 3.3} }
	for _, recipe := range []string{RecipeDense, RecipeFolded, RecipeCompressed, RecipeChirpZ, RecipeFFT} {
		for _, lit := range [][]Block{nil, {{Y0: 3, Y1: 12, X0: 4, X1: 15}, {Y0: 60, Y1: 70, X0: 50, X1: 66}}} {
			tr := Transform{
				In:         grid.Grid{Y: off(n, 0.01), X: off(n-1, 0.01), Unit: grid.Metre},
				Out:        grid.Grid{Y: off(m, wavelength/0.01/960), X: off(m+1, wavelength/0.01/960), Unit: grid.Radian},
				Wavelength: wavelength, Sign: 1, Lit: lit,
			}
			again, all := madeAgain(t, s.Double, NewCache(math.MaxInt64), recipe, tr, tr)
			if again != 0 || all < 2 {
				t.Errorf("%s, double precision, %d holes: %d of %d arrays are made again", recipe, len(lit), again, all)
			}
			if again, all := madeAgain(t, s.Single, NewCache(math.MaxInt64), recipe, tr, tr); again != 0 || all < 2 {
				t.Errorf("%s, single precision, %d holes: %d of %d arrays are made again", recipe, len(lit), again, all)
			}
			if again, _ := madeAgain(t, s.Double, NewCache(0), recipe, tr, tr); again < all {
				t.Errorf("%s, %d holes: without room %d of %d arrays are made again", recipe, len(lit), again, all)
			}
		}
	}
}

// The samples of padded image planes are λ over a width apart: at all wavelengths the
// transform is the same, and so are its phases.
func TestImagePlanesOfAllWavelengthsHaveTheSamePhases(t *testing.T) {
	s, err := all.Registry().Select("gonum")
	if err != nil {
		t.Fatal(err)
	}
	const n, padding = 48, 4
	for _, centred := range []bool{false, true} {
		image := func(wavelength float64) Transform {
			axis := grid.FFTCentered(n*padding, wavelength/(0.01*n*padding))
			if centred {
				axis = grid.Centered(n*padding, axis.Step)
			}
			return Transform{In: grid.Square(grid.Centered(n, 0.01), grid.Metre), Out: grid.Square(axis, grid.Radian), Wavelength: wavelength, Sign: 1}
		}
		for _, wavelength := range []float64{1.1e-6, 1.3e-6, 1.7e-6, 2.2e-6, 2.3e-6} {
			for way, pair := range map[string][2]Transform{
				"there": {image(1e-6), image(wavelength)}, "back": {image(1e-6).Inverse(), image(wavelength).Inverse()},
			} {
				if again, all := madeAgain(t, s.Double, NewCache(1<<20), RecipeFFT, pair[0], pair[1]); again != 0 {
					t.Errorf("%s at %s: %d of %d arrays are made again", way, fmt.Sprint(wavelength), again, all)
				}
			}
		}
	}
}
