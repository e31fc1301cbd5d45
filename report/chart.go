package report

import (
	"fmt"
	"math"
	"time"

	"zlog/diagnosis"
)

// chart is the swim-lane timeline as shapes. A and B are places as fractions of the whole time, by which the page's
// script zooms; X and Width are where they stand when there is no script.
//
//	      12:00       12:05       12:10
//	ctrl1 ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇┄┄┄┄┄▇▇▇▇▇▇▇▇    its process, and over it leading and seeking
//	         ▂▂▂▂                          links that are down
//	           ◆     ◆                     evidence
type chart struct {
	W, H, Left, Inner int
	From, To          int64 // milliseconds
	Ticks             []chartText
	Lanes             []chartLane
	Caps              []string
}

type chartLane struct {
	Node, Label  string
	Rule, LabelY int
	Bars         []chartBar
	Terms        []chartText
	Marks        []chartMark
}

type chartBar struct {
	Class, Tip string
	A, B       float64
	X, Width   float64
	Y, Height  int
}

type chartText struct {
	Text string
	A, B float64
	X    float64
	Y    int
}

type chartMark struct {
	Ref, Tip, Node string
	Severity       diagnosis.Severity
	A, X           float64
	Y              int
}

// Measures of the chart, in pixels.
const (
	chartWidth = 1040
	chartTop   = 22
	laneHeight = 56
	barHeight  = 16
	linkHeight = 4
	mostLinks  = 3 // rows of links in a lane
)

// draw lays the timeline out.
func draw(r *diagnosis.Result, shown []pageDiagnosis) chart {
	from, to := r.Timeline.From.Time, r.Timeline.To.Time
	c := chart{W: chartWidth, Left: 96}
	lanes := r.Timeline.Lanes
	if from.IsZero() || !to.After(from) || len(lanes) == 0 {
		return c
	}
	pad := max(to.Sub(from)/100, 200*time.Millisecond)
	from, to = from.Add(-pad), to.Add(pad)
	c.From, c.To, c.Inner = from.UnixMilli(), to.UnixMilli(), chartWidth-c.Left
	at := func(t time.Time) float64 {
		f := float64(t.Sub(from)) / float64(to.Sub(from))
		return round(min(max(f, 0), 1))
	}
	x := func(f float64) float64 { return math.Round(10*(float64(c.Left)+f*float64(c.Inner-10))) / 10 }
	if len(lanes) > mostLanes {
		c.Caps = append(c.Caps, fmt.Sprintf("%d of %d nodes are drawn.", mostLanes, len(lanes)))
		lanes = lanes[:mostLanes]
	}
	for i, l := range lanes {
		top := chartTop + i*laneHeight
		cl := chartLane{Node: l.Node, Label: clipLabel(l.Node), Rule: top, LabelY: top + 21}
		bar := func(class, tip string, a, b time.Time, y, h int) {
			fa, fb := at(a), at(b)
			cl.Bars = append(cl.Bars, chartBar{Class: class, Tip: tip, A: fa, B: fb, X: x(fa), Width: math.Max(2, math.Round(10*(x(fb)-x(fa)))/10), Y: y, Height: h})
		}
		for _, layer := range []string{"unseen", "down", "up", "leader", "seeking"} {
			for _, s := range l.Spans {
				if s.State != layer {
					continue
				}
				bar(s.State, spanTip(l.Node, s), s.From.Time, s.To.Time, top+8, barHeight)
				if s.State == "leader" && s.Term != "" {
					cl.Terms = append(cl.Terms, chartText{Text: "term " + s.Term, A: at(s.From.Time), B: at(s.To.Time), X: x(at(s.From.Time)) + 5, Y: top + 20})
				}
			}
		}
		rows := map[string]int{}
		for _, k := range l.Links {
			if _, ok := rows[k.Peer]; !ok {
				rows[k.Peer] = len(rows)
			}
			y := top + 28 + min(rows[k.Peer], mostLinks-1)*(linkHeight+1)
			bar("link", fmt.Sprintf("%s cannot reach %s: %s\n%s for %s", l.Node, k.Peer, linkWhy(k.Why), k.From.UTC().Format("15:04:05"), spellSpan(k.To.Sub(k.From.Time))), k.From.Time, k.To.Time, y, linkHeight)
		}
		c.Lanes = append(c.Lanes, cl)
	}
	c.H = chartTop + len(lanes)*laneHeight + 2
	c.marks(r, shown, at, x)
	c.ticks(from, to, at, x)
	return c
}

// marks puts the evidence that the page shows on the lanes.
func (c *chart) marks(r *diagnosis.Result, shown []pageDiagnosis, at func(time.Time) float64, x func(float64) float64) {
	for i := range c.Lanes {
		l := &c.Lanes[i]
		left := 0
		for _, d := range shown {
			for _, e := range d.Shown {
				if e.Node != l.Node || e.Time.IsZero() {
					continue
				}
				if len(l.Marks) >= mostMarks {
					left++
					continue
				}
				f := at(align(e.Time, e.Node, r))
				l.Marks = append(l.Marks, chartMark{Ref: e.Ref, Tip: fmt.Sprintf("%s %s: %s\n%s", e.Time.UTC().Format("15:04:05.000"), l.Node, e.Saying, d.Title),
					Node: l.Node, Severity: d.Severity, A: f, X: x(f), Y: l.Rule + 46})
			}
		}
		if left > 0 {
			c.Caps = append(c.Caps, fmt.Sprintf("%s: %d more marks of evidence are not drawn.", l.Node, left))
		}
	}
}

// ticks puts some six times on the axis.
func (c *chart) ticks(from, to time.Time, at func(time.Time) float64, x func(float64) float64) {
	step := to.Sub(from) / 6
	for _, s := range []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute,
		2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour,
		12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 168 * time.Hour} {
		if s >= step {
			step = s
			break
		}
	}
	layout := "15:04:05"
	if step >= 24*time.Hour {
		layout = "01-02"
	}
	for t := from.Truncate(step).Add(step); t.Before(to) && len(c.Ticks) < 24; t = t.Add(step) {
		f := at(t)
		c.Ticks = append(c.Ticks, chartText{Text: t.UTC().Format(layout), A: f, X: x(f)})
	}
}

func spanTip(node string, s diagnosis.Span) string {
	what := map[string]string{"up": "runs", "down": "is down", "unseen": "is not seen any more", "leader": "leads", "seeking": "seeks a leader in vain"}[s.State]
	if s.Term != "" {
		what += " (term " + s.Term + ")"
	}
	tip := fmt.Sprintf("%s %s\n%s to %s, %s", node, what, s.From.UTC().Format("15:04:05"), s.To.UTC().Format("15:04:05"), spellSpan(s.To.Sub(s.From.Time)))
	if s.Why != "" && s.State != "seeking" {
		tip += "\n" + s.Why
	}
	return tip
}

func linkWhy(why string) string {
	switch why {
	case "refused":
		return "connection refused"
	case "timeout":
		return "no answer in time"
	}
	return "no contact"
}

func spellSpan(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func clipLabel(s string) string { return Clip(s, 13) }

func round(f float64) float64 { return math.Round(f*1e6) / 1e6 }
