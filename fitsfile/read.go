package fitsfile

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxHeaderBlocks bounds the header of one unit, to 36 864 cards: a large file
// that lacks an END card is not kept in memory in search of one.
const maxHeaderBlocks = 1024

// File is an open FITS file: the headers of its units, and access to their data.
type File struct {
	name   string
	r      io.ReaderAt
	size   int64
	closer io.Closer
	units  []unit
}

// unit is an HDU and where its data lie.
type unit struct {
	HDU          // without Data; Shape is empty unless it can be read as an image
	kind  string // "image", or what else the unit is, for messages
	start int64  // offset of the data
	bytes int64  // length of the data without padding
	// rows and rowBytes are the size of a binary table.
	rows, rowBytes int
	coding
}

// Open opens the FITS file at path and reads its headers.
func Open(path string) (*File, error) {
	// Looked at before it is opened: opening a named pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, systemError(path, "cannot be read", err)
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{File: path, HDU: -1, Problem: "is not a regular file", Err: ErrNotFITS}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, systemError(path, "cannot be read", err)
	}
	f, err := New(file, info.Size(), path)
	if err != nil {
		file.Close()
		return nil, err
	}
	f.closer = file
	return f, nil
}

// New reads the headers of the FITS file that r holds in size bytes; messages
// call it name.
func New(r io.ReaderAt, size int64, name string) (*File, error) {
	f := &File{name: name, r: r, size: size}
	for offset := int64(0); ; {
		u, err := f.readUnit(offset)
		if err != nil {
			return nil, err
		}
		if u == nil {
			return f, nil
		}
		f.units = append(f.units, *u)
		offset = u.start + (u.bytes+blockSize-1)/blockSize*blockSize
	}
}

// Close closes the file.
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}

// HDUs returns all units of the file in order, without their data. Units that
// do not hold an image of two or three axes have no Shape.
func (f *File) HDUs() []HDU {
	hdus := make([]HDU, len(f.units))
	for i := range f.units {
		hdus[i] = f.units[i].empty()
	}
	return hdus
}

// Find returns the number of the unit that ext means: its name (EXTNAME, in
// capitals or not), its number counted from 0, or, if ext is empty, the first
// unit that holds an image.
func (f *File) Find(ext string) (int, error) {
	found := slices.IndexFunc(f.units, func(u unit) bool {
		if ext == "" {
			return len(u.Shape) > 0
		}
		return strings.EqualFold(u.Name, ext)
	})
	if found >= 0 {
		return found, nil
	}
	if i, err := strconv.Atoi(ext); err == nil && i >= 0 && i < len(f.units) {
		return i, nil
	}
	problem := fmt.Sprintf("has no HDU %q; it has %s", ext, f.contents())
	if ext == "" {
		problem = "holds no image of two or three axes; it has " + f.contents()
	}
	return 0, &Error{File: f.name, HDU: -1, Problem: problem, Err: ErrNoImage}
}

// contents lists the units, for messages.
func (f *File) contents() string {
	const most = 8
	var list []string
	for i, u := range f.units[:min(most, len(f.units))] {
		s := fmt.Sprintf("HDU %d", i)
		if u.Name != "" {
			s += " " + u.Name
		}
		list = append(list, s+" ("+u.kind+")")
	}
	if len(f.units) > most {
		list = append(list, fmt.Sprintf("%d more", len(f.units)-most))
	}
	return strings.Join(list, ", ")
}

// Image reads unit i with all its samples.
func (f *File) Image(i int) (HDU, error) {
	u, err := f.image(i)
	if err != nil {
		return HDU{}, err
	}
	return f.load(i, u.empty(), 0)
}

// Plane reads one plane of a cube, or plane 0 of an image, as an image. Only
// the bytes of that plane are read.
func (f *File) Plane(i, plane int) (HDU, error) {
	u, err := f.image(i)
	if err != nil {
		return HDU{}, err
	}
	planes := 1
	hdu := u.empty()
	if len(u.Shape) == 3 {
		planes, hdu.Shape = u.Shape[0], hdu.Shape[1:]
	}
	if plane < 0 || plane >= planes {
		return HDU{}, f.fail(i, u.Name, ErrNoImage, "has no plane %d; its %d planes are counted from 0", plane, planes)
	}
	return f.load(i, hdu, plane*samples(hdu.Shape))
}

// Read reads all units of the file at path that hold images or cubes.
func Read(path string) ([]HDU, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Find(""); err != nil {
		return nil, err
	}
	var hdus []HDU
	for i, u := range f.units {
		if len(u.Shape) == 0 {
			continue
		}
		hdu, err := f.Image(i)
		if err != nil {
			return nil, err
		}
		hdus = append(hdus, hdu)
	}
	return hdus, nil
}

func (u *unit) empty() HDU {
	hdu := u.HDU
	hdu.Header = u.Header.clone()
	hdu.Shape = slices.Clone(u.Shape)
	return hdu
}

// image returns unit i if it can be read as an image.
func (f *File) image(i int) (*unit, error) {
	if i < 0 || i >= len(f.units) {
		return nil, f.fail(-1, "", ErrNoImage, "has no HDU %d; it has %s", i, f.contents())
	}
	u := &f.units[i]
	if len(u.Shape) == 0 {
		return nil, f.fail(i, u.Name, ErrNoImage, "holds no image of two or three axes (%s)", u.kind)
	}
	return u, nil
}

// load fills hdu with the samples of unit i from sample first on.
func (f *File) load(i int, hdu HDU, first int) (HDU, error) {
	u := &f.units[i]
	n := samples(hdu.Shape)
	size := int64(u.size())
	r := io.NewSectionReader(f.r, u.start+int64(first)*size, int64(n)*size)
	hdu.Data = make([]float64, n)
	if err := u.decode(r, hdu.Data); err != nil {
		return HDU{}, f.fail(i, u.Name, err, "its data cannot be read: %v", err)
	}
	return hdu, nil
}

func (f *File) fail(hdu int, name string, kind error, format string, args ...any) *Error {
	return &Error{File: f.name, HDU: hdu, Name: name, Problem: fmt.Sprintf(format, args...), Err: kind}
}

// readUnit reads the header at offset. It returns nil where no further unit
// begins: what follows the last one is not FITS's concern (FITS 4.0, §3.5).
func (f *File) readUnit(offset int64) (*unit, error) {
	number := len(f.units)
	if number > 0 && offset >= f.size {
		return nil, nil
	}
	cards, end, err := f.readCards(offset)
	if cards == nil || err != nil {
		return nil, err
	}
	u := &unit{start: end}
	p := layoutParser{cards: cards}
	if name, ok := p.find("EXTNAME"); ok {
		u.Name, _ = name.Value.(string)
	}
	kind := "image"
	if number > 0 {
		kind, _ = cards[0].Value.(string)
	}
	p.parse(u, kind, f.size)
	if p.problem != "" {
		return nil, f.fail(number, u.Name, ErrHeader, "%s", p.problem)
	}
	if u.bytes > f.size-u.start {
		return nil, f.fail(number, u.Name, ErrTruncated,
			"its data take bytes %d to %d, but the file ends at byte %d: the file is truncated or the header is wrong",
			u.start, u.start+u.bytes, f.size)
	}
	// Of keys that repeat against the rules the first counts.
	seen := make(map[string]bool)
	for _, c := range cards {
		if isLayout(c.Key) || seen[c.Key] {
			continue
		}
		seen[c.Key] = !isCommentary(c.Key)
		u.Header.cards = append(u.Header.cards, c)
	}
	return u, nil
}

// readCards reads the cards of the header at offset, CONTINUE cards joined to
// those they continue, and returns where its data begin.
func (f *File) readCards(offset int64) (cards []Card, end int64, err error) {
	number := len(f.units)
	var list cardList
	block := make([]byte, blockSize)
	for n := range maxHeaderBlocks {
		if got, err := f.r.ReadAt(block, offset); got < blockSize {
			if err != io.EOF {
				return nil, 0, f.fail(number, "", err, "its header cannot be read: %v", err)
			}
			if n > 0 || begins(block[:got], number) {
				return nil, 0, f.fail(number, "", ErrTruncated, "the file ends at byte %d, inside a header: it is truncated", f.size)
			}
			clear(block[got:])
		}
		if n == 0 && !begins(block, number) {
			if number > 0 {
				return nil, 0, nil
			}
			problem := "is not a FITS file: it does not begin with SIMPLE = T"
			if bytes.HasPrefix(block, []byte{0x1f, 0x8b}) {
				problem = "is compressed by gzip; it must be unpacked first"
			}
			return nil, 0, f.fail(-1, "", ErrNotFITS, "%s", problem)
		}
		offset += blockSize
		for i := 0; i < blockSize; i += cardSize {
			c := parseCard(block[i : i+cardSize])
			if c.Key == "END" {
				list.finish()
				return list.cards, offset, nil
			}
			list.add(c)
		}
	}
	return nil, 0, f.fail(number, "", ErrHeader, "its header has no END within %d bytes", maxHeaderBlocks*blockSize)
}

// begins reports whether a block opens a unit: the primary one, or an extension.
func begins(block []byte, number int) bool {
	if len(block) < cardSize {
		return false
	}
	c := parseCard(block[:cardSize])
	if number == 0 {
		return c.Key == "SIMPLE" && c.Value == true
	}
	_, named := c.Value.(string)
	return c.Key == "XTENSION" && named
}

// cardList gathers the cards of a header and joins strings that are continued.
type cardList struct {
	cards []Card
	// text is the string of the last card if an ampersand at its end announces
	// a CONTINUE card.
	text   []byte
	joined bool // whether text is longer than the card's own string
}

func (l *cardList) add(c Card) {
	more, isString := c.Value.(string)
	if c.Key == "CONTINUE" && isString && len(l.text) > 0 {
		l.text = append(l.text[:len(l.text)-1], more...)
		l.joined = true
		if c.Comment != "" {
			l.cards[len(l.cards)-1].Comment = c.Comment
		}
		if !strings.HasSuffix(more, "&") {
			l.finish()
		}
		return
	}
	l.finish()
	l.cards = append(l.cards, c)
	if isString && !isCommentary(c.Key) && strings.HasSuffix(more, "&") {
		l.text = []byte(more)
	}
}

// finish gives the last card its whole string.
func (l *cardList) finish() {
	if l.joined {
		l.cards[len(l.cards)-1].Value = string(l.text)
	}
	l.text, l.joined = nil, false
}

// layoutParser reads the cards that describe the data and keeps the first
// problem it meets.
type layoutParser struct {
	cards   []Card
	problem string
}

func (p *layoutParser) find(key string) (Card, bool) { return Header{p.cards}.Get(key) }

func (p *layoutParser) fail(format string, args ...any) {
	if p.problem == "" {
		p.problem = fmt.Sprintf(format, args...)
	}
}

// whole returns the whole number of key, or missing if there is no such card.
func (p *layoutParser) whole(key string, missing int) int {
	c, ok := p.find(key)
	if !ok {
		return missing
	}
	v, ok := c.Value.(int)
	if !ok {
		p.fail("its %s is %v; it must be a whole number", key, c.Value)
	}
	return v
}

func (p *layoutParser) number(key string, missing float64) float64 {
	c, ok := p.find(key)
	if !ok {
		return missing
	}
	v, ok := Header{[]Card{c}}.Float(key)
	if !ok {
		p.fail("its %s is %v; it must be a number", key, c.Value)
	}
	return v
}

// parse fills in the layout of a unit. No size is trusted: what is larger than
// the file is refused before it is multiplied further.
func (p *layoutParser) parse(u *unit, kind string, fileSize int64) {
	const none = math.MinInt
	u.bitpix = p.whole("BITPIX", none)
	switch u.bitpix {
	case 8, 16, 32, 64, -32, -64:
	case none:
		p.fail("its header has no BITPIX")
	default:
		p.fail("its BITPIX is %d; it must be 8, 16, 32, 64, -32 or -64", u.bitpix)
	}
	u.Single = u.bitpix == -32
	naxis := p.whole("NAXIS", none)
	if naxis == none {
		p.fail("its header has no NAXIS")
	} else if naxis < 0 || naxis > 999 {
		p.fail("its NAXIS is %d; it must be 0 to 999", naxis)
	}
	if p.problem != "" {
		return
	}
	axes := make([]int, naxis)
	for i := range axes {
		key := "NAXIS" + strconv.Itoa(i+1)
		axes[i] = p.whole(key, none)
		if axes[i] == none {
			p.fail("its header has no %s", key)
		} else if axes[i] < 0 {
			p.fail("its %s is %d; it must not be negative", key, axes[i])
		}
	}
	pcount, gcount := p.whole("PCOUNT", 0), p.whole("GCOUNT", 1)
	if pcount < 0 || gcount < 0 {
		p.fail("its PCOUNT and GCOUNT are %d and %d; they must not be negative", pcount, gcount)
	}
	u.scale, u.zero = p.number("BSCALE", 1), p.number("BZERO", 0)
	if _, ok := p.find("BLANK"); ok && u.bitpix > 0 {
		u.blank, u.hasBlank = int64(p.whole("BLANK", 0)), true
	}
	if p.problem != "" {
		return
	}

	// FITS 4.0, eq. 2: |BITPIX|/8 · GCOUNT · (PCOUNT + NAXIS1·NAXIS2·…). Random
	// groups (§6) have NAXIS1 = 0, which is then left out of the product.
	if grouped, _ := (Header{p.cards}).Bool("GROUPS"); grouped && naxis > 0 && axes[0] == 0 {
		kind, axes = "random groups", axes[1:]
	}
	n, fits := product(axes, fileSize)
	if fits {
		n, fits = product([]int{n + min(pcount, math.MaxInt-n), gcount, u.size()}, fileSize)
	}
	if !fits {
		p.fail("its %s samples of %d bytes are more than the file's %d bytes can hold",
			shapeString(axes), u.size(), fileSize)
		return
	}
	u.bytes = int64(n)
	if strings.EqualFold(kind, "bintable") && naxis == 2 {
		u.rowBytes, u.rows = axes[0], axes[1]
	}

	slices.Reverse(axes)
	u.kind = kind
	if strings.EqualFold(kind, "image") {
		u.kind = "image of " + shapeString(axes)
		switch {
		case n == 0:
			u.kind = "header only"
		case (naxis == 2 || naxis == 3) && pcount == 0 && gcount == 1:
			u.Shape = axes
		}
	} else if compressed, _ := (Header{p.cards}).Bool("ZIMAGE"); compressed {
		u.kind = "compressed image"
	}
}

// product multiplies numbers that are not negative. It reports false where the
// product would be larger than limit.
func product(factors []int, limit int64) (int, bool) {
	if len(factors) == 0 || slices.Contains(factors, 0) {
		return 0, true
	}
	n := int64(1)
	for _, f := range factors {
		if int64(f) > limit/n {
			return 0, false
		}
		n *= int64(f)
	}
	return int(n), true
}
