package system_test

import (
	"testing"

	"arago/propagate"
	"arago/system"
)

// BenchmarkMainJob is the job that the README quotes: the image of a star
// through 18 hexagons with a Zernike wavefront error, nine wavelengths, from
// reading the file to the summed image.
func BenchmarkMainJob(b *testing.B) { benchmarkFile(b, "../examples/segmented.toml") }

// BenchmarkCoronagraph is a Lyot coronagraph by FFT, three wavelengths.
func BenchmarkCoronagraph(b *testing.B) { benchmarkFile(b, "../examples/coronagraph.toml") }

func benchmarkFile(b *testing.B, file string) {
	for _, precision := range []propagate.Precision{propagate.Double, propagate.Single} {
		b.Run("prec="+precision.String(), func(b *testing.B) {
			for b.Loop() {
				s, err := system.Read(file)
				if err != nil {
					b.Fatal(err)
				}
				runWith(b, s, "auto", precision)
			}
		})
	}
}
