package cmd

import (
	"zlog/cluster"
	"zlog/event"
	"zlog/parser"
	"zlog/store"
)

// appliedCount counts the applied raft entries of each node as they are fetched: there is one for every write to the model, and the
// story keeps so many of each source and no more.
type appliedCount struct {
	a     *analysis
	nodes map[string]*appliedOf
}

// appliedOf counts those of one node.
type appliedOf struct {
	live *parser.Live
	n    int
}

func (a *analysis) countApplied() *appliedCount { return &appliedCount{a, map[string]*appliedOf{}} }

// add looks at a line with the rules themselves, since a line with a rule's text need not be what the rule means.
func (c *appliedCount) add(l store.Line) {
	o := c.nodes[l.Node]
	if o == nil {
		o = &appliedOf{}
		m := c.a.set.Matcher()
		never := func(string) bool { return false }
		opt := parser.Options{Limits: c.a.limits, Lend: true, Filter: c.a.set.Filter(parser.PlainAlarms(), never), Alarms: true, Told: true}
		o.live = parser.NewLive(l.Node, opt, func(e *event.Event) {
			for _, m := range m.Match(e) {
				if m.Effect == cluster.EffectApplied {
					o.n++
				}
			}
		})
		c.nodes[l.Node] = o
	}
	if o.n < appliedEnough {
		_, _ = o.live.Write([]byte(l.Text + "\n")) // what is no log is said when it is read
	}
}

// appliedEnough is a bit more than what is kept: a line alone may be taken for a record that in its place goes on another.
const appliedEnough = cluster.MostApplied + cluster.MostApplied/20

func (c *appliedCount) enough(node string) bool {
	o := c.nodes[node]
	return o != nil && o.n >= appliedEnough
}
