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
	// and 19.6; 2048, 20.5 and 18.5; 4096, 14.0 and 14.2. Nor did they
	// gain for whole transforms of 8192² on one core, rows of 128 KiB: one, two and four blocks, pieces
	// of 128, 256 and 512 bytes, 19.8, 19.4 and 19.0 GFLOP/s (the best of three, one run: within the noise).
	// 4096² made 23.2 there. Between the two all stages grow, in one run with timers: per number loads
	// of columns 1.23 times, first passes 1.22, later ones 1.36, stores of rows 1.6, where n log n
	// allows 1.08. 4096 is 16·16·16, 8192 is 16·4·8·16, and its blocks are 1 MiB.
	farRows     = 32 << 10
	widestGroup = 4

	// From farRows on, too, blocks of columns are loaded row by row before their first pass, which
	// otherwise takes them from the matrix: it jumps among radix rows, and finds them in caches.
	// Load and passes in AVX-512, ns per number in double and single precision: n = 1024 in the caches
	// 1.14 .58 from the matrix, 1.39 .69 by a load; n = 2048, from memory, 2.7 1.3 and 2.1 1.1;
	// 4096 3.1 1.6 and 2.4 1.2. In single precision 2048 has rows of 16 KiB and fits into the
	// third-level cache: .70 from the matrix.

	// groupBytes is how much the blocks that are loaded and stored together may take: they
	// stay in the second-level cache, with room for what else goes through it.
	groupBytes = 1 << 20

	// rowsTogether is the number of rows of which a group of blocks of columns is loaded or stored,
	// one block after the other, before the next ones. n = 2048 as above: 18.3 GFLOP/s with 8
	// rows, 18.8 with 16, 17.7 with 32; 4096: 14.6, 14.5, 14.2.
	rowsTogether = 16

	// ownBytes is up to what size the numbers between two passes that have room in the result, but not
	// as blocks, stand in blocks in memory of their own: blocks need no second turn of lines that
	// fill no vector. On one core in AVX-512, rates of lines in the result by those of blocks of their own: single
	// precision, n = 100 … 500, 80 KB … 2 MB, .85 … .94, 1000, 8 MB, .97; double, 500, 4 MB, .99, 700, 8 MB, 1.17.
	ownBytes = 4 << 20

	// aloneBytes is up to how many bytes of lines a second processor costs more than it brings: to
	// call it twice, once for each axis, and to take each other's lines from its caches. µs on one and
	// on two, AVX-512, again and again: double precision 16² 1.1 5.0, 64² 8.5 11.8, 128² 34 37, 160² 49 50, 192² 84
	// 59, 256² 158 119; single 64² 4.0 8.6, 128² 17 17, 192² 38 42, 256² 74 72, 384² 189 155.
	aloneBytes = 512 << 10

	// callBytes bounds what one call of a kernel goes over: Go cannot interrupt it. The
	// slowest, transposed stores to memory that no cache holds, take about 60 µs for so much, most
	// take 10.
	callBytes = 512 << 10
)
