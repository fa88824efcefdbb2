package fitsfile

import (
	"slices"
	"strings"
)

// Card is one entry of a header.
type Card struct {
	// Key has up to eight characters A–Z, 0–9, - and _.
	Key string
	// Value is a bool, an int, a float64 or a string, or nil where the key
	// stands without a value. The text of a HISTORY, COMMENT or blank card is
	// its Value, a string.
	Value any
	// Comment explains the value. It is cut where the card ends.
	Comment string
}

// Header is an ordered list of cards. Its zero value is empty and ready to use.
type Header struct {
	cards []Card
}

// Cards returns all cards in their order.
func (h Header) Cards() []Card { return slices.Clone(h.cards) }

// Set gives key a value: the card that has the key is replaced in its place,
// else one is added at the end. HISTORY, COMMENT and blank cards repeat: Set
// always adds one. Keys are put in capitals. Set accepts anything; [Write]
// says which card cannot be written and why.
func (h *Header) Set(key string, value any, comment string) {
	c := Card{Key: strings.ToUpper(key), Value: value, Comment: comment}
	if i := h.index(c.Key); i >= 0 && !isCommentary(c.Key) {
		h.cards[i] = c
		return
	}
	h.cards = append(h.cards, c)
}

// Get returns the card of key, the first one if it repeats.
func (h Header) Get(key string) (Card, bool) {
	if i := h.index(strings.ToUpper(key)); i >= 0 {
		return h.cards[i], true
	}
	return Card{}, false
}

// Float returns the value of key if it is a number.
func (h Header) Float(key string) (float64, bool) {
	c, _ := h.Get(key)
	switch v := c.Value.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	}
	return 0, false
}

// Int returns the value of key if it is a whole number.
func (h Header) Int(key string) (int, bool) {
	c, _ := h.Get(key)
	v, ok := c.Value.(int)
	return v, ok
}

// Bool returns the value of key if it is a logical one.
func (h Header) Bool(key string) (value, ok bool) {
	c, _ := h.Get(key)
	value, ok = c.Value.(bool)
	return value, ok
}

// Text returns the value of key if it is a string.
func (h Header) Text(key string) (string, bool) {
	c, _ := h.Get(key)
	v, ok := c.Value.(string)
	return v, ok
}

func (h Header) index(key string) int {
	return slices.IndexFunc(h.cards, func(c Card) bool { return c.Key == key })
}

func (h Header) clone() Header { return Header{cards: slices.Clone(h.cards)} }

func isCommentary(key string) bool { return key == "HISTORY" || key == "COMMENT" || key == "" }

// isLayout reports whether key describes how the unit lies in the file: such
// cards are applied when reading and made when writing.
func isLayout(key string) bool {
	switch key {
	case "SIMPLE", "XTENSION", "EXTEND", "EXTNAME", "BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "GROUPS", "BLOCKED",
		"BSCALE", "BZERO", "BLANK", "CHECKSUM", "DATASUM", "END", "CONTINUE", "HIERARCH":
		return true
	}
	n, numbered := strings.CutPrefix(key, "NAXIS")
	return numbered && strings.Trim(n, "0123456789") == ""
}
