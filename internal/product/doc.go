// Package product multiplies a real or a complex matrix by a complex one, by the
// packed and blocked product of Goto and van de Geijn (2008, ACM Trans. Math.
// Softw. 34, 12) on the tiles of internal/kernel.
//
// A complex matrix is in memory a real one of twice the columns, so that real
// times complex is a real product. Complex times complex takes the real parts
// and the imaginary parts of the left matrix as two rows; the tile that holds
// both products combines them as it is written. There are 8mkn operations, each
// element is a sum in the order of the inner index, and nothing is traded for
// fewer multiplications.
//
// Memory beyond the operands: the packed left matrix, never more than 16 MB,
// and for each goroutine a block of the right one of less than 2 MB. Both are
// kept for the next call.
//
// An element of the result is computed in the same order whatever the number of
// goroutines, and wherever it lies in a block: the same call gives the same bits.
package product
