package fft

// Sizes of pieces of work, found on one and two cores of an Intel Sapphire Rapids
// (48 KiB of first-level, 2 MiB of second-level cache).
const (
	// groupBytes is how much the blocks of lines take that a goroutine works on
	// together. They stay in the second-level cache, with room for what else goes
	// through it.
	groupBytes = 1 << 20

	// widestGroup is the number of blocks that are loaded or stored together: of
	// columns, several cache lines of each row of a matrix.
	widestGroup = 4

	// rowsTogether is the number of rows of a matrix of which a group of blocks of
	// columns is loaded or stored, one block after the other, before the next ones.
	rowsTogether = 16

	// callBytes bounds what one call of a kernel goes over: Go cannot interrupt it.
	callBytes = 1 << 20
)
