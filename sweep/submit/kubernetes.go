package submit

import (
	"encoding/json"
	"fmt"
	"strings"
)

// containerFolder is where the volume with the study is in containers.
const containerFolder = "/study"

// kubernetes writes a Job of batch/v1. A quoted word of JSON is one of YAML.
func (j Job) kubernetes() (string, error) {
	args, err := json.Marshal(j.Command[1:])
	if err != nil {
		return "", err
	}
	var never []string
	for _, code := range j.Never {
		never = append(never, fmt.Sprint(code))
	}
	head := comment(j.about("Kubernetes", "kubectl create -f FILE"))
	return head + fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata:
  name: %[1]s
spec:
  completionMode: Indexed
  completions: %[2]d
  parallelism: %[2]d
  backoffLimitPerIndex: %[3]d
  podFailurePolicy:
    rules:
      # It would fail again.
      - action: FailIndex
        onExitCodes:
          containerName: arago
          operator: In
          values: [%[4]s]
      # The node was drained or lost: that counts as no attempt.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
  template:
    spec:
      restartPolicy: Never
      activeDeadlineSeconds: %[5]d
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: arago
          image: %[6]s
          args: %[7]s
          workingDir: %[8]s
          env:
            - name: ARAGO_TASK_COUNT
              value: "%[2]d"
          resources:
            requests:
              cpu: "%[9]d"
              memory: %[10]dMi
            limits:
              cpu: "%[9]d"
              memory: %[10]dMi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: study
              mountPath: %[8]s
      volumes:
        - name: study
          persistentVolumeClaim:
            claimName: %[11]s
`, j.Name(), j.Tasks, j.Retries, strings.Join(never, ", "), int(j.Time().Seconds()),
		word(j.Image), args, containerFolder, j.CPUs, j.Memory(), word(j.Volume)), nil
}

// word quotes a word of YAML.
func word(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic("submit: a string has no JSON")
	}
	return string(text)
}
