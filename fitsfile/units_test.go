package fitsfile

import (
	"math"
	"strings"
	"testing"

	"arago/grid"
)

func TestLengthUnitsArePOPPYs(t *testing.T) {
	for metres, names := range map[float64][]string{
		1:    {"m", "meter", "meters", "Metre", "METERS"},
		1e-3: {"mm", "millimeters"},
		1e-6: {"um", "micron", "Microns", " micrometer ", "micrometers", "micrometre", "µm", "μm"},
		1e-9: {"nm", "nanometer", "nanometers", "nanometres"},
	} {
		for _, name := range names {
			got, radian, err := LengthUnit(name)
			if got != metres || radian || err != nil {
				t.Errorf("LengthUnit(%q) = %v, %v, %v", name, got, radian, err)
			}
		}
	}
	for _, name := range []string{"radian", "radians", "rad"} {
		if _, radian, err := LengthUnit(name); !radian || err != nil {
			t.Errorf("LengthUnit(%q): radian %v, error %v", name, radian, err)
		}
	}
	for _, name := range []string{"", "waves", "ms", "s", "arcsec"} {
		if _, _, err := LengthUnit(name); err == nil || !strings.Contains(err.Error(), "it must be m, mm, um, nm or radian") {
			t.Errorf("LengthUnit(%q): error %v", name, err)
		}
	}
}

func TestPixelScaleFollowsThePlane(t *testing.T) {
	header := func(cards ...any) (h Header) {
		for i := 0; i < len(cards); i += 2 {
			h.Set(cards[i].(string), cards[i+1], "")
		}
		return h
	}
	for _, c := range []struct {
		h    Header
		unit grid.Unit
		want float64
	}{
		{header("PIXELSCL", 0.01, "PUPLSCAL", 0.02), grid.Metre, 0.01},
		{header("PIXSCALE", 0.05, "PUPLSCAL", 0.02), grid.Metre, 0.02},
		{header("PIXELSCL", 1, "PIXSCALE", 0.05), grid.Radian, grid.Arcsecond},
		{header("PUPLSCAL", 0.02, "PIXSCALE", 0.05), grid.Radian, 0.05 * grid.Arcsecond},
	} {
		got, err := PixelScale(c.h, c.unit)
		// Two products may differ in their last bits.
		if math.Abs(got-c.want) > 1e-15*c.want || err != nil {
			t.Errorf("PixelScale of %v in %v = %v, %v; want %v", c.h.Cards(), c.unit, got, err, c.want)
		}
	}
	for says, h := range map[string]Header{
		"it must have PIXELSCL or PIXSCALE":              header("PUPLSCAL", 1.0),
		"PIXELSCL is -1; it must be a positive number":   header("PIXELSCL", -1),
		"PIXELSCL is wide; it must be a positive number": header("PIXELSCL", "wide"),
	} {
		if _, err := PixelScale(h, grid.Radian); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v does not say %q", err, says)
		}
	}
}
