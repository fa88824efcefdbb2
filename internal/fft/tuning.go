package fft

// Sizes of pieces of work, found on one and two cores of an Intel Sapphire Rapids
// (48 KiB of first-level, 2 MiB of second-level cache).
const (
	// farRows is the distance of the rows of a matrix in bytes from which on blocks of
	// columns that are one cache line wide are loaded and stored together, widestGroup of them:
	// a row then costs a line of the table of addresses, and the prefetchers bring
	// neighbouring lines. AVX2 in double precision along columns, one block and four at a time:
	// n = 1024, rows of 16 KiB, 17.1 and 15.5 GFLOP/s; 2048, 32 KiB, 13.5 and 18.8; 4096, 10.7
	// and 14.5. Two blocks are in between. Wider blocks lose at most sizes: AVX-512, n = 256, 27.7
	// and 19.6; 2048, 20.5 and 18.5; 4096, 14.0 and 14.2.
	farRows     = 32 << 10
	widestGroup = 4

	// groupBytes is how much the blocks that are loaded and stored together may take: they
	// stay in the second-level cache, with room for what else goes through it.
	groupBytes = 1 << 20

	// rowsTogether is the number of rows of which a group of blocks of columns is loaded or stored,
	// one block after the other, before the next ones. n = 2048 as above: 18.3 GFLOP/s with 8
	// rows, 18.8 with 16, 17.7 with 32; 4096: 14.6, 14.5, 14.2.
	rowsTogether = 16

	// callBytes bounds what one call of a kernel goes over: Go cannot interrupt it. The
	// slowest, transposed stores to memory that no cache holds, take about 60 µs for so much, most
	// take 10.
	callBytes = 512 << 10
)
