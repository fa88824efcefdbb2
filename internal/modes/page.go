package modes

import (
	_ "embed"
	"html/template"
	"io"

	"arago/internal/compare/report"
)

//go:embed page.html
var pageSource string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"duration": report.Duration, "spread": report.Spread, "memory": mebibytes, "ratio": ratio,
	"command": Variant.command,
	"style":   func() template.CSS { return report.Style },
}).Parse(pageSource))

// view is what the page shows.
type view struct {
	*Report
	Picture template.HTML
	Cases   []caseView
	About   string
	Notes   string
	Omitted []string
}

type caseView struct {
	Case
	Rows []rowView
}

type rowView struct {
	Row
	By, Sharers string
}

// WriteHTML writes the report as a page that needs no network: picture, table and
// style are in it.
func (r *Report) WriteHTML(w io.Writer) error {
	picture, err := r.picture().Element()
	if err != nil {
		return err
	}
	v := view{Report: r, Picture: picture, About: r.about(), Notes: r.notes(), Omitted: r.omitted()}
	for _, c := range Cases() {
		shown := caseView{Case: c}
		for _, row := range r.of(c) {
			shown.Rows = append(shown.Rows, rowView{row, r.title(row.Variant), row.sharers()})
		}
		v.Cases = append(v.Cases, shown)
	}
	return page.Execute(w, v)
}

// By returns the back ends that served a variant.
func (v view) By(variant string) string { return v.backends(variant) }
