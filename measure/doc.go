// Package measure takes figures of merit from images of point sources.
//
// An image is a [grid.Map] of intensity. Positions and radii are counted in the
// unit of its grid (radians for images) and from the grid's zero, so the zero
// value of [Point] is where an unaberrated star on the axis stands. Intensities
// keep the unit of the image: nothing is normalised behind the caller's back.
//
// What the measures say:
//
//   - [Flux]: how much light is in the field;
//   - [Peak]: where the image is brightest, and how bright;
//   - [Centroid], [CentroidIn], [FloatingCentroid]: where the light is on
//     average, in the field, in a window, and in a window that follows it. The
//     wings of a diffraction pattern fall off so slowly (as r⁻³) that the plain
//     centroid depends on how the field cuts them; the floating window does not;
//   - [RadialProfile]: mean intensity on circles about a point;
//   - [EncircledEnergy]: light within circles about a point, and the radius
//     that holds a given part of it;
//   - [FWHM], [GaussianFWHM]: how wide the core is;
//   - [Strehl]: how much of the peak of the perfect image an aberrated one keeps.
//
// # Samples and pixels
//
// Two views of the numbers in an image are both right, each where it is used.
//
// A sample is a point of a smooth function. The intensity behind a pupil has no
// detail finer than λ/2D, so samples no further apart than that determine it
// everywhere; peak and width are taken from the interpolation between them and
// so do not depend on where the samples happen to fall. In images sampled more
// coarsely they describe the interpolation, not the optics.
//
// A pixel is an area with light in it, spread evenly. Sums over circles and
// windows count each pixel by the exact part of its area that lies inside.
package measure
