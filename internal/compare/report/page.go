package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"gonum.org/v1/plot/vg/draw"

	"arago/internal/compare"
)

// Style is the style sheet of pages.
//
//go:embed style.css
var Style template.CSS

//go:embed page.html
var pageSource string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"about": about, "cores": cores, "duration": Duration, "spread": Spread, "share": share, "speed": speed,
	"error": func(e float64) string { return fmt.Sprintf("%.1e", e) },
	"ratio": func(r float64) string { return fmt.Sprintf("%.2f", r) },
	"color": func(r *Report, name string) string { return r.look(name).CSS() },
	"style": func() template.CSS { return Style },
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
		picture, err := Picture{panelWidth, panelHeight, func(c draw.Canvas) { r.panel(c, g) }}.Element()
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
