package system_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"arago/backend/gonum"
	"arago/fitsfile"
	"arago/fourier"
	"arago/propagate"
	"arago/system"
)

// The images that POPPY computes from the same system files; how they were made
// stands in testdata/poppy/README.md and in their headers. Where the sampling
// is the same, the two agree to the rounding of a few million operations. The
// bound leaves room for POPPY's own areas of circles, good to 1e-13, times the
// dynamic range of coronagraphs, whose peak is a thousandth of the star's.
func TestSystemFilesGiveTheImagesOfPOPPY(t *testing.T) {
	const bound = 1e-9 // of the peak
	files, err := filepath.Glob("../testdata/poppy/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		if name == "arrays" { // a table of single elements, not a system
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) {
			s, err := system.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			golden, err := fitsfile.Read(strings.TrimSuffix(file, ".toml") + ".fits")
			if err != nil {
				t.Fatal(err)
			}
			want := golden[0]
			image := runBy(t, s, gonum.Name, propagate.Options{Recipe: fourier.RecipeFFT})
			if image.Image.Y.N != want.Shape[0] || image.Image.X.N != want.Shape[1] {
				t.Fatalf("%d×%d samples, POPPY has %d×%d", image.Image.Y.N, image.Image.X.N, want.Shape[0], want.Shape[1])
			}
			var difference, peak float64
			for i, v := range want.Data {
				difference = max(difference, math.Abs(image.Image.Data[i]-v))
				peak = max(peak, v)
			}
			t.Logf("largest difference %.2g of the peak", difference/peak)
			if !(difference <= bound*peak) {
				t.Errorf("differs from POPPY by %.3g of the peak, more than %g", difference/peak, bound)
			}
		})
	}
	if compared < 30 {
		t.Errorf("%d systems were compared; there should be more than 30", compared)
	}
}
