// Package live shows a run in a browser while it is computed: the intensity and
// the phase behind each plane, for each wavelength, with progress and timing.
//
// Start opens a page on the loopback address of this machine:
//
//	server, err := live.Start(live.Run{Title: system.Name, Steps: plan.Steps(), …})
//	options.Observe, options.Progress = server.Observe, server.Progress
//	… run the plan …
//	server.Done("written to psf.fits")
//	server.Wait(ctx) // until those who watch have looked
//	server.Close()
//
// # Who may look
//
// The server listens on 127.0.0.1 at a port that the system chooses. Its address
// holds a random token, without which every path is unknown. Requests are refused
// whose Host is not this very address (a foreign name that was made to point
// here), or that another site makes. The page loads nothing from elsewhere and
// needs no network.
//
// # What it costs
//
// A plane is reduced to at most 256 × 256 pixels, and two PNG files, by whoever
// brings it, before any lock is taken. The pictures of a run take 64 MiB at most:
// beyond that, those of the wavelengths that came first are dropped, and the page
// says so. Nothing queues up for a slow viewer, who is told the latest state
// instead of each change.
package live
