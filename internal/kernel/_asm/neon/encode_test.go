package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var assembler = flag.String("assembler", "", "prefix of GNU binutils for arm64, as in aarch64-linux-gnu-: compare with it, and write testdata anew")

const encodings = "testdata/encodings.txt"

// encoded returns each instruction that the encoder knows, on several
// registers, with its encoding.
func encoded() map[string]uint32 {
	all := map[string]uint32{}
	put := func(word uint32, text string) { all[text] = word }
	for _, r := range [][3]int{{0, 1, 2}, {31, 30, 29}, {21, 10, 5}, {8, 16, 24}} {
		for _, t := range []*arrangement{double, single} {
			for op := range threeRegisters {
				put(encode3(op, t, r[0], r[1], r[2]))
			}
			for op := range byElement {
				for lane := range t.lanes {
					put(encodeElement(op, t, r[0], r[1], r[2], lane))
				}
			}
			for op := range twoRegisters {
				put(encode2(op, t, r[0], r[1]))
			}
			put(encodeIsZero(t, r[0], r[1]))
		}
		for op := range conversions {
			put(encodeConversion(op, r[0], r[1]))
		}
		put(encodeWithout(r[0], r[1], r[2]))
		put(encodeStore(r[0], r[1]%26, r[2]%26))
	}
	return all
}

// The file of encodings is what GNU's assembler made of the same instructions.
func TestEveryEncodingIsThatOfAnotherAssembler(t *testing.T) {
	want := map[string]uint32{}
	if *assembler != "" {
		want = assembled(t, slices.Sorted(maps.Keys(encoded())))
		var file strings.Builder
		for _, text := range slices.Sorted(maps.Keys(want)) {
			fmt.Fprintf(&file, "%08x %s\n", want[text], text)
		}
		if err := os.WriteFile(encodings, []byte(file.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else {
		file, err := os.ReadFile(encodings)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(file)) {
			var word uint32
			if _, err := fmt.Sscanf(line, "%x", &word); err != nil {
				t.Fatal(err)
			}
			_, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			want[text] = word
		}
	}
	got := encoded()
	for text, word := range got {
		if w, ok := want[text]; !ok || w != word {
			t.Errorf("%s is %08x, the other assembler's %08x", text, word, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d instructions, the other assembler's %d", len(got), len(want))
	}
}

// With -assembler, all words of the kernels are compared, not only the samples.
func TestEveryWordOfTheKernelsIsWhatItsCommentSays(t *testing.T) {
	words := map[string]uint32{}
	for _, f := range kernels() {
		for line := range strings.Lines(f.assembly.String()) {
			line, ok := strings.CutPrefix(strings.TrimSpace(line), "WORD $")
			if !ok {
				continue
			}
			var word uint32
			if _, err := fmt.Sscanf(line, "0x%x", &word); err != nil {
				t.Fatal(err)
			}
			_, text, _ := strings.Cut(line, " // ")
			if w, ok := words[text]; ok && w != word {
				t.Errorf("%s is both %08x and %08x", text, w, word)
			}
			words[text] = word
		}
	}
	if len(words) < 1000 {
		t.Fatalf("only %d different words", len(words))
	}
	if *assembler == "" {
		return
	}
	for text, w := range assembled(t, slices.Sorted(maps.Keys(words))) {
		if words[text] != w {
			t.Errorf("%s is %08x, the other assembler's %08x", text, words[text], w)
		}
	}
}

// assembled returns what GNU's assembler makes of instructions.
func assembled(t *testing.T, texts []string) map[string]uint32 {
	folder := t.TempDir()
	source, object, binaryFile := filepath.Join(folder, "a.s"), filepath.Join(folder, "a.o"), filepath.Join(folder, "a.bin")
	if err := os.WriteFile(source, []byte(strings.Join(texts, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"as", "-o", object, source}, {"objcopy", "-O", "binary", "-j", ".text", object, binaryFile}} {
		if out, err := exec.Command(*assembler+args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	code, err := os.ReadFile(binaryFile)
	if err != nil {
		t.Fatal(err)
	}
	words := make([]uint32, len(texts))
	if err := binary.Read(bytes.NewReader(code), binary.LittleEndian, words); err != nil {
		t.Fatal(err)
	}
	all := map[string]uint32{}
	for i, text := range texts {
		all[text] = words[i]
	}
	return all
}

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	folder := t.TempDir()
	if err := generate(folder); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		want, err := os.ReadFile(filepath.Join(folder, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../../neon", n.Name()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the program writes (%v): run go generate", n.Name(), err)
		}
	}
}
