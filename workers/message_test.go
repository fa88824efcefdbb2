package workers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"arago/backend"
	"arago/grid"
	"arago/propagate"
)

func TestMessagesArriveAsTheyWereSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string) float64 {
			return rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, name)
		}
		axis := func(name string) grid.Axis {
			return grid.Axis{N: rapid.Int().Draw(t, name), Step: number(name + " step"), Center: number(name + " center")}
		}
		sent := answer{Kind: sayPlane, Plane: rapid.Int().Draw(t, "plane"), Grid: &grid.Grid{Y: axis("y"), X: axis("x"), Unit: grid.Radian}}
		ordered := order{Kind: doCompute, Line: rapid.Int().Draw(t, "line"), From: rapid.Int().Draw(t, "from")}
		var pipe bytes.Buffer
		if err := errors.Join(write(&pipe, sent), write(&pipe, ordered)); err != nil {
			t.Fatal(err)
		}
		var a answer
		var o order
		if err := errors.Join(read(&pipe, &a, longestAnswer), read(&pipe, &o, longestOrder)); err != nil {
			t.Fatal(err)
		}
		if a.Kind != sent.Kind || a.Plane != sent.Plane || *a.Grid != *sent.Grid || o != ordered {
			t.Fatalf("%+v %+v arrived as %+v %+v", sent, ordered, a, o)
		}
	})
}

func TestWhatIsNoMessageIsToldFromTheEndOfThePipe(t *testing.T) {
	for text, want := range map[string]error{
		"":                             io.EOF,
		"\x00\x00":                     io.ErrUnexpectedEOF,
		"\x00\x00\x00\x05{":            io.ErrUnexpectedEOF,
		"\x00\x00\x00\x02{]":           errProtocol,
		"\xff\xff\xff\xffmore":         errProtocol,
		"\x00\x00\x00\x0a{\"Line\":0}": errProtocol,
	} {
		var o struct{ Line string }
		if err := read(strings.NewReader(text), &o, longestAnswer); !errors.Is(err, want) {
			t.Errorf("%q: error %v, want %v", text, err, want)
		}
	}
	if err := write(io.Discard, math.Inf(1)); err == nil {
		t.Error("what is no JSON was sent")
	}
}

func TestErrorsKeepTheirMeaningOnTheWay(t *testing.T) {
	for _, is := range []error{
		propagate.ErrSystem, propagate.ErrSampling, propagate.ErrMemory, propagate.ErrDark,
		backend.ErrUnknown, backend.ErrNotBuilt, backend.ErrIncomplete,
	} {
		sent := fmt.Errorf("plane 3: %w: truly", is)
		got := newFailure(sent).error()
		if !errors.Is(got, is) || got.Error() != sent.Error() {
			t.Errorf("%v arrives as %v", sent, got)
		}
	}
	other := newFailure(errors.New("the array is worn out")).error()
	if other.Error() != "the array is worn out" || errors.Unwrap(other) != nil {
		t.Errorf("an error without a name arrives as %#v", other)
	}
	if f := newFailure(errors.New(strings.Repeat("x", 1<<21))); len(f.Text) != longestText {
		t.Errorf("a text of %d bytes is sent", len(f.Text))
	}
}

func TestMasksArriveInTheMemoryThatIsShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := func(name string) []float64 {
			if rapid.Bool().Draw(t, name+" is nil") {
				return nil
			}
			return rapid.SliceOfN(rapid.Float64(), 1, 30).Draw(t, name)
		}
		masks := make([]propagate.Mask, rapid.IntRange(0, 4).Draw(t, "planes"))
		for i := range masks {
			masks[i] = propagate.Mask{Amplitude: part("amplitude"), OPD: part("OPD"), Phase: part("phase")}
		}
		slots, slotBytes := rapid.IntRange(1, 5).Draw(t, "slots"), rapid.Int64Range(1, 2*page).Draw(t, "bytes")
		l := newLayout(masks, slots, slotBytes)
		memory := make([]byte, l.size(slots))
		for i := range slots {
			if start := l.Slots + int64(i)*l.Stride; start%page != 0 || start < l.MaskBytes {
				t.Fatalf("slot %d begins at %d behind masks of %d bytes", i, start, l.MaskBytes)
			}
			for j := range l.slot(memory, i) {
				l.slot(memory, i)[j] += byte(i + 1)
			}
		}
		l.store(memory, masks)
		for i := range slots {
			if slot := l.slot(memory, i); int64(len(slot)) != slotBytes || slices.ContainsFunc(slot, func(b byte) bool { return b != byte(i+1) }) {
				t.Fatalf("slot %d shares memory with something else", i)
			}
		}
		same := func(a, b []float64) bool {
			return (a == nil) == (b == nil) && slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
		}
		for i, got := range l.masks(memory) {
			if !same(got.Amplitude, masks[i].Amplitude) || !same(got.OPD, masks[i].OPD) || !same(got.Phase, masks[i].Phase) {
				t.Fatalf("mask %d arrives as %v, want %v", i, got, masks[i])
			}
		}
	})
}

func TestTheEndOfTheOutputIsKept(t *testing.T) {
	var o output
	want := ""
	for i := range 3000 {
		text := fmt.Sprintf("line %d\n", i)
		want += text
		if n, err := io.WriteString(&o, text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
	}
	if o.String() != want[len(want)-keptOutput:] {
		t.Errorf("%d bytes are kept, ending in %q", len(o.String()), o.String()[len(o.String())-10:])
	}
	if _, err := io.WriteString(&o, strings.Repeat("x", 3*keptOutput)+"end"); err != nil || !strings.HasSuffix(o.String(), "xend") || len(o.String()) != keptOutput {
		t.Errorf("after a long line (%v): %d bytes", err, len(o.String()))
	}
	if _, err := o.Write([]byte{0xff, 'a'}); err != nil || !strings.HasSuffix(o.String(), "�a") {
		t.Errorf("bytes that are no text: %q", o.String()[keptOutput-5:])
	}
}

func TestTheLineThatTellsMostIsFound(t *testing.T) {
	for output, want := range map[string]string{
		"": "", "\n \n": "", "first\nlast\n\n": "last",
		"noise\npanic: runtime error: index out of range [recovered]\n\ngoroutine 1 [running]:\nmain.main()\n": "panic: runtime error: index out of range [recovered]",
		"fatal error: out of memory\ngoroutine 1":                                                              "fatal error: out of memory",
		"SIGSEGV: segmentation violation\nPC=0x0 m=0\n":                                                        "SIGSEGV: segmentation violation",
	} {
		if got := telling(output); got != want {
			t.Errorf("of %q: %q, want %q", output, got, want)
		}
	}
}
