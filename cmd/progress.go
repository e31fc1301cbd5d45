package cmd

import (
	"fmt"
	"io"
	"os"
	"time"

	"zlog/parser"
	"zlog/report"
)

// meter says on a terminal how far the reading is, once it takes more than a second. The nil meter says nothing.
type meter struct {
	w       io.Writer
	size    int64 // of all sources, 0 if it is not known
	wide    int   // cells of the terminal's line
	start   time.Time
	drawn   time.Time
	name    string
	before  int64 // bytes of the sources that are done
	current int64
}

// The meter waits before it shows at all, and between two looks.
const (
	meterWait  = time.Second
	meterEvery = 150 * time.Millisecond
)

// newMeter gives a meter for a terminal, else nil.
func newMeter(w io.Writer, sources []*parser.Source) *meter {
	if !isTTY(w) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	m := &meter{w: w, wide: columns(w), start: time.Now()}
	for _, s := range sources {
		if s.Size() <= 0 {
			m.size = 0
			break
		}
		m.size += s.Size()
	}
	return m
}

// report is told how many bytes of a source were read so far.
func (m *meter) report(name string, bytes int64) { m.at(time.Now(), name, bytes) }

func (m *meter) at(now time.Time, name string, bytes int64) {
	if name != m.name {
		m.before, m.name, m.current = m.before+m.current, name, 0
	}
	m.current = bytes
	if now.Sub(m.start) < meterWait || now.Sub(m.drawn) < meterEvery {
		return
	}
	m.drawn = now
	fmt.Fprintf(m.w, "\r%s\x1b[K", m.line(now.Sub(m.start)))
}

// line gives "1.2 GB of 3.0 GB  410.0 MB/s  ctrl1.log", cut to the terminal's line.
func (m *meter) line(took time.Duration) string {
	done := m.before + m.current
	s := "reading " + report.Bytes(done)
	if m.size >= done && m.size > 0 {
		s += " of " + report.Bytes(m.size)
	}
	s += fmt.Sprintf("  %s/s  ", report.Bytes(int64(float64(done)/took.Seconds())))
	name := m.name
	if name == "-" {
		name = "standard input"
	}
	return report.Clip(s+report.Safe(name), m.wide-1)
}

// done clears the line.
func (m *meter) done() {
	if m != nil && !m.drawn.IsZero() {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}
