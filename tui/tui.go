// Package tui shows a result on a terminal: the findings first, and the logs behind them.
//
//	Update (result, progress) ─┐
//	keys, mouse, size ─────────┼─► Model.Update ─► Model.View ─► screen
//	scans of the log ──────────┘
//
// It follows the Elm shape: the Model is changed by messages only, and the screen is drawn from the Model alone. All
// that a key can do is an action in one table, from which the footer, the help and the palette are made. The package
// reads no files and knows no formats: results come as Updates, lines from a Log.
package tui

import (
	"context"
	"io"
	"os"
	"time"

	_ "a.zlog/quiet"
	tea "github.com/charmbracelet/bubbletea"

	"zlog/diagnosis"
	"zlog/event"
)

// Log gives the records of all sources in one order. Records are named by ids that stay the same while the log
// grows; rows are places in the order and may move. All methods may be called while the log grows.
type Log interface {
	Version() uint64                   // rises when Len or the order changed
	Len() int                          // rows
	At(row int) uint32                 // the record at a row
	Row(id uint32) int                 // the inverse
	Head(id uint32) event.Event        // source, line, stream, time and level, without reading from disk
	Moment(id uint32) time.Time        // its time on the common clock
	Events(ids []uint32) []event.Event // whole records
	Find(source string, line int) (uint32, bool)
	Near(at time.Time) int // the first row at or after a moment
	Next(row, step int, keep func(*event.Event) bool) int
	Arrange(ids []uint32) []uint32 // in the order, each once
	// Scan hands over, in batches, the records that a Scan asks for, with how much of how much was looked at.
	Scan(ctx context.Context, q Scan, found func(ids []uint32, done, total int64)) error
}

// Scan says which records are wanted: those that Keep accepts by their head, and of which one raw line holds Need (in
// lower case, found in any case) and is accepted by Match. What is nil asks for nothing.
type Scan = struct {
	Keep  func(*event.Event) bool
	Need  []byte
	Match func(line []byte) bool
}

// Update is what is known by now. Each replaces the one before it.
type Update struct {
	Result  *diagnosis.Result                    // nil as long as there is no answer
	Share   float64                              // of the input that Result rests on, 1 for all
	Loading []Progress                           // sources still being read; empty when all are
	Live    bool                                 // more lines may come
	Story   []diagnosis.Moment                   // all that happened, in order
	States  func(at time.Time) []diagnosis.State // the cluster as of a moment
	NodeOf  func(source, stream string) string
	Err     error // why there will be no answer
}

// Progress is how far a source has been read. Total is 0 if that is not known.
type Progress struct {
	Source      string
	Done, Total int64
}

// Meaning is what a signature says about a line.
type Meaning struct{ ID, Says string }

// Options is all that the screen needs from outside.
type Options struct {
	Updates  <-chan Update
	Log      Log
	Meanings func(e *event.Event) []Meaning // what the rules say about a line
	// RuleLines finds every line that a signature whose id matches the pattern (* allowed) matched.
	RuleLines func(ctx context.Context, pattern string, found func(source string, line int)) error
	Report    func(kind string, w io.Writer, r *diagnosis.Result) error // kinds as in ReportKinds
	Kinds     []string                                                  // kinds of report, the preferred first
	Env       func(string) string
	Dir       string // where files are written
	Mouse     bool
	ASCII     bool // no signs beyond ASCII
	Color     bool
	Width     int // of a line in Plain, 0: 80
}

// Run shows the screen until the user leaves it or ctx is done. Keys come from keys, the terminal's input.
func Run(ctx context.Context, opt Options, keys io.Reader, out *os.File) error {
	m := New(opt)
	sink := &sink{File: out}
	m.clip.out = sink
	po := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(keys), tea.WithOutput(sink), tea.WithAltScreen(), tea.WithFPS(120)}
	if opt.Mouse {
		po = append(po, tea.WithMouseCellMotion())
	}
	_, err := tea.NewProgram(m, po...).Run()
	m.stop()
	if ctx.Err() != nil {
		return nil //nolint:nilerr // whoever ended the context wanted the screen gone
	}
	return err
}
