package submit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// stage is a part of a Containerfile, from one FROM to the next.
type stage struct {
	base, name string
	steps      [][2]string // instruction and the rest of its line
}

func stages(t *testing.T, file string) []stage {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []stage
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		instruction, rest, _ := strings.Cut(line, " ")
		if instruction == "FROM" {
			base, name, _ := strings.Cut(rest, " AS ")
			list = append(list, stage{base: base, name: name})
			continue
		}
		if len(list) == 0 {
			t.Fatalf("%s: %s comes before FROM", file, instruction)
		}
		last := &list[len(list)-1]
		last.steps = append(last.steps, [2]string{instruction, rest})
	}
	return list
}

// sources are the files that .containerignore lets into the build.
func sources(t *testing.T, root string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".containerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var names, endings []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line == "*" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "!**/*."):
			endings = append(endings, strings.TrimPrefix(line, "!**/*"))
		case strings.HasPrefix(line, "!") && !strings.ContainsAny(line, "*/"):
			names = append(names, line[1:])
		default:
			t.Fatalf(".containerignore: this test does not know %q", line)
		}
	}
	var files []string
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && (entry.Name() == "build" || strings.HasPrefix(entry.Name(), ".")) {
			return filepath.SkipDir
		}
		name, err := filepath.Rel(root, path)
		if err == nil && entry.Type().IsRegular() && (slices.Contains(names, name) || slices.Contains(endings, filepath.Ext(name))) {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The Containerfile's steps are done one by one, each stage's root being a folder; the
// program then runs with the last stage as all there is: no libc, no shell, no /tmp.
func TestTheContainerHoldsTheProgramAlone(t *testing.T) {
	root := filepath.Join("..", "..")
	list := stages(t, filepath.Join(root, "Containerfile"))
	if len(list) != 2 || list[0].name != "build" || list[1].base != "scratch" {
		t.Fatalf("the Containerfile has the stages %v; there must be one that builds, and scratch", list)
	}
	roots := map[string]string{}
	var image, workdir, user string
	var entry []string
	for _, s := range list {
		folder, at := t.TempDir(), "/"
		roots[s.name] = folder
		for _, step := range s.steps {
			switch words := strings.Fields(step[1]); step[0] {
			case "WORKDIR":
				at = step[1]
				if err := os.MkdirAll(filepath.Join(folder, at), 0o755); err != nil {
					t.Fatal(err)
				}
			case "COPY":
				from, source := root, words[0]
				if name, ok := strings.CutPrefix(source, "--from="); ok {
					from, words = roots[name], words[1:]
					source = words[0]
				}
				to := filepath.Join(folder, path.Join(at, words[1]))
				if source == "." {
					for _, name := range sources(t, from) {
						copyFile(t, filepath.Join(from, name), filepath.Join(to, name))
					}
				} else {
					copyFile(t, filepath.Join(from, source), to)
				}
			case "RUN":
				// The folder stands for the root of the stage, whose tools are this machine's.
				command := strings.ReplaceAll(step[1], " /", " "+folder+"/")
				build := exec.Command("sh", "-c", command)
				build.Dir = filepath.Join(folder, at)
				build.Env = append(os.Environ(), "GOFLAGS=")
				if out, err := build.CombinedOutput(); err != nil {
					t.Fatalf("RUN %s: %v\n%s", command, err, out)
				}
			case "USER":
				user = step[1]
			case "ENTRYPOINT":
				if err := json.Unmarshal([]byte(step[1]), &entry); err != nil {
					t.Fatalf("ENTRYPOINT %s: %v", step[1], err)
				}
			default:
				t.Fatalf("this test does not know %s", step[0])
			}
		}
		image, workdir = folder, at
	}

	var held []string
	err := filepath.WalkDir(image, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			held = append(held, strings.TrimPrefix(name, image))
		}
		return err
	})
	if err != nil || !slices.Equal(held, []string{"/arago"}) {
		t.Errorf("the image holds %v (%v), not the program alone", held, err)
	}
	if workdir != containerFolder {
		t.Errorf("the program works in %s, and manifests mount the study at %s", workdir, containerFolder)
	}
	var uid, gid uint32
	if _, err := fmt.Sscanf(user, "%d:%d", &uid, &gid); err != nil || uid == 0 {
		t.Fatalf("USER %s: it must be numbers, as there is no /etc/passwd, and not root", user)
	}

	if os.Getuid() != 0 {
		t.Skip("only root may change the root folder; the program was built, and not run alone")
	}
	// What a volume would hold.
	for _, name := range []string{"study.toml", "telescope.toml"} {
		copyFile(t, filepath.Join("testdata", "slurm", name), filepath.Join(image, containerFolder, name))
	}
	if err := os.Chown(filepath.Join(image, containerFolder), int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	inside := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(entry[0], append(entry[1:], args...)...)
		cmd.Dir, cmd.Env = containerFolder, []string{}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: image, Credential: &syscall.Credential{Uid: uid, Gid: gid}}
		out, err := cmd.CombinedOutput()
		if errors.Is(err, syscall.EPERM) {
			t.Skipf("this machine lets nobody change the root folder (%v); the program was built, and not run alone", err)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	if said := inside("version"); !strings.HasPrefix(said, "arago ") {
		t.Errorf("arago version says %q", said)
	}
	if said := inside("sweep", "study.toml", "--task-index", "0", "--task-count", "480", "--no-picture"); !strings.Contains(said, "1 cases computed") {
		t.Errorf("arago sweep says %q", said)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, info.Mode().Perm())
	}
	if err != nil {
		t.Fatal(err)
	}
}
