// Package fitsfile reads and writes FITS images: what telescopes, and the
// programs that simulate them, keep their images, masks and wavefronts in.
//
// A FITS file is a chain of units (HDUs). Each has a header of 80-character
// cards, KEY = value / comment, and data: here an image of two axes or a cube
// of three. An [HDU] holds the same in Go: samples as float64, row by row, the
// first row the lowest of the image; Shape as (rows, columns) or (planes, rows,
// columns), the reverse of the order in which FITS counts its axes.
//
// The cards that describe how data lie in the file (BITPIX, NAXISn, BSCALE, …)
// never appear in a [Header]. Reading applies them, writing makes them, so a
// unit that was read can be written again as it is.
//
// # Reading
//
// [Open] reads the headers and nothing else; [File.Image] and [File.Plane] then
// read the samples that are wanted. [Read] reads all images of a file. All
// BITPIX are read (8, 16, 32, 64, −32, −64), with BSCALE and BZERO applied and
// BLANK turned into NaN.
//
// Files are not trusted. The extent of the data is computed from the header and
// compared with the size of the file before any memory is taken for it, so a
// damaged or hostile header costs an error and nothing more. Tables and other
// units are stepped over; gzip and tile compression are not undone.
//
// # Writing
//
// [Write] writes under a temporary name in the same folder and renames when all
// is on the disk: nobody ever sees half a file, and an error leaves what stood
// there before. Cards follow FITS 4.0 (long strings by CONTINUE).
//
// # Why no library underneath
//
// codeberg.org/astrogo/fitsio was to carry this package. It panics on headers
// such as "NAXIS = 'x'", takes whatever memory NAXISn asks for, which ends the
// process, reads every unit whole, and writes the string "it's" so that readers
// get "it". What images need of FITS is small, so it stands here, and fitsio
// and astropy serve the tests as outside witnesses.
package fitsfile
