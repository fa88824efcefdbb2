package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"arago/internal/compare"
)

//go:embed page.html
var pageSource string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"about": about, "cores": cores, "duration": duration, "spread": spread, "share": share, "speed": speed,
	"error": func(e float64) string { return fmt.Sprintf("%.1e", e) },
	"ratio": func(r float64) string { return fmt.Sprintf("%.2f", r) },
	"color": func(r *Report, name string) string {
		ink, _ := r.look(name)
		return fmt.Sprintf("#%02x%02x%02x", ink.R, ink.G, ink.B)
	},
}).Parse(pageSource))

// view is what the page shows.
type view struct {
	*Report
	Groups     []groupView
	Precisions []compare.Precision
	CoreCounts []int
	Operations []compare.Operation
	Standings  []standingsView
	Omitted    []string
	Notes      string
}

type groupView struct {
	group
	Picture template.HTML
}

type standingsView struct {
	compare.Operation
	List []standing
}

// WriteHTML writes the report as a page that needs no network: pictures, table,
// style and script are in it.
func (r *Report) WriteHTML(w io.Writer) error {
	v := view{Report: r, CoreCounts: r.cores(), Omitted: r.omitted(), Notes: notes}
	seenPrecision, seenOperation := map[compare.Precision]bool{}, map[compare.Operation]bool{}
	for _, g := range r.groups() {
		picture, err := r.panelSVG(g)
		if err != nil {
			return err
		}
		v.Groups = append(v.Groups, groupView{g, picture})
		if !seenPrecision[g.Precision] {
			seenPrecision[g.Precision] = true
			v.Precisions = append(v.Precisions, g.Precision)
		}
		if !seenOperation[g.Operation] {
			seenOperation[g.Operation] = true
			v.Operations = append(v.Operations, g.Operation)
			v.Standings = append(v.Standings, standingsView{g.Operation, r.standings(g.Operation)})
		}
	}
	return page.Execute(w, v)
}

// panelSVG returns the picture of a group as an element of a page.
func (r *Report) panelSVG(g group) (template.HTML, error) {
	c := vgsvg.New(panelWidth, panelHeight)
	r.panel(draw.New(c), g)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	// What stands before the element belongs to a file of its own.
	text := b.Bytes()
	if at := bytes.Index(text, []byte("<svg")); at > 0 {
		text = text[at:]
	}
	return template.HTML(text), nil
}
