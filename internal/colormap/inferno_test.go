package colormap

import (
	"image/color"
	"math"
	"testing"
)

func TestInfernoIsThatOfMatplotlib(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want color.RGBA
	}{
		// matplotlib.colormaps["inferno"](v, bytes=True) of matplotlib 3.8.4.
		{0, color.RGBA{0, 0, 3, 255}},
		{128. / 255, color.RGBA{188, 55, 84, 255}},
		{1, color.RGBA{252, 255, 164, 255}},
	} {
		got := Inferno(c.v)
		// Matplotlib cuts where we round.
		for _, d := range []int{int(got.R) - int(c.want.R), int(got.G) - int(c.want.G), int(got.B) - int(c.want.B)} {
			if d < 0 || d > 1 {
				t.Errorf("Inferno(%g) is %v, want %v", c.v, got, c.want)
			}
		}
	}
	if Inferno(math.NaN()) != Inferno(0) || Inferno(math.Inf(-1)) != Inferno(0) || Inferno(7) != Inferno(1) {
		t.Error("values outside of 0 to 1 do not take the colours of the ends")
	}
}
