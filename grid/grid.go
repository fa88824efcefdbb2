package grid

import "fmt"

// Unit says what the coordinates of a grid are counted in.
type Unit int

const (
	// Metre is the unit of pupil planes.
	Metre Unit = iota
	// Radian is the unit of image planes: angles on the sky.
	Radian
)

// String returns the unit's symbol.
func (u Unit) String() string {
	switch u {
	case Metre:
		return "m"
	case Radian:
		return "rad"
	}
	return fmt.Sprintf("Unit(%d)", int(u))
}

// Grid is a regular sampling of a plane: Y.N rows by X.N columns.
type Grid struct {
	Y, X Axis
	Unit Unit
}

// Square returns a grid that has the same axis in both directions.
func Square(a Axis, u Unit) Grid { return Grid{Y: a, X: a, Unit: u} }

// Len returns the number of samples.
func (g Grid) Len() int { return g.Y.N * g.X.N }

// Rows returns the grid of rows from up to, but not including, row to.
func (g Grid) Rows(from, to int) Grid {
	g.Y = g.Y.Sub(from, to)
	return g
}

// Cols returns the grid of columns from up to, but not including, column to.
func (g Grid) Cols(from, to int) Grid {
	g.X = g.X.Sub(from, to)
	return g
}

// String describes the grid in one phrase, for messages.
func (g Grid) String() string {
	return fmt.Sprintf("%d×%d samples of %.6g×%.6g %v", g.Y.N, g.X.N, g.Y.Step, g.X.Step, g.Unit)
}
