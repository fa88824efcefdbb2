package apitest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// job decodes strictly; the names of the API are those of the SDK's fields but for the
// case of the first letter, of which encoding/json takes no notice.
func job(t *testing.T, name string) batch.SubmitJobInput {
	t.Helper()
	var in batch.SubmitJobInput
	d := json.NewDecoder(bytes.NewReader(golden(t, name)))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		t.Fatalf("%s is no input of SubmitJob: %v", name, err)
	}
	return in
}

func TestSubmitJobTakesTheInput(t *testing.T) {
	in := job(t, "array.batch.json")
	if *in.JobName == "" || *in.JobQueue != "spot" || *in.JobDefinition != "arago:1" {
		t.Errorf("job %q, queue %q, definition %q", *in.JobName, *in.JobQueue, *in.JobDefinition)
	}
	if *in.ArrayProperties.Size != 24 {
		t.Errorf("the array has %d tasks, not 24", *in.ArrayProperties.Size)
	}
	if *in.Timeout.AttemptDurationSeconds != 3360 {
		t.Errorf("an attempt may take %d s, not 3360", *in.Timeout.AttemptDurationSeconds)
	}
	want := map[types.ResourceType]string{types.ResourceTypeVcpu: "2", types.ResourceTypeMemory: "318"}
	for _, r := range in.ContainerOverrides.ResourceRequirements {
		if want[r.Type] != *r.Value {
			t.Errorf("%s: %s, not %s", r.Type, *r.Value, want[r.Type])
		}
		delete(want, r.Type)
	}
	if len(want) > 0 {
		t.Errorf("not asked for: %v", want)
	}
	// The service knows no array of one.
	if single := job(t, "single.batch.json"); single.ArrayProperties != nil {
		t.Errorf("one task is an array of %d", *single.ArrayProperties.Size)
	}
}

func TestBatchTriesAgainWhatMayHelp(t *testing.T) {
	r := job(t, "array.batch.json").RetryStrategy
	if *r.Attempts != 4 || len(r.EvaluateOnExit) > 5 {
		t.Errorf("%d attempts, %d conditions; the service takes at most 10 and 5", *r.Attempts, len(r.EvaluateOnExit))
	}
	ends := map[string]bool{}
	for _, e := range r.EvaluateOnExit {
		ends[*e.OnExitCode] = e.Action == types.RetryActionExit
	}
	for _, code := range []string{"1", "2", "3", "4", "5"} {
		if !ends[code] {
			t.Errorf("code %s is tried again", code)
		}
	}
	for _, code := range []string{"75", "130", "137", "143"} {
		if ends[code] {
			t.Errorf("code %s is not tried again", code)
		}
	}
}
