package redact

import (
	"path"
	"strings"

	"zlog/diagnosis"
)

// ending is what logs' names end in: ctrl1.log, ctrl1.log.2.gz, ctrl1.json-20261122.zst. All else may be a host's.
var ending = later(`(?s)^(.*?)((?:\.(?:log|json|jsonl|ndjson|txt|out|err|gz|zst|zip|tar|tgz)(?:[.-]\d[\dT:_-]{0,24})?)*)$`)

// Name redacts the name of a source or a file. A name without dots, but for its ending, stays unless it is known.
func (r *Redactor) Name(name string) string {
	if r.mode < Standard || name == "" {
		return name
	}
	dir, base := path.Split(name)
	parts := ending.get().FindStringSubmatch(base)
	stem, ext := parts[1], parts[2]
	out := r.Text(stem)
	if r.mode >= Strict {
		dir = ""
		if out == stem && shortName(stem) && stem != "-" {
			out = r.put(Node, stem)
		}
	}
	return r.Text(dir) + out + ext
}

// Stem gives what of a source's name may be a node's short name: "ctrl1" of "logs/ctrl1.log.2.gz".
func Stem(name string) string {
	base := path.Base(name)
	stem, _, _ := strings.Cut(base, ".")
	return stem
}

// Result redacts all that a result says. Titles, ids and what rules wrote by themselves are touched only where they
// repeat a value of the logs.
func (r *Redactor) Result(res *diagnosis.Result) {
	if r.mode == Off {
		return
	}
	r.settle()
	name := r.nodeName
	for _, n := range res.Nodes { // before the texts in which they stand
		name(n.Name)
	}
	names := func(list []string) {
		for i := range list {
			list[i] = name(list[i])
		}
	}
	for i := range res.Zlog.Rules.Files {
		res.Zlog.Rules.Files[i] = r.Text(res.Zlog.Rules.Files[i])
	}
	for i := range res.Hidden.Files {
		res.Hidden.Files[i] = r.Text(res.Hidden.Files[i])
	}
	res.Asked.Node = name(res.Asked.Node)
	for _, list := range [][]string{res.Asked.Only, res.Asked.Skip} {
		for i := range list {
			list[i] = r.Text(list[i])
		}
	}
	for i := range res.Story {
		m := &res.Story[i]
		m.Node, m.What, m.Source = name(m.Node), r.Text(m.What), r.Name(m.Source)
	}
	for i := range res.Sources {
		s := &res.Sources[i]
		s.Error = r.Text(strings.ReplaceAll(s.Error, s.Name, r.Name(s.Name)))
		s.Name, s.Node = r.Name(s.Name), name(s.Node)
		for j := range s.Gaps {
			s.Gaps[j].Reason = r.Text(s.Gaps[j].Reason)
		}
	}
	for i := range res.Nodes {
		n := &res.Nodes[i]
		n.Name, n.ID, n.Address, n.Clock = name(n.Name), name(n.ID), r.Text(n.Address), r.Text(n.Clock)
		if r.mode >= Strict && n.ClusterID != "" {
			n.ClusterID = r.put(ID, n.ClusterID)
		}
		for j := range n.Sources {
			n.Sources[j] = r.Name(n.Sources[j])
		}
	}
	for i := range res.Diagnoses {
		r.diagnosis(&res.Diagnoses[i])
	}
	for i := range res.Signatures {
		names(res.Signatures[i].Nodes)
		res.Signatures[i].Title = r.Known(res.Signatures[i].Title)
		res.Signatures[i].Normal = r.Known(res.Signatures[i].Normal)
	}
	for i := range res.NotAssessable {
		res.NotAssessable[i].Reason = r.Text(res.NotAssessable[i].Reason)
		res.NotAssessable[i].Need = r.Text(res.NotAssessable[i].Need)
	}
	for i := range res.Unrecognised {
		u := &res.Unrecognised[i]
		u.Template, u.Text, u.Source = r.seam(u.Template), r.seam(u.Text), r.Name(u.Source)
		names(u.Nodes)
	}
	for i := range res.Timeline.Lanes {
		l := &res.Timeline.Lanes[i]
		l.Node = name(l.Node)
		for j := range l.Links {
			l.Links[j].Peer = name(l.Links[j].Peer)
		}
	}
	for i := range res.Wanted {
		w := &res.Wanted[i]
		w.What, w.Why, w.Node = r.Text(w.What), r.Known(w.Why), name(w.Node)
	}
}

// nodeName redacts a node's name: it stays, unless it is a host's or the mode is strict.
func (r *Redactor) nodeName(n string) string {
	if n == "" || n == diagnosis.ThisNode {
		return n
	}
	if r.mode >= Strict {
		return r.put(Node, n)
	}
	return r.Text(n)
}

func (r *Redactor) diagnosis(d *diagnosis.Diagnosis) {
	for i := range d.Nodes {
		d.Nodes[i] = r.nodeName(d.Nodes[i])
	}
	d.Title, d.Summary, d.Cause, d.Prevention = r.Known(d.Title), r.Text(d.Summary), r.Known(d.Cause), r.Known(d.Prevention)
	for i := range d.Remediation {
		s := &d.Remediation[i]
		s.Do, s.Command, s.Danger = r.Known(s.Do), r.Known(s.Command), r.Known(s.Danger)
	}
	for i := range d.Confirm {
		d.Confirm[i].Command, d.Confirm[i].Expect = r.Known(d.Confirm[i].Command), r.Known(d.Confirm[i].Expect)
	}
	for i := range d.Rivals {
		d.Rivals[i].Cause, d.Rivals[i].Tell = r.Known(d.Rivals[i].Cause), r.Known(d.Rivals[i].Tell)
	}
	for i := range d.Evidence {
		e := &d.Evidence[i]
		e.Source, e.Node, e.Says, e.Text = r.Name(e.Source), r.nodeName(e.Node), r.Text(e.Says), r.seam(e.Text)
	}
}
