package gonum_test

import (
	"testing"

	"arago/backend/backendtest"
	"arago/backend/gonum"
)

func TestConformance(t *testing.T) { backendtest.RunTests(t, gonum.New) }

func BenchmarkBackend(b *testing.B) { backendtest.RunBenchmarks(b, gonum.New) }
