package submit

import (
	"fmt"
	"strconv"
	"strings"
)

// script is a shell script under construction.
type script struct{ strings.Builder }

func (s *script) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// comment writes lines of a comment.
func comment(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(strings.TrimRight("# "+l, " ") + "\n")
	}
	return b.String()
}

// Quoted writes a word for the shell.
func Quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:,+@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// command writes the command with the task that it is, in the folder of the study; index
// is what the shell makes the index of. A folder that is not there may be one that is not
// mounted yet (75 of sysexits.h: a temporary failure).
func (j Job) command(index string) string {
	var words []string
	for _, w := range j.Command {
		words = append(words, Quoted(w))
	}
	words = append(words, "--task-index", `"`+index+`"`, "--task-count", strconv.Itoa(j.Tasks))
	return fmt.Sprintf("(cd %s || exit 75; exec %s)", Quoted(j.Folder), strings.Join(words, " "))
}

// never writes the codes with which nothing is tried again, as a pattern of the shell.
func (j Job) never() string {
	pattern := "0"
	for _, code := range j.Never {
		pattern += " | " + strconv.Itoa(code)
	}
	return pattern
}

// attempts writes a loop that runs the command again where that may help, for engines
// that would not do it by the exit code.
func (s *script) attempts(j Job, index string) {
	s.line("")
	s.line("# Again after a minute, where that may help. Cases that are done are not computed again.")
	s.line("left=%d", j.Retries)
	s.line("while :; do")
	s.line("\t%s", j.command(index))
	s.line("\tcode=$?")
	s.line("\tcase $code in")
	s.line("\t%s) exit $code ;; # done, or it would fail again", j.never())
	s.line("\tesac")
	s.line("\t[ $left -gt 0 ] || exit $code")
	s.line("\tleft=$((left - 1))")
	s.line(`	echo "ended with code $code; trying again, $left times more after that" >&2`)
	s.line("\tsleep 60")
	s.line("done")
}
