//go:build slurm

package submit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cluster is a Slurm with one node, this machine, in a folder of its own. It listens on
// the loopback only and ends with the test; scripts/slurm.sh ends what a killed test has
// left.
type cluster struct {
	t      *testing.T
	folder string
	env    []string
}

// slurmFolder is where clusters live; scripts/slurm.sh knows it.
const slurmFolder = "../../build/slurm"

// settling bounds how long is waited for what must happen soon, and running for the end
// of a whole array.
const (
	settling = 60 * time.Second
	running  = 5 * time.Minute
)

// until waits for a condition that daemons of others bring about.
func until(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v still not: %s", limit, what)
		}
	}
}

// startCluster starts munged, slurmctld and slurmd.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	for _, program := range []string{"munged", "slurmctld", "slurmd", "sbatch"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is not on this machine; run scripts/slurm.sh, which installs it", program)
		}
	}
	folder, err := filepath.Abs(slurmFolder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"munge", "state", "node"} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c := &cluster{t: t, folder: folder, env: append(os.Environ(), "SLURM_CONF="+filepath.Join(folder, "slurm.conf"))}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	key := make([]byte, 128)
	rand.Read(key)
	c.write("munge/key", string(key), 0o600)
	c.write("jobs", "", 0o600)
	// No control groups, which a container may not have: processes are followed by
	// their parents, processors are bound by affinity, memory is read from /proc.
	c.write("slurm.conf", fmt.Sprintf(`ClusterName=arago
SlurmctldHost=%[1]s(127.0.0.1)
SlurmctldPort=%[2]d
SlurmdPort=%[3]d
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=%[4]s/munge/socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
DebugFlags=JobAccountGather
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=%[4]s/jobs
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/builtin
StateSaveLocation=%[4]s/state
SlurmdSpoolDir=%[4]s/node
SlurmctldPidFile=%[4]s/slurmctld.pid
SlurmdPidFile=%[4]s/slurmd.pid
SlurmctldLogFile=%[4]s/slurmctld.log
SlurmdLogFile=%[4]s/slurmd.log
SlurmctldDebug=info
SlurmdDebug=verbose
KillWait=2
MinJobAge=3600
ReturnToService=2
MailProg=/bin/true
NodeName=%[1]s NodeAddr=127.0.0.1 CPUs=%[5]d RealMemory=%[6]d State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`, host, freePort(t), freePort(t), folder, runtime.NumCPU(), freeMemory(t)), 0o644)
	munge := filepath.Join(folder, "munge")
	c.start("munged", "-F", "--force", "--key-file="+munge+"/key", "--socket="+munge+"/socket",
		"--pid-file="+munge+"/pid", "--seed-file="+munge+"/seed", "--log-file="+munge+"/log")
	until(t, settling, "munged takes connections", func() bool {
		connection, err := net.Dial("unix", munge+"/socket")
		if err == nil {
			connection.Close()
		}
		return err == nil
	})
	c.start("slurmctld", "-D", "-i")
	c.start("slurmd", "-D")
	until(t, settling, "the node is idle", func() bool {
		out, err := c.command("sinfo", "-h", "-o", "%T").Output()
		return err == nil && strings.TrimSpace(string(out)) == "idle"
	})
	// Jobs end before the daemons do.
	t.Cleanup(func() {
		c.command("scancel", "--user=root").Run()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if out, err := c.command("squeue", "-h").Output(); err != nil || len(bytes.TrimSpace(out)) == 0 {
				return
			}
		}
	})
	return c
}

func (c *cluster) write(name, text string, mode fs.FileMode) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(text), mode); err != nil {
		c.t.Fatal(err)
	}
}

// start starts a daemon in the foreground, and ends it with the test.
func (c *cluster) start(name string, args ...string) {
	c.t.Helper()
	log, err := os.Create(filepath.Join(c.folder, name+".out"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = c.env, c.folder, log, log
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait()
	}()
	c.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-ended
		}
	})
}

// command returns a command of Slurm's, or one that calls some.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = c.env
	return cmd
}

// run runs a command that must succeed and returns what it says.
func (c *cluster) run(cmd *exec.Cmd) string {
	c.t.Helper()
	cmd.Env = c.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return string(out)
}

// task is what Slurm says of a task of an array.
type task struct {
	job, state string // its own number; PENDING, RUNNING, COMPLETED, …
}

// tasks returns the tasks of an array by their index; those that were never apart from
// the others are not among them.
func (c *cluster) tasks(array string) map[int]task {
	c.t.Helper()
	found := map[int]task{}
	out, err := c.command("scontrol", "--oneliner", "show", "job", array).Output()
	if err != nil {
		return found // the controller is busy
	}
	for line := range strings.Lines(string(out)) {
		fields := map[string]string{}
		for _, f := range strings.Fields(line) {
			if name, value, ok := strings.Cut(f, "="); ok {
				fields[name] = value
			}
		}
		if index, err := strconv.Atoi(fields["ArrayTaskId"]); err == nil {
			found[index] = task{fields["JobId"], fields["JobState"]}
		}
	}
	return found
}

// quiet says whether nothing waits or runs.
func (c *cluster) quiet() bool {
	out, err := c.command("squeue", "-h").Output()
	return err == nil && len(bytes.TrimSpace(out)) == 0
}

var accounted = regexp.MustCompile(`\[(\d+)\.batch\].* mem size/max \d+/(\d+) `)

// memory returns the largest resident set of each job, in bytes, as Slurm's plugin for
// accounting has sampled it.
func (c *cluster) memory() map[string]int64 {
	c.t.Helper()
	log, err := os.ReadFile(filepath.Join(c.folder, "slurmd.log"))
	if err != nil {
		c.t.Fatal(err)
	}
	most := map[string]int64{}
	for _, m := range accounted.FindAllStringSubmatch(string(log), -1) {
		n, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			c.t.Fatal(err)
		}
		most[m[1]] = max(most[m[1]], n)
	}
	return most
}

// freePort returns a port of the loopback that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// freeMemory is what the node has for jobs, in MiB: half of what is available.
func freeMemory(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "MemAvailable:" {
			kib, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			return kib / 2048
		}
	}
	t.Fatal(errors.New("/proc/meminfo does not say how much memory is available"))
	return 0
}
