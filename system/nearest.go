package system

import "strings"

// possible says what there is instead of a word that is not known: the known
// word that is most like it, if one is, and then, introduced by all, the list.
func possible(word string, known []string, all, list string) string {
	if near := nearest(word, known); near != "" {
		return "did you mean " + near + "? " + strings.ToUpper(all[:1]) + all[1:] + " " + list
	}
	return all + " " + list
}

// nearest returns the known word that is most like word, or "" if none is much
// like it: one slip, and one more for each five letters.
func nearest(word string, known []string) string {
	if len(word) > longestQuote {
		return ""
	}
	w := letters(word)
	best, distance := "", min(2+len(w)/5, len(w))
	for _, k := range known {
		if d := editDistance(w, letters(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// letters drops what distinguishes ways to write the same words, such as
// CircularAperture and circular_aperture.
func letters(word string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(word))
}

// editDistance returns the number of letters to insert, delete, replace or swap
// with their neighbour (in each place once) that lead from a to b.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
