// Package avx2 holds the inner loops of Arago for one instruction set; each
// has its specification in package pure. Package kernel decides who is called.
package avx2
