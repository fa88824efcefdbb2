// Package library is what libarago does behind its C border: arrays of somebody else's
// memory, plans and systems behind handles, one choice of back ends for the whole process.
// libarago/arago.h says what each function does; here a wrong argument is an error of the
// kind failure.Misused, and nothing panics because of one.
package library
