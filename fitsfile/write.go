package fitsfile

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"arago/internal/atomicfile"
)

// Write writes a FITS file of the given units; the first is the primary one. A
// file that stood at path is replaced in one step once the new one is whole and
// on the disk. After an error it is there as it was, and nothing else is.
//
// Headers hold printable ASCII: any other character is written as "?". Blanks
// at the end of strings carry no meaning in FITS and are dropped. Samples too
// large for single precision, where it is asked for, become infinite.
func Write(path string, hdus ...HDU) error {
	// All that can be wrong with the units is found before the disk is touched.
	headers, err := formatHeaders(path, hdus)
	if err != nil {
		return err
	}
	err = atomicfile.Replace(path, func(w io.Writer) error { return writeUnits(w, headers, hdus) })
	if err != nil {
		return systemError(path, "cannot be written", err)
	}
	return nil
}

// Encode writes the same bytes as [Write] to w; messages call them name.
func Encode(w io.Writer, name string, hdus ...HDU) error {
	headers, err := formatHeaders(name, hdus)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(w)
	if err := writeUnits(buffered, headers, hdus); err != nil {
		return systemError(name, "cannot be written", err)
	}
	if err := buffered.Flush(); err != nil {
		return systemError(name, "cannot be written", err)
	}
	return nil
}

func writeUnits(w io.Writer, headers []string, hdus []HDU) error {
	for i, h := range hdus {
		if _, err := io.WriteString(w, headers[i]); err != nil {
			return err
		}
		if err := encode(w, h.Data, h.Single); err != nil {
			return err
		}
	}
	return nil
}

// formatHeaders checks all units and returns their headers as they are written.
func formatHeaders(name string, hdus []HDU) ([]string, error) {
	if len(hdus) == 0 {
		return nil, &Error{File: name, HDU: -1, Problem: "cannot be written: a FITS file needs at least one HDU", Err: ErrNoImage}
	}
	headers := make([]string, len(hdus))
	for i, h := range hdus {
		header, err := formatHeader(h, i == 0, len(hdus) > 1)
		if n := samples(h.Shape); err == nil && n != len(h.Data) {
			err = fmt.Errorf("its shape %s needs %d samples, but it has %d", shapeString(h.Shape), n, len(h.Data))
		}
		if err != nil {
			return nil, &Error{File: name, HDU: i, Name: h.Name, Problem: "cannot be written: " + err.Error(), Err: ErrHeader}
		}
		headers[i] = header
	}
	return headers, nil
}

// formatHeader returns the header of a unit in whole blocks: the cards of the
// layout in the order that FITS 4.0 prescribes (§4.4.1), the name, the rest.
func formatHeader(h HDU, primary, extended bool) (string, error) {
	if len(h.Shape) != 0 && len(h.Shape) != 2 && len(h.Shape) != 3 {
		return "", fmt.Errorf("it has %d axes; it must have 2 or 3, or none and no data", len(h.Shape))
	}
	for _, n := range h.Shape {
		if n < 1 {
			return "", fmt.Errorf("its shape is %s; all axes must be at least 1", shapeString(h.Shape))
		}
	}
	bitpix := -64
	switch {
	case len(h.Shape) == 0:
		bitpix = 8 // what is customary where there are no data
	case h.Single:
		bitpix = -32
	}
	cards := []Card{{"SIMPLE", true, "conforms to the FITS standard"}}
	if !primary {
		cards = []Card{{"XTENSION", "IMAGE", "image extension"}}
	}
	cards = append(cards,
		Card{"BITPIX", bitpix, "bits per sample; negative: real numbers"},
		Card{"NAXIS", len(h.Shape), "number of axes"})
	for i := range h.Shape {
		cards = append(cards, Card{"NAXIS" + strconv.Itoa(i+1), h.Shape[len(h.Shape)-1-i], ""})
	}
	switch {
	case !primary:
		cards = append(cards, Card{"PCOUNT", 0, ""}, Card{"GCOUNT", 1, ""})
	case extended:
		cards = append(cards, Card{"EXTEND", true, "extensions follow"})
	}
	if h.Name != "" {
		cards = append(cards, Card{"EXTNAME", h.Name, ""})
	}
	for _, c := range h.Header.cards {
		if isLayout(c.Key) {
			return "", fmt.Errorf("%s is written by itself and cannot be set", c.Key)
		}
		cards = append(cards, c)
	}
	return formatCards(cards)
}

// formatCards returns a header of these cards, in whole blocks.
func formatCards(cards []Card) (string, error) {
	var b strings.Builder
	for _, c := range cards {
		line, err := formatCard(c)
		if err != nil {
			return "", err
		}
		b.WriteString(line)
	}
	fmt.Fprintf(&b, "%-80s", "END")
	b.WriteString(strings.Repeat(" ", Padding(int64(b.Len()))))
	return b.String(), nil
}
