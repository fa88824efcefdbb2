//go:build !cgo && linux

package detect

import (
	"os"
	"slices"
	"testing"
)

func TestThePartsOfARecordedProcessAreFound(t *testing.T) {
	text, err := os.ReadFile("testdata/maps-numpy-mkl.txt")
	if err != nil {
		t.Fatal(err)
	}
	maps := parseMaps(string(text))
	if len(maps) != 15 {
		t.Errorf("%d mappings of files, want 15", len(maps))
	}
	if m := maps[2]; m != (mapping{0x7f10b0000000, 0x7f10b0100000, "/opt/conda/lib/libmkl_rt.so.2"}) {
		t.Errorf("the first part of MKL is %+v", m)
	}
	mapped := libraries(maps)
	var kinds []Kind
	for _, name := range mapped {
		if l, _, ok := identify(&file{name: name}, nil, mapped); ok {
			kinds = append(kinds, l.Kind)
		}
	}
	// libmkl_intel_lp64 is a part of the MKL before it, libflexiblas_netlib one
	// of FlexiBLAS's back ends.
	want := []Kind{MKL, LibIOMP, LibGOMP, OpenBLAS, FlexiBLAS, FFTW}
	if !slices.Equal(kinds, want) {
		t.Errorf("the libraries of %v are %v, want %v", mapped, kinds, want)
	}
	l, parts, _ := identify(&file{name: "/opt/conda/lib/libmkl_rt.so.2"}, nil, mapped)
	if l.Layer != LayerOpenMP || l.IntegerBits != 32 || len(parts) != 3 {
		t.Errorf("MKL is %+v with the parts %v", l, parts)
	}
}

// This program has no shared library, and its functions lie in itself.
func TestAStaticProgramHasNoLibraries(t *testing.T) {
	if found := Scan(nil); len(found) != 0 {
		t.Errorf("found %+v", found)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	inside := readMaps()[0]
	if inside.path != program {
		t.Fatalf("the first mapping is %+v, not the program", inside)
	}
	found := Serving([]Served{
		{Part: "Dot", Symbol: "cblas_zgemm", Address: inside.from},
		{Part: "FFT2", Symbol: "fftw_execute_dft", Address: 1},
	})
	if len(found) != 2 || !found[0].Static || found[0].Path != program || found[0].Kind != Unrecognised || found[1].Path != "" {
		t.Errorf("found %+v", found)
	}
}
