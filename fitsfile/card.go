package fitsfile

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	blockSize = 2880
	cardSize  = 80
	// maxString is the longest string, quotes doubled, that one card holds.
	maxString = cardSize - 10 - 2
)

// parseCard reads one card of 80 bytes. Bytes that may not stand in a header
// are read as question marks.
func parseCard(b []byte) Card {
	ascii := bytes.Clone(b)
	for i, c := range ascii {
		if c < ' ' || c > '~' {
			ascii[i] = '?'
		}
	}
	line := string(ascii)
	key := strings.TrimRight(line[:8], " ")
	switch {
	case isCommentary(key):
		return Card{Key: key, Value: strings.TrimRight(line[8:], " ")}
	case key == "CONTINUE":
		value, comment := parseValue(line[8:])
		return Card{Key: key, Value: value, Comment: comment}
	case line[8:10] == "= ":
		value, comment := parseValue(line[10:])
		return Card{Key: key, Value: value, Comment: comment}
	case key == "HIERARCH":
		// The convention of ESO: the key may be long and ends at the equals sign.
		if name, rest, ok := strings.Cut(line, "="); ok {
			value, comment := parseValue(rest)
			return Card{Key: strings.TrimSpace(name), Value: value, Comment: comment}
		}
	}
	return Card{Key: key, Comment: strings.TrimSpace(line[8:])}
}

// parseValue splits what follows the value indicator into value and comment. A
// value that is no string, logical or real number is kept as its text.
func parseValue(s string) (value any, comment string) {
	s = strings.TrimLeft(s, " ")
	if strings.HasPrefix(s, "'") {
		text, rest := parseString(s[1:])
		_, comment, _ = strings.Cut(rest, "/")
		return text, strings.TrimSpace(comment)
	}
	token, comment, _ := strings.Cut(s, "/")
	token = strings.TrimSpace(token)
	comment = strings.TrimSpace(comment)
	switch token {
	case "":
		return nil, comment
	case "T":
		return true, comment
	case "F":
		return false, comment
	}
	if n, err := strconv.Atoi(token); err == nil {
		return n, comment
	}
	// ParseFloat would also take names of infinities and hexadecimal digits,
	// and does not know the exponent letter D.
	if strings.Trim(token, "+-.0123456789EeDd") == "" {
		if x, err := strconv.ParseFloat(strings.NewReplacer("D", "E", "d", "e").Replace(token), 64); err == nil {
			return x, comment
		}
	}
	return token, comment
}

// parseString reads a string up to its closing quote; a doubled quote stands
// for one. Blanks at the end carry no meaning in FITS.
func parseString(s string) (text, rest string) {
	var b strings.Builder
	for {
		before, after, closed := strings.Cut(s, "'")
		b.WriteString(before)
		s = after
		if !closed || !strings.HasPrefix(s, "'") {
			return strings.TrimRight(b.String(), " "), s
		}
		b.WriteByte('\'')
		s = s[1:]
	}
}

// formatCard returns a card as one or more lines of 80 characters.
func formatCard(c Card) (string, error) {
	if isCommentary(c.Key) {
		return formatCommentary(c)
	}
	if len(c.Key) > 8 || strings.Trim(c.Key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return "", fmt.Errorf("%q cannot be a keyword: it must have 1 to 8 characters A–Z, 0–9, - or _", c.Key)
	}
	var value string
	switch v := c.Value.(type) {
	case nil:
	case bool:
		value = "F"
		if v {
			value = "T"
		}
	case int:
		value = strconv.Itoa(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", fmt.Errorf("the value of %s is %v; a FITS header holds finite numbers only", c.Key, v)
		}
		value = formatFloat(v)
	case string:
		return formatString(c.Key, v, c.Comment), nil
	default:
		return "", fmt.Errorf("the value of %s is a %T; it must be a bool, an int, a float64 or a string", c.Key, v)
	}
	return finish(fmt.Sprintf("%-8s= %20s", c.Key, value), c.Comment), nil
}

// formatFloat writes the shortest number that reads back as v, with a decimal
// point, which tells a real number from a whole one.
func formatFloat(v float64) string {
	s := strconv.FormatFloat(v, 'G', -1, 64)
	if strings.Contains(s, ".") {
		return s
	}
	mantissa, exponent, scientific := strings.Cut(s, "E")
	if scientific {
		return mantissa + ".0E" + exponent
	}
	return s + ".0"
}

// formatString writes a string value, continued on CONTINUE cards where it is
// long (FITS 4.0, §4.2.1.2): every part but the last ends in an ampersand.
func formatString(key, value, comment string) string {
	text := strings.ReplaceAll(strings.TrimRight(printable(value), " "), "'", "''")
	start := fmt.Sprintf("%-8s= ", key)
	var lines strings.Builder
	for len(text) > maxString {
		n := maxString - 1
		// A doubled quote must not be cut in two.
		if quotes := n - len(strings.TrimRight(text[:n], "'")); quotes%2 == 1 {
			n--
		}
		lines.WriteString(finish(start+"'"+text[:n]+"&'", ""))
		start, text = "CONTINUE  ", text[n:]
	}
	lines.WriteString(finish(fmt.Sprintf("%s%-20s", start, fmt.Sprintf("'%-8s'", text)), comment))
	return lines.String()
}

func formatCommentary(c Card) (string, error) {
	text, ok := c.Value.(string)
	if !ok {
		return "", fmt.Errorf("the text of a %q card is a %T; it must be a string", c.Key, c.Value)
	}
	var lines strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		line = printable(line)
		for len(line) > cardSize-8 {
			fmt.Fprintf(&lines, "%-8s%s", c.Key, line[:cardSize-8])
			line = line[cardSize-8:]
		}
		fmt.Fprintf(&lines, "%-8s%-72s", c.Key, line)
	}
	return lines.String(), nil
}

// finish adds the comment, as much of it as fits, and fills the card.
func finish(line, comment string) string {
	if comment != "" {
		line += " / " + printable(comment)
	}
	return fmt.Sprintf("%-80s", line[:min(len(line), cardSize)])
}

// printable replaces what may not stand in a FITS header, which is all but the
// printable characters of ASCII, by a question mark.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
