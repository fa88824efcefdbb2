package kernel

// The assembly is written by the programs of the module _asm.

//go:generate go -C _asm run ./tiles
//go:generate go -C _asm run ./lanes
//go:generate go -C _asm run ./pointwise
//go:generate go -C _asm run ./neon
