// Package tune measures how fast a machine computes with a choice of back ends, in
// seconds, for the cost model of package fourier, and keeps the figures in the
// user's folder for caches.
//
// Figures belong to an [Identity]: the processor, the kernels, the back ends with
// their versions, and the version of the model itself. [Load] gives nothing back that
// was measured for another one, and says what differs.
package tune
