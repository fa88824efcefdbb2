module arago

go 1.26

require (
	codeberg.org/astrogo/fitsio v0.4.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)
