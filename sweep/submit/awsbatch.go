package submit

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// What SubmitJob of AWS Batch takes, as far as it is needed.
type (
	batchJob struct {
		Name       string         `json:"jobName"`
		Queue      string         `json:"jobQueue"`
		Definition string         `json:"jobDefinition"`
		Array      *batchArray    `json:"arrayProperties,omitempty"`
		Retry      batchRetry     `json:"retryStrategy"`
		Timeout    batchTimeout   `json:"timeout"`
		Container  batchContainer `json:"containerOverrides"`
	}
	batchArray struct {
		Size int `json:"size"`
	}
	batchRetry struct {
		Attempts int         `json:"attempts"`
		OnExit   []batchExit `json:"evaluateOnExit"`
	}
	batchExit struct {
		Code   string `json:"onExitCode"`
		Action string `json:"action"`
	}
	batchTimeout struct {
		Seconds int `json:"attemptDurationSeconds"`
	}
	batchContainer struct {
		Command     []string        `json:"command"`
		Environment []batchVariable `json:"environment"`
		Resources   []batchResource `json:"resourceRequirements"`
	}
	batchVariable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	batchResource struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}
)

// awsBatch writes what aws batch submit-job reads. What no condition of evaluateOnExit
// matches is tried again.
func (j Job) awsBatch() (string, error) {
	job := batchJob{
		Name: j.Name(), Queue: j.Queue, Definition: j.Definition,
		Retry:   batchRetry{Attempts: j.Retries + 1, OnExit: []batchExit{}},
		Timeout: batchTimeout{int(j.Time().Seconds())},
		Container: batchContainer{
			Command:     j.Command[1:],
			Environment: []batchVariable{{"GOMAXPROCS", strconv.Itoa(j.CPUs)}},
			Resources:   []batchResource{{"VCPU", strconv.Itoa(j.CPUs)}, {"MEMORY", strconv.FormatInt(j.Memory(), 10)}},
		},
	}
	for _, code := range j.Never {
		job.Retry.OnExit = append(job.Retry.OnExit, batchExit{strconv.Itoa(code), "EXIT"})
	}
	if j.Tasks > 1 { // there are no arrays of one
		job.Array = &batchArray{j.Tasks}
		job.Container.Environment = append(job.Container.Environment, batchVariable{"ARAGO_TASK_COUNT", strconv.Itoa(j.Tasks)})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(job); err != nil {
		return "", err
	}
	return b.String(), nil
}
