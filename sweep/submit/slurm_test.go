//go:build slurm

package submit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const arrayTasks = 24

// bench is a folder with the study, and the program.
type bench struct {
	program, folder string
}

func newBench(t *testing.T) bench {
	t.Helper()
	b := bench{folder: t.TempDir()}
	b.program = filepath.Join(b.folder, "arago")
	build := exec.Command("go", "build", "-o", b.program, "arago/cmd/arago")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.CopyFS(b.folder, os.DirFS("testdata/slurm")); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bench) arago(args ...string) *exec.Cmd {
	cmd := exec.Command(b.program, args...)
	cmd.Dir = b.folder
	return cmd
}

func (b bench) read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// cases are those of a task.
const cases = 480 / arrayTasks

// among says whether a task has some of its cases in its journal, but not half of them.
func (b bench) among(index int) bool {
	journal, err := os.ReadFile(filepath.Join(b.folder, "study.shards", fmt.Sprintf("%02d-of-%d.fits.journal", index+1, arrayTasks)))
	if err != nil {
		return false
	}
	// A record is its length, content and a checksum; the first one is of no case.
	records := 0
	for len(journal) >= 4 {
		n := int(binary.LittleEndian.Uint32(journal)) + 8
		if n > len(journal) {
			break
		}
		journal = journal[n:]
		records++
	}
	return records > 1 && records-1 < cases/2
}

var submitted = regexp.MustCompile(`Submitted batch job (\d+)`)

func jobOf(t *testing.T, said string) string {
	t.Helper()
	m := submitted.FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("sbatch has said %q", said)
	}
	return m[1]
}

// A study is computed by an array of 24 tasks on a real Slurm; tasks are requeued by its
// administrator, killed for good, and have their program killed, each in the midst of
// its cases; and what is merged in the end has the same bytes as what one run computes.
func TestAnArrayOnSlurmSurvivesKillsAndGivesTheSameBits(t *testing.T) {
	b, c := newBench(t), startCluster(t)
	c.run(b.arago("sweep", "study.toml", "-o", "local.fits", "--no-picture", "--workers", "1", "--quiet"))
	array := jobOf(t, c.run(b.arago("submit", "study.toml", "--engine", "slurm", "--tasks", fmt.Sprint(arrayTasks), "--go")))

	// What happens next is drawn; when, is counted by tasks that are done.
	r := rand.New(rand.NewPCG(9, 24))
	type attack struct {
		kind string
		done int // happens when so many tasks are done
	}
	var attacks []attack
	for i, kind := range []string{"requeue", "cancel", "kill", "requeue", "kill", "cancel", "requeue", "kill"} {
		attacks = append(attacks, attack{kind, 2*i + r.IntN(2)})
	}
	hit := map[int]string{}
	cancelled := 0
	until(t, running, "all tasks have ended", func() bool {
		tasks, done := c.tasks(array), 0
		var candidates []int
		for index, task := range tasks {
			if task.state == "COMPLETED" || hit[index] == "cancel" {
				done++
			}
			if task.state == "RUNNING" && hit[index] == "" && b.among(index) {
				candidates = append(candidates, index)
			}
		}
		if len(attacks) > 0 && done >= attacks[0].done && len(candidates) > 0 {
			slices.Sort(candidates)
			index := candidates[r.IntN(len(candidates))]
			if c.strike(attacks[0].kind, array, index, tasks[index]) {
				t.Logf("%d tasks done: %s task %d", done, attacks[0].kind, index)
				hit[index] = attacks[0].kind
				if attacks[0].kind == "cancel" {
					cancelled++
				}
				attacks = attacks[1:]
			}
		}
		return done == arrayTasks && c.quiet()
	})
	if len(attacks) > 0 {
		t.Fatalf("the array was done before %d tasks could be attacked", len(attacks))
	}

	// Tasks that were killed for good are named, with nothing written, and run again.
	merge := b.arago("merge", "study.toml", "--no-picture")
	out, err := merge.CombinedOutput()
	named := regexp.MustCompile(`counted from 0: ([0-9,-]+);`).FindSubmatch(out)
	if code := merge.ProcessState.ExitCode(); code != 75 || named == nil {
		t.Fatalf("a merge without %d tasks ends with code %d (%v):\n%s", cancelled, code, err, out)
	}
	missing := string(named[1]) // as sbatch takes it
	for index, kind := range hit {
		if asked := within(t, missing, index); asked != (kind == "cancel") {
			t.Errorf("task %d (%s): to be run again: %t", index, kind, asked)
		}
	}
	again := c.command("sbatch", "--array="+missing, "study.slurm.sh")
	again.Dir = b.folder
	second := jobOf(t, c.run(again))
	until(t, running, "the tasks that were missing have ended", c.quiet)

	c.run(b.arago("merge", "study.toml", "--no-picture"))
	if !bytes.Equal(b.read(t, "study.fits"), b.read(t, "local.fits")) {
		t.Error("the merged file differs from that of a local run")
	}
	// What was done before a task was killed has been kept.
	for index, kind := range hit {
		job := array
		if kind == "cancel" {
			job = second
		}
		log := b.read(t, fmt.Sprintf("arago-study-%s_%d.log", job, index))
		if m := regexp.MustCompile(`done +(\d+) cases computed, (\d+) were there`).FindSubmatch(log); m == nil || string(m[1]) == "0" || string(m[2]) == "0" {
			t.Errorf("task %d was killed among its cases (%s), and its log says\n%s", index, kind, log)
		}
	}
	agree(t, b, c, array, hit)
}

// within says whether ranges, as in 0-18,23, hold an index.
func within(t *testing.T, ranges string, index int) bool {
	for text := range strings.SplitSeq(ranges, ",") {
		from, to, isRange := strings.Cut(text, "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil {
			t.Fatalf("%q holds no ranges of tasks", ranges)
		}
		if first <= index && index <= last {
			return true
		}
	}
	return false
}

// strike does to a task what happens on clusters, and says whether it could be done.
func (c *cluster) strike(kind, array string, index int, task task) bool {
	name := fmt.Sprintf("%s_%d", array, index)
	switch kind {
	case "requeue": // as for a more urgent job, or before a node is drained
		return c.command("scontrol", "requeue", name).Run() == nil
	case "cancel": // the task is gone, and nobody runs it again
		return c.command("scancel", "--signal=KILL", name).Run() == nil
	}
	// The program alone, as the kernel does when memory runs out.
	out, err := c.command("scontrol", "listpids", task.job).Output()
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(out)) {
		var pid int
		if _, err := fmt.Sscan(line, &pid); err != nil {
			continue
		}
		if comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); string(comm) == "arago\n" {
			return syscall.Kill(pid, syscall.SIGKILL) == nil
		}
	}
	return false
}

// agree holds the memory that Slurm has accounted for against what was predicted.
func agree(t *testing.T, b bench, c *cluster, array string, hit map[int]string) {
	t.Helper()
	used := c.memory()
	tasks := c.tasks(array)
	least, most := math.Inf(1), 0.0
	for index := range arrayTasks {
		if hit[index] != "" {
			continue // its time was cut in pieces
		}
		plan := b.arago("sweep", "study.toml", "--plan", "--json", "--workers", "1",
			"--task-index", fmt.Sprint(index), "--task-count", fmt.Sprint(arrayTasks))
		out, err := plan.Output()
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			Memory int64 `json:"predicted_memory"`
		}
		if err := json.Unmarshal(out, &said); err != nil || said.Memory == 0 {
			t.Fatalf("%v\n%s", err, out)
		}
		got, ok := used[tasks[index].job]
		if !ok {
			t.Errorf("Slurm has no account of task %d (job %s)", index, tasks[index].job)
			continue
		}
		ratio := float64(got) / float64(said.Memory)
		least, most = min(least, ratio), max(most, ratio)
		if ratio < 0.75 || ratio > 1.25 {
			t.Errorf("task %d: Slurm has accounted for %d MiB, predicted were %d MiB", index, got>>20, said.Memory>>20)
		}
	}
	t.Logf("memory that Slurm has accounted for: %.2f to %.2f of what was predicted", least, most)
}

// A task has as many threads as its script asks for processors, by the affinity that
// Slurm gives it.
func TestATaskKeepsToTheProcessorsThatSlurmGrants(t *testing.T) {
	b, c := newBench(t), startCluster(t)
	out := filepath.Join(b.folder, "doctor.json")
	cmd := c.command("sbatch", "--wait", "--cpus-per-task=1", "--mem=200M", "--output="+out, "--wrap="+b.program+" doctor --json")
	cmd.Dir = b.folder
	c.run(cmd)
	var said struct {
		CPU struct {
			Usable   int `json:"usable"`
			Affinity int `json:"affinity"`
		} `json:"cpu"`
	}
	if err := json.Unmarshal(b.read(t, "doctor.json"), &said); err != nil {
		t.Fatal(err)
	}
	if said.CPU.Usable != 1 || said.CPU.Affinity != 1 {
		t.Errorf("one processor was granted, and arago doctor sees %d by affinity and uses %d", said.CPU.Affinity, said.CPU.Usable)
	}
}
