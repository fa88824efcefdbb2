package apitest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

func golden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func manifest(t *testing.T, name string) batchv1.Job {
	t.Helper()
	var job batchv1.Job
	if err := yaml.UnmarshalStrict(golden(t, name), &job); err != nil {
		t.Fatalf("%s is no Job of batch/v1: %v", name, err)
	}
	return job
}

func TestStrictDecodingFindsSlips(t *testing.T) {
	text := strings.Replace(string(golden(t, "array.job.yaml")), "backoffLimitPerIndex:", "backoffLimitPerIndices:", 1)
	if err := yaml.UnmarshalStrict([]byte(text), new(batchv1.Job)); err == nil || !strings.Contains(err.Error(), "backoffLimitPerIndices") {
		t.Errorf("a field that there is not was accepted: %v", err)
	}
}

func TestManifestsAreIndexedJobs(t *testing.T) {
	for file, tasks := range map[string]int32{"array.job.yaml": 24, "single.job.yaml": 1} {
		job := manifest(t, file)
		if job.APIVersion != batchv1.SchemeGroupVersion.String() || job.Kind != "Job" {
			t.Errorf("%s is a %s of %s", file, job.Kind, job.APIVersion)
		}
		if wrong := validation.IsDNS1123Label(job.Name); len(wrong) > 0 {
			t.Errorf("%s: name %q: %v", file, job.Name, wrong)
		}
		s := job.Spec
		if s.CompletionMode == nil || *s.CompletionMode != batchv1.IndexedCompletion {
			t.Errorf("%s: the completion mode is not Indexed", file)
		}
		if *s.Completions != tasks || *s.Parallelism != tasks {
			t.Errorf("%s: %d completions, %d at once; there are %d tasks", file, *s.Completions, *s.Parallelism, tasks)
		}
		if *s.BackoffLimitPerIndex != 3 {
			t.Errorf("%s: each index is tried again %d times, not 3", file, *s.BackoffLimitPerIndex)
		}
		// The API server demands it of pod failure policies and of limits per index.
		if s.Template.Spec.RestartPolicy != corev1.RestartPolicyNever {
			t.Errorf("%s: restart policy %s", file, s.Template.Spec.RestartPolicy)
		}
	}
}

// decide is what the controller of Jobs does about a pod that has failed: the action of
// the first rule that matches, or Count.
func decide(p *batchv1.PodFailurePolicy, code int32, conditions ...corev1.PodConditionType) batchv1.PodFailurePolicyAction {
	for _, rule := range p.Rules {
		if on := rule.OnExitCodes; on != nil && slices.Contains(on.Values, code) == (on.Operator == batchv1.PodFailurePolicyOnExitCodesOpIn) && code != 0 {
			return rule.Action
		}
		for _, on := range rule.OnPodConditions {
			if on.Status == corev1.ConditionTrue && slices.Contains(conditions, on.Type) {
				return rule.Action
			}
		}
	}
	return batchv1.PodFailurePolicyActionCount
}

func TestExitCodesDecideWhatIsTriedAgain(t *testing.T) {
	job := manifest(t, "array.job.yaml")
	p := job.Spec.PodFailurePolicy
	if p == nil {
		t.Fatal("there is no pod failure policy")
	}
	for code, want := range map[int32]batchv1.PodFailurePolicyAction{
		1: batchv1.PodFailurePolicyActionFailIndex, 2: batchv1.PodFailurePolicyActionFailIndex, 3: batchv1.PodFailurePolicyActionFailIndex,
		4: batchv1.PodFailurePolicyActionFailIndex, 5: batchv1.PodFailurePolicyActionFailIndex,
		75: batchv1.PodFailurePolicyActionCount, 130: batchv1.PodFailurePolicyActionCount,
		137: batchv1.PodFailurePolicyActionCount, 143: batchv1.PodFailurePolicyActionCount,
	} {
		if got := decide(p, code); got != want {
			t.Errorf("code %d: %s, not %s", code, got, want)
		}
	}
	if got := decide(p, 137, corev1.DisruptionTarget); got != batchv1.PodFailurePolicyActionIgnore {
		t.Errorf("a pod that its node was taken from: %s, not Ignore", got)
	}
	names := map[string]bool{}
	for _, c := range job.Spec.Template.Spec.Containers {
		names[c.Name] = true
	}
	for _, rule := range p.Rules {
		if on := rule.OnExitCodes; on != nil {
			if on.ContainerName == nil || !names[*on.ContainerName] {
				t.Error("a rule is about a container that there is not")
			}
			// The API server demands it.
			if !slices.IsSorted(on.Values) || slices.Contains(on.Values, 0) || len(slices.Compact(slices.Clone(on.Values))) != len(on.Values) {
				t.Errorf("exit codes %v must be ordered, unique and not 0", on.Values)
			}
		}
	}
}

func TestPodsAskForWhatIsPredicted(t *testing.T) {
	pod := manifest(t, "array.job.yaml").Spec.Template.Spec
	if *pod.ActiveDeadlineSeconds != 3360 { // twice 1520 s and 5 min, in whole minutes
		t.Errorf("the deadline is %d s, not 3360", *pod.ActiveDeadlineSeconds)
	}
	c := pod.Containers[0]
	for _, list := range []corev1.ResourceList{c.Resources.Requests, c.Resources.Limits} {
		if got := list.Cpu().Value(); got != 2 {
			t.Errorf("%d processors, not 2", got)
		}
		if got := list.Memory().Value(); got != 318<<20 { // 203 MiB·1.25 + 64 MiB
			t.Errorf("%d bytes of memory, not 318 MiB", got)
		}
	}
	if !slices.Contains(c.Args, "--no-picture") || c.Args[0] != "sweep" || len(c.Command) != 0 {
		t.Errorf("the container is called with %q %q", c.Command, c.Args)
	}
	var mounted bool
	for _, v := range pod.Volumes {
		mounted = mounted || v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == "tolerances" && v.Name == c.VolumeMounts[0].Name
	}
	if !mounted || c.VolumeMounts[0].MountPath != c.WorkingDir {
		t.Error("the volume with the study is not where the program works")
	}
}

// What the pod security standard "restricted" demands.
func TestPodsNeedNoPrivilege(t *testing.T) {
	pod := manifest(t, "array.job.yaml").Spec.Template.Spec
	s, c := pod.SecurityContext, pod.Containers[0].SecurityContext
	switch {
	case !*s.RunAsNonRoot || *s.RunAsUser == 0:
		t.Error("the pod may run as root")
	case s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault:
		t.Error("the pod has no seccomp profile")
	case *c.AllowPrivilegeEscalation || !slices.Equal(c.Capabilities.Drop, []corev1.Capability{"ALL"}):
		t.Error("the container keeps privileges")
	case !*c.ReadOnlyRootFilesystem:
		t.Error("the container can write beside its volume")
	}
}
