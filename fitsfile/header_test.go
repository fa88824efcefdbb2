package fitsfile

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func parseLines(t *testing.T, text string) []Card {
	t.Helper()
	if len(text)%cardSize != 0 {
		t.Fatalf("%d characters are no whole number of cards", len(text))
	}
	var list cardList
	for i := 0; i < len(text); i += cardSize {
		list.add(parseCard([]byte(text[i : i+cardSize])))
	}
	list.finish()
	return list.cards
}

func TestCardsAreReadAsTheStandardWritesThem(t *testing.T) {
	for line, want := range map[string]Card{
		"KEY     =                    T / yes":  {"KEY", true, "yes"},
		"KEY     = F":                           {"KEY", false, ""},
		"KEY     =                  -42 / n":    {"KEY", -42, "n"},
		"KEY     = +7":                          {"KEY", 7, ""},
		"KEY     =               1.5E-7 / m":    {"KEY", 1.5e-7, "m"},
		"KEY     = -1.D+02":                     {"KEY", -100.0, ""},
		"KEY     = 1e5":                         {"KEY", 1e5, ""},
		"KEY     = 99999999999999999999":        {"KEY", 1e20, ""},
		"KEY     = 'it''s    ' / quote / slash": {"KEY", "it's", "quote / slash"},
		"KEY     = ''":                          {"KEY", "", ""},
		"KEY     = '  lead / '":                 {"KEY", "  lead /", ""},
		"KEY     = 'never closed":               {"KEY", "never closed", ""},
		"KEY     =                      / none": {"KEY", nil, "none"},
		"KEY     = NAN":                         {"KEY", "NAN", ""},
		"KEY     = 0x10":                        {"KEY", "0x10", ""},
		"KEY     = 1E999":                       {"KEY", "1E999", ""},
		"KEY     = (1.0, 2.0) / complex":        {"KEY", "(1.0, 2.0)", "complex"},
		"KEY     no indicator":                  {"KEY", nil, "no indicator"},
		"COMMENT = is text here":                {"COMMENT", "= is text here", ""},
		"HISTORY made":                          {"HISTORY", "made", ""},
		"        blank":                         {"", "blank", ""},
		"HIERARCH ESO TEL ALT = 45.5 / deg":     {"HIERARCH ESO TEL ALT", 45.5, "deg"},
		"HIERARCH without":                      {"HIERARCH", nil, "without"},
		"KEY     = 'caf\xc3\xa9\x00'":           {"KEY", "caf???", ""},
	} {
		got := parseCard([]byte(line + strings.Repeat(" ", cardSize-len(line))))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %#v, want %#v", line, got, want)
		}
	}
}

func TestCardsAreWrittenInFixedFormat(t *testing.T) {
	for want, c := range map[string]Card{
		"KEY     =                    T / yes":     {"KEY", true, "yes"},
		"KEY     =                  -42":           {"KEY", -42, ""},
		"KEY     =                  3.0":           {"KEY", 3.0, ""},
		"KEY     =              1.0E-06 / m":       {"KEY", 1e-6, "m"},
		"KEY     = 1.2345678901234567E-100":        {"KEY", 1.2345678901234567e-100, ""},
		"KEY     = 'it''s   '           / x":       {"KEY", "it's", "x"},
		"KEY     = '        '":                     {"KEY", "", ""},
		"KEY     =                      / nothing": {"KEY", nil, "nothing"},
		"KEY     =                    1 / a?b?c":   {"KEY", 1, "aéb\nc"},
	} {
		got, err := formatCard(c)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimRight(got, " ") != want || len(got) != cardSize {
			t.Errorf("%v is written as %q, want %q", c, got, want)
		}
	}
}

func TestLongStringsAreContinuedAndReadBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	// Quotes are frequent so that they fall on every place where a card ends.
	const alphabet = "'''&abc /"
	for n := range 400 {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[rng.IntN(len(alphabet))]
		}
		want := strings.TrimRight(string(b), " ")
		text, err := formatCard(Card{"TITLE", string(b), "what it is"})
		if err != nil {
			t.Fatal(err)
		}
		cards := parseLines(t, text)
		if len(cards) != 1 || cards[0].Value != want {
			t.Fatalf("%q is read back as %v", want, cards)
		}
		if n > 200 && !strings.Contains(text, "CONTINUE  '") {
			t.Fatalf("%q has no CONTINUE", text)
		}
	}
}

func TestNumbersAreReadBackToTheLastBit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		x := rng.NormFloat64() * pow10(rng.IntN(600)-300)
		text, err := formatCard(Card{"X", x, ""})
		if err != nil {
			t.Fatal(err)
		}
		if got := parseLines(t, text)[0].Value; got != x {
			t.Fatalf("%v is read back as %v from %q", x, got, text)
		}
	}
}

func pow10(n int) float64 {
	x := 1.0
	for range max(n, -n) {
		x *= 10
	}
	if n < 0 {
		return 1 / x
	}
	return x
}

func TestHistoryIsBrokenAtLinesAndAtTheCardsEnd(t *testing.T) {
	text, err := formatCard(Card{"HISTORY", "first\n" + strings.Repeat("x", 100), ""})
	if err != nil {
		t.Fatal(err)
	}
	want := []Card{{"HISTORY", "first", ""}, {"HISTORY", strings.Repeat("x", 72), ""}, {"HISTORY", strings.Repeat("x", 28), ""}}
	if got := parseLines(t, text); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSetReplacesInPlaceAndHistoryRepeats(t *testing.T) {
	var h Header
	h.Set("wavelen", 2e-6, "m")
	h.Set("NWAVES", 9, "")
	h.Set("FLAG", true, "")
	h.Set("HISTORY", "one", "")
	h.Set("HISTORY", "two", "")
	h.Set("WAVELEN", 1e-6, "changed")
	h.Set("FFTTYPE", "gonum", "")
	want := []Card{{"WAVELEN", 1e-6, "changed"}, {"NWAVES", 9, ""}, {"FLAG", true, ""},
		{"HISTORY", "one", ""}, {"HISTORY", "two", ""}, {"FFTTYPE", "gonum", ""}}
	if !reflect.DeepEqual(h.Cards(), want) {
		t.Errorf("cards are %v", h.Cards())
	}
	if v, ok := h.Float("nwaves"); v != 9 || !ok {
		t.Errorf("a whole number is not a number: %v %v", v, ok)
	}
	if v, ok := h.Int("NWAVES"); v != 9 || !ok {
		t.Errorf("NWAVES is %v %v", v, ok)
	}
	if v, ok := h.Bool("FLAG"); !v || !ok {
		t.Errorf("FLAG is %v %v", v, ok)
	}
	if v, ok := h.Text("FFTTYPE"); v != "gonum" || !ok {
		t.Errorf("FFTTYPE is %v %v", v, ok)
	}
	for _, key := range []string{"NONE", "FFTTYPE"} {
		if _, ok := h.Float(key); ok {
			t.Errorf("%s is a number", key)
		}
		if _, ok := h.Int(key); ok {
			t.Errorf("%s is a whole number", key)
		}
		if _, ok := h.Bool(key); ok {
			t.Errorf("%s is a logical value", key)
		}
	}
	if _, ok := h.Get("NONE"); ok {
		t.Error("a card that is not there is found")
	}
}

func TestTheFirstOfRepeatedKeysCounts(t *testing.T) {
	raw := rawImage(8, []int{1, 1}, []byte{1}, "A       = 1", "COMMENT x", "A       = 2", "COMMENT y")
	h := open(t, raw).HDUs()[0].Header
	want := []Card{{"A", 1, ""}, {"COMMENT", "x", ""}, {"COMMENT", "y", ""}}
	if !reflect.DeepEqual(h.Cards(), want) {
		t.Errorf("cards are %v", h.Cards())
	}
}

func TestStrayContinueCardsDoNoHarm(t *testing.T) {
	raw := rawImage(8, []int{1, 1}, []byte{1}, "A       = 1", "CONTINUE  'x'", "B       = 'b&'", "CONTINUE  5", "C       = 'c&'")
	h := open(t, raw).HDUs()[0].Header
	if b, _ := h.Text("B"); b != "b&" {
		t.Errorf("B is %q", b)
	}
	if c, _ := h.Text("C"); c != "c&" {
		t.Errorf("C is %q", c)
	}
}

func TestHeadersOfOneFileAreIndependentCopies(t *testing.T) {
	f := open(t, rawImage(8, []int{1, 1}, []byte{1}, "A       = 1"))
	h := f.HDUs()[0].Header
	h.Set("A", 2, "")
	if a, _ := f.HDUs()[0].Header.Int("A"); a != 1 {
		t.Errorf("a change of a copy reached the file: A is %d", a)
	}
}
