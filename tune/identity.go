package tune

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"arago/backend"
	"arago/internal/kernel"
)

// Format is the version of the figures: of the model that they are the coefficients
// of, of how they are measured, and of Arago's own kernels. It is raised with any
// change that makes figures of before wrong.
const Format = 2

// Identity is what figures belong to.
type Identity struct {
	Format int `json:"format"`
	// CPU is the processor's own name, or the architecture where it has none.
	CPU string `json:"cpu"`
	// Kernels is the instruction set of Arago's own loops.
	Kernels string `json:"kernels"`
	// Linear and Fourier are the back ends of products and of transforms: the name,
	// the library, its version (none for Arago's own code, whose version here is
	// Format) and what it is written for.
	Linear  string `json:"linear"`
	Fourier string `json:"fourier"`
}

// IdentityOf returns that of this machine with a choice of back ends.
func IdentityOf(s backend.Selection) Identity {
	set, _ := kernel.Selected() // if it cannot be had, no back end could be selected
	return Identity{
		Format: Format,
		CPU:    cpuName(), Kernels: string(set),
		Linear: library(s.Linear), Fourier: library(s.Fourier),
	}
}

func cpuName() string {
	name := strings.TrimSpace(cpuid.CPU.BrandName)
	if name == "" {
		return runtime.GOARCH
	}
	// Some names do not tell generations apart.
	return fmt.Sprintf("%s (family %d, model %d)", name, cpuid.CPU.Family, cpuid.CPU.Model)
}

func library(p backend.Properties) string {
	version := p.Version
	if p.Library == ownLibrary {
		// Every commit has a version, and few change how fast anything is; those
		// that do raise Format.
		version = ""
	}
	return strings.Join(strings.Fields(p.Name+" "+p.Library+" "+version+" "+p.Architecture), " ")
}

// ownLibrary is what back ends made of Arago's own code call their library.
const ownLibrary = "Arago"

// backendName returns the name of the back end that library began with.
func backendName(library string) string {
	name, _, _ := strings.Cut(library, " ")
	return name
}

// differs says in what two identities differ, "" if in nothing.
func (i Identity) differs(other Identity) string {
	var said []string
	say := func(what string, a, b any) {
		if a != b {
			said = append(said, fmt.Sprintf("%s %v, here %v", what, a, b))
		}
	}
	if i.Format != other.Format {
		return fmt.Sprintf("a format of %d, here %d", i.Format, other.Format)
	}
	say("a processor", i.CPU, other.CPU)
	say("kernels", i.Kernels, other.Kernels)
	say("products by", i.Linear, other.Linear)
	say("transforms by", i.Fourier, other.Fourier)
	return strings.Join(said, "; ")
}
