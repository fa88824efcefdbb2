package tune_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"arago/fourier"
	"arago/tune"
)

func identity() tune.Identity {
	return tune.Identity{Format: tune.Format, CPU: "Some Processor", Kernels: "avx2", Linear: "openblas OpenBLAS 0.3.29 SkylakeX", Fourier: "fftw FFTW 3.3.10"}
}

func kept() tune.File {
	return tune.File{Identity: identity(), Measured: time.Date(2026, 11, 23, 4, 5, 6, 0, time.UTC), Machine: *fourier.DefaultMachine()}
}

func TestWhatIsKeptIsFoundAgain(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "tune")
	path, err := tune.Save(folder, kept())
	if err != nil {
		t.Fatal(err)
	}
	if path != identity().Path(folder) {
		t.Errorf("it is in %s", path)
	}
	got, err := tune.Load(folder, identity())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, kept()) {
		t.Errorf("got %+v", got)
	}
}

func TestWhatWasMeasuredForAnotherMachineIsNotUsed(t *testing.T) {
	folder := t.TempDir()
	if _, err := tune.Save(folder, kept()); err != nil {
		t.Fatal(err)
	}
	other := identity()
	other.Linear = "openblas OpenBLAS 0.3.30 SkylakeX"
	_, err := tune.Load(folder, other)
	if want := "those kept are of products by openblas OpenBLAS 0.3.29 SkylakeX, here openblas OpenBLAS 0.3.30 SkylakeX"; !errors.Is(err, tune.ErrNone) || !strings.Contains(err.Error(), want) {
		t.Errorf("another version: error %v", err)
	}
	newer := kept()
	newer.Identity.Format++
	if _, err := tune.Save(folder, newer); err != nil {
		t.Fatal(err)
	}
	_, err = tune.Load(folder, identity())
	if !errors.Is(err, tune.ErrNone) || !strings.Contains(err.Error(), "a format of") {
		t.Errorf("another format: error %v", err)
	}
	for name, change := range map[string]func(*tune.Identity){
		"processor":        func(i *tune.Identity) { i.CPU = "Another Processor" },
		"kernels":          func(i *tune.Identity) { i.Kernels = "avx512" },
		"library":          func(i *tune.Identity) { i.Linear = "mkl MKL 2026" },
		"version":          func(i *tune.Identity) { i.Fourier = "fftw FFTW 3.3.11" },
		"never any for it": func(i *tune.Identity) { i.Linear, i.Fourier = "x", "y" },
	} {
		other := identity()
		change(&other)
		if _, err := tune.Load(folder, other); !errors.Is(err, tune.ErrNone) {
			t.Errorf("%s: error %v, want ErrNone", name, err)
		}
	}
}

func TestDamagedFiguresAreNotUsed(t *testing.T) {
	folder := t.TempDir()
	path, err := tune.Save(folder, kept())
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cut":        string(good[:len(good)/2]),
		"not JSON":   "figures",
		"no rate":    strings.Replace(string(good), `"real_product"`, `"unreal_product"`, 1),
		"negative":   strings.Replace(string(good), `"rate": `, `"rate": -`, 1),
		"none there": "{}",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := tune.Load(folder, identity()); !errors.Is(err, tune.ErrNone) {
			t.Errorf("%s: error %v, want ErrNone", name, err)
		}
	}
}

func TestFiguresThatCannotBeAreNotKept(t *testing.T) {
	for name, change := range map[string]func(*fourier.Machine){
		"no rate":        func(m *fourier.Machine) { m.Double.Phasors = 0 },
		"not a number":   func(m *fourier.Machine) { m.Single.Call = math.NaN() },
		"infinite":       func(m *fourier.Machine) { m.Double.Scalar = math.Inf(1) },
		"no points":      func(m *fourier.Machine) { m.Double.FFT = nil },
		"not in order":   func(m *fourier.Machine) { m.Single.Memory = fourier.Curve{{Size: 2, Rate: 1}, {Size: 2, Rate: 1}} },
		"no gain":        func(m *fourier.Machine) { m.Together.Lines = 0 },
		"negative fork":  func(m *fourier.Machine) { m.Together.Fork = -1 },
		"no processors":  func(m *fourier.Machine) { m.Together.Processors = 0 },
		"no sample size": func(m *fourier.Machine) { m.Single.Sample = 0 },
	} {
		f, folder := kept(), t.TempDir()
		change(&f.Machine)
		if _, err := tune.Save(folder, f); err == nil {
			t.Errorf("%s: it is kept", name)
		}
		if entries, _ := os.ReadDir(folder); len(entries) > 0 {
			t.Errorf("%s: there is %v", name, entries)
		}
	}
}

func TestForAnotherNumberOfProcessorsTheRatesOfOneStay(t *testing.T) {
	f := kept()
	f.Machine.Together = fourier.Together{Processors: 4, Products: 3.5, Lines: 3, Memory: 2, Phasors: 3.9, Fork: 1e-5}
	if m := f.For(4); m.Together != f.Machine.Together {
		t.Errorf("for four: %+v", m.Together)
	}
	m := f.For(8)
	if m.Together != fourier.DefaultTogether(8) || !reflect.DeepEqual(m.Double, f.Machine.Double) {
		t.Errorf("for eight: %+v", m.Together)
	}
}

// Machines that share a folder, and choices of back ends, do not displace each
// other's figures; those of a new version take the place of the old ones.
func TestVersionsShareAFileAndMachinesDoNot(t *testing.T) {
	path := func(change func(*tune.Identity)) string {
		i := identity()
		change(&i)
		return i.Path("tune")
	}
	same := identity().Path("tune")
	for name, change := range map[string]func(*tune.Identity){
		"processor":  func(i *tune.Identity) { i.CPU = "Another Processor" },
		"kernels":    func(i *tune.Identity) { i.Kernels = "avx512" },
		"products":   func(i *tune.Identity) { i.Linear = "gonum Arago avx2" },
		"transforms": func(i *tune.Identity) { i.Fourier = "gonum Arago avx2" },
	} {
		if path(change) == same {
			t.Errorf("with other %s the file is the same", name)
		}
	}
	for name, change := range map[string]func(*tune.Identity){
		"format":     func(i *tune.Identity) { i.Format++ },
		"products":   func(i *tune.Identity) { i.Linear = "openblas OpenBLAS 0.3.30 Zen" },
		"transforms": func(i *tune.Identity) { i.Fourier = "fftw FFTW 3.3.11" },
	} {
		if path(change) != same {
			t.Errorf("another version of %s has another file", name)
		}
	}
}

// A build of another commit has another version, and the same figures.
func TestTheVersionOfAragoIsNotPartOfAnIdentity(t *testing.T) {
	s := selection(t)
	i := tune.IdentityOf(s)
	s.Linear.Version, s.Fourier.Version = "v9.8.7", "v9.8.7"
	if other := tune.IdentityOf(s); other != i {
		t.Errorf("%+v and %+v", i, other)
	}
	s.Linear.Library = "OpenBLAS"
	if other := tune.IdentityOf(s); !strings.Contains(other.Linear, " v9.8.7") {
		t.Errorf("the version of a library is not in %q", other.Linear)
	}
}

func TestAnIdentityNamesWhatComputes(t *testing.T) {
	i := tune.IdentityOf(selection(t))
	if i.Format != tune.Format || i.CPU == "" || i.Kernels == "" || !strings.HasPrefix(i.Linear+" ", "gonum Arago ") || i.Fourier != i.Linear {
		t.Errorf("%+v", i)
	}
}
