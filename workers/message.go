package workers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"arago/grid"
)

// protocol is the version of what parent and worker say to each other. They are
// the same program, unless its file was replaced between the two starts.
const protocol = 1

// A message is its length in four bytes, most significant first, and JSON of
// that length. Those of workers are short; a longer one is not a message.
const (
	longestAnswer = 1 << 20
	longestOrder  = 1 << 30
)

// hello is the first message of the parent.
type hello struct {
	Protocol int
	// Number counts workers from 1, for messages to people.
	Number      int
	Description []byte
	// Layout says where things lie in the shared memory, Slot which part of it
	// is this worker's.
	Layout layout
	Slot   int
	// Observe wants the field behind each plane, Progress to know of it.
	Observe, Progress bool
}

// order is any later message of the parent.
type order struct {
	Kind orderKind
	// Line is the wavelength to compute; planes before From have been reported.
	Line, From int
}

type orderKind string

const (
	// doCompute: propagate a wavelength.
	doCompute orderKind = "compute"
	// doProceed: the plane in the slot has been taken.
	doProceed orderKind = "proceed"
	// doLeave: there is nothing left to do.
	doLeave orderKind = "leave"
)

// answer is a message of a worker.
type answer struct {
	Kind answerKind
	// Protocol and Plan come with ready.
	Protocol int      `json:",omitempty"`
	Plan     *outline `json:",omitempty"`
	// Plane and Grid come with plane.
	Plane int        `json:",omitempty"`
	Grid  *grid.Grid `json:",omitempty"`
	// Failure comes with failed, Peak with bye.
	Failure *failure `json:",omitempty"`
	Peak    int64    `json:",omitempty"`
}

type answerKind string

const (
	// sayReady: the plan is made.
	sayReady answerKind = "ready"
	// sayPlane: a plane has been reached; its field is in the slot if asked for.
	sayPlane answerKind = "plane"
	// sayDone: the field in the last plane is in the slot.
	sayDone answerKind = "done"
	// sayFailed: the plan cannot be made, or this wavelength not be computed.
	sayFailed answerKind = "failed"
	// sayBye: the worker leaves.
	sayBye answerKind = "bye"
)

// outline is by what parent and worker see that they have the same plan.
type outline struct {
	Lines, Planes, FieldBytes int
	First                     float64
}

// write sends a message.
func write(w io.Writer, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...))
	return err
}

// read receives a message of at most limit bytes. The error is
// errProtocol for what is no message, and that of r if the other side has gone.
func read(r io.Reader, message any, limit uint32) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > limit {
		return breach("a message of %d bytes", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return err
	}
	if err := json.Unmarshal(text, message); err != nil {
		return breach("%v", err)
	}
	return nil
}

// errProtocol is an answer that the protocol does not know.
var errProtocol = errors.New("broke the protocol")

func breach(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errProtocol, fmt.Sprintf(format, args...))
}
