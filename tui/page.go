package tui

// viewID numbers the views as the keys 1 to 7 do.
type viewID int

// The views.
const (
	viewFindings viewID = iota
	viewEvidence
	viewLog
	viewTimeline
	viewNodes
	viewUnknown
	viewSources
	viewCount
)

var viewNames = [viewCount]string{"Findings", "Evidence", "Log", "Timeline", "Nodes", "Unrecognised", "Sources"}

// page is one view.
type page interface {
	draw(m *Model, w, h int) []string // at most h lines of at most w cells
	enter(m *Model)                   // the view is shown
	move(m *Model, rows int)
	edge(m *Model, end bool) // to the first or last row
	height() int             // rows that a page key moves by
	row() int
	texts(m *Model) []string // of the rows, for / and n; nil if the view searches by itself
}

// rows is what the pages that are lists have in common.
type rows struct{ list }

func (r *rows) enter(*Model)         {}
func (r *rows) move(_ *Model, d int) { r.list.move(d) }
func (r *rows) edge(_ *Model, end bool) {
	if end {
		r.to(r.n - 1)
	} else {
		r.to(0)
	}
}
func (r *rows) height() int { return r.h }
func (r *rows) row() int    { return r.cur }
