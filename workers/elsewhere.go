//go:build !unix

package workers

import (
	"context"
	"fmt"
	"os"

	"arago/propagate"
)

const supported = false

func share(context.Context, *propagate.Plan, Job, Need, string) (*propagate.Result, Report, error) {
	return nil, Report{}, unsupported()
}

// Serve is the whole of a worker's main; there are none on this system.
func Serve(Builder) (code int) {
	fmt.Fprintln(os.Stderr, unsupported())
	return 1
}
