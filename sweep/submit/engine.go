package submit

import (
	"errors"
	"fmt"
	"strings"
)

// ErrJob is a job that an engine cannot run.
var ErrJob = errors.New("not a job that this engine runs")

// Engine is an engine for array jobs.
type Engine struct {
	Name string
	// Suffix ends the names of files for it.
	Suffix string
	// Program is its own program to which jobs are handed over.
	Program string
	// Script says that such a file is a script, to be executable.
	Script bool

	most     int // tasks of a job
	handOver func(file string) []string
	needs    func(Job) error
	write    func(Job) (string, error)
}

var engines = []Engine{
	{
		Name: "slurm", Suffix: ".slurm.sh", Program: "sbatch", Script: true,
		most:     1001, // slurm.conf: MaxArraySize, unless a site has changed it
		handOver: func(file string) []string { return []string{file} },
		needs:    plain,
		write:    Job.slurm,
	},
	{
		Name: "pbs", Suffix: ".pbs.sh", Program: "qsub", Script: true,
		most:     10_000, // max_array_size, unless a site has changed it
		handOver: func(file string) []string { return []string{file} },
		needs:    plain,
		write:    Job.pbs,
	},
	{
		Name: "hyperqueue", Suffix: ".hq.sh", Program: "hq", Script: true,
		most:     1_000_000,
		handOver: func(file string) []string { return []string{"submit", file} },
		needs: func(j Job) error {
			if j.Queue != "" {
				return errors.New("there are no queues in HyperQueue to choose from; leave out --queue")
			}
			return plain(j)
		},
		write: Job.hyperqueue,
	},
	{
		Name: "kubernetes", Suffix: ".job.yaml", Program: "kubectl",
		most:     100_000, // of a Job with a backoff limit per index
		handOver: func(file string) []string { return []string{"create", "-f", file} },
		needs: func(j Job) error {
			switch {
			case j.Image == "":
				return errors.New("a container image is missing; give its name with --image, and build one from the Containerfile")
			case j.Volume == "":
				return errors.New("a persistent volume claim is missing, in which the study lies and shards are written; give --volume")
			case j.Queue != "" || j.Definition != "":
				return errors.New("there are neither queues nor job definitions in Kubernetes; leave them out")
			}
			return nil
		},
		write: Job.kubernetes,
	},
	{
		Name: "aws-batch", Suffix: ".batch.json", Program: "aws",
		most: 10_000,
		handOver: func(file string) []string {
			return []string{"batch", "submit-job", "--cli-input-json", "file://" + file}
		},
		needs: func(j Job) error {
			switch {
			case j.Queue == "":
				return errors.New("a job queue is missing; give its name with --queue")
			case j.Definition == "":
				return errors.New("a job definition is missing, which names the container image and its volumes; give --definition")
			case j.Image != "" || j.Volume != "":
				return errors.New("image and volumes come from the job definition; leave them out")
			case len(j.Never) > 5:
				return errors.New("at most five exit codes can be told apart")
			}
			return nil
		},
		write: Job.awsBatch,
	},
}

// plain refuses what is only for containers.
func plain(j Job) error {
	if j.Image != "" || j.Volume != "" || j.Definition != "" {
		return errors.New("only engines that run containers take an image, a volume or a job definition; leave them out")
	}
	return nil
}

// Named returns the engine of a name.
func Named(name string) (Engine, bool) {
	for _, e := range engines {
		if e.Name == name {
			return e, true
		}
	}
	return Engine{}, false
}

// Names lists the engines.
func Names() []string {
	var names []string
	for _, e := range engines {
		names = append(names, e.Name)
	}
	return names
}

// HandOver returns the arguments of Program that hand over the file.
func (e Engine) HandOver(file string) []string { return e.handOver(NotOption(file)) }

// NotOption writes the name of a file so that no program takes it for an option.
func NotOption(file string) string {
	if strings.HasPrefix(file, "-") {
		return "./" + file
	}
	return file
}

// Write returns what the engine reads. The error is ErrJob.
func (e Engine) Write(j Job) (string, error) {
	err := e.needs(j)
	switch {
	case err != nil:
	case j.Tasks < 1 || j.Tasks > e.most:
		err = fmt.Errorf("there are %d tasks; there must be at least 1, and %s runs at most %d of a job", j.Tasks, e.Name, e.most)
	case j.Tasks > max(1, j.Cases):
		err = fmt.Errorf("there are %d tasks for %s; there must not be more tasks than cases", j.Tasks, counted(j.Cases, "case"))
	case j.CPUs < 1:
		err = fmt.Errorf("each task would have %d processors; it must have at least 1", j.CPUs)
	case j.Retries < 0 || j.Retries > 9:
		err = fmt.Errorf("a task would be tried again %d times; that must be from 0 to 9", j.Retries)
	case strings.ContainsAny(j.Study+j.Queue, "\r\n"):
		err = errors.New("a name holds a line break; rename it")
	}
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrJob, err)
	}
	return e.write(j)
}
