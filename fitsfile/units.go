package fitsfile

import (
	"fmt"
	"strings"

	"arago/grid"
)

// LengthUnit returns what a BUNIT keyword, or another name of a unit, says of a
// map of optical path differences: the length of one unit in metres, or that
// the map holds phases in radians, the same at every wavelength. Spellings are
// those of POPPY (metre, micron, um, nanometer, nm, …, radian), in capitals or
// not, with or without a plural s.
func LengthUnit(bunit string) (metres float64, radian bool, err error) {
	name := strings.ToLower(strings.TrimSpace(bunit))
	if len(name) > len("ms") { // which is no length
		name = strings.TrimSuffix(name, "s")
	}
	switch name {
	case "m", "meter", "metre":
		return 1, false, nil
	case "mm", "millimeter", "millimetre":
		return 1e-3, false, nil
	case "um", "µm", "μm", "micron", "micrometer", "micrometre":
		return 1e-6, false, nil
	case "nm", "nanometer", "nanometre":
		return 1e-9, false, nil
	case "rad", "radian":
		return 0, true, nil
	}
	return 0, false, fmt.Errorf("the unit %q is not known; it must be m, mm, um, nm or radian", bunit)
}

// PixelScale returns the distance between samples that a header gives for a
// plane whose grid is counted in unit u, in that unit. Pupils carry it in
// metres as PIXELSCL, in older files PUPLSCAL; images in arcseconds as
// PIXELSCL, in older files PIXSCALE (POPPY's FITSOpticalElement). It reports
// an error if there is none or it is not a positive number.
func PixelScale(h Header, u grid.Unit) (float64, error) {
	keys, factor := []string{"PIXELSCL", "PUPLSCAL"}, 1.0
	if u == grid.Radian {
		keys, factor = []string{"PIXELSCL", "PIXSCALE"}, grid.Arcsecond
	}
	for _, key := range keys {
		card, ok := h.Get(key)
		if !ok {
			continue
		}
		scale, ok := h.Float(key)
		if !ok || scale <= 0 {
			return 0, fmt.Errorf("the pixel scale %s is %v; it must be a positive number", key, card.Value)
		}
		return scale * factor, nil
	}
	return 0, fmt.Errorf("the header has no pixel scale; it must have %s or %s", keys[0], keys[1])
}
