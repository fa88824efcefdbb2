// Package system reads system files: TOML texts that describe an optical system
// and become a propagate.System.
//
//	s, err := system.Read("telescope.toml")
//
// A file has a table [system], a table [source] and one [[plane]] for each
// plane, in the order in which the light passes them. [Example] is a file in
// which every key is explained; [Elements] lists what may stand in a plane. The
// names of elements and of their parameters, the units and the defaults are
// those of POPPY 1.1.2, in snake case.
//
// Reading is strict. A key that is not known, a value of the wrong type, one
// that cannot be, and planes in an order that light cannot take are errors of
// type [*Error]: they name the file, the line and the key, and say what would be
// right. Of several errors the first in the file is reported. Text that is not
// trusted costs an error and nothing more: sizes are bounded before anything of
// their size is made.
package system
