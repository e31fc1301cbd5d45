package report

import (
	"fmt"
	"io"
	"strings"

	"zlog/diagnosis"
)

// Checklist tells what whoever gets the ticket will ask for, and whether it is there.
func Checklist(r *diagnosis.Result) []diagnosis.Asked {
	from, to := logBegin(r), logEnd(r)
	window := ""
	if !from.IsZero() {
		window = fmt.Sprintf(` --since "%s UTC" --until "%s UTC"`, from.UTC().Format("2006-01-02 15:04:05"), to.UTC().Format("2006-01-02 15:04:05"))
	}
	logs := diagnosis.Asked{What: "logs of every member over the whole incident", State: "present", Command: "journalctl -u ziti-controller -o cat" + window + " > NODE.log"}
	var lacks []string
	for _, w := range r.Wanted {
		lacks = append(lacks, w.What)
	}
	for _, s := range r.Sources {
		if s.Error != "" {
			lacks = append(lacks, s.Name+" could not be read")
		}
		if len(s.Gaps) > 0 {
			lacks = append(lacks, s.Name+" has gaps")
		}
	}
	switch {
	case len(r.Nodes) == 0:
		logs.State, logs.Says = "missing", "no node's log was understood"
	case len(lacks) > 0:
		logs.State, logs.Says = "partly", "missing: "+strings.Join(lacks, "; ")
	default:
		logs.Says = fmt.Sprintf("%d %s, and no other member is spoken of", len(r.Nodes), plural(len(r.Nodes), "node", "nodes"))
	}
	versions := diagnosis.Asked{What: "versions before and after", State: "present", Command: "ziti version; ziti agent controller version"}
	var known, unknown []string
	for _, n := range r.Nodes {
		if n.Version == "" {
			unknown = append(unknown, n.Name)
		} else {
			known = append(known, n.Name+" "+n.Version)
		}
	}
	versions.Says = strings.Join(known, ", ")
	switch {
	case len(known) == 0:
		versions.State, versions.Says = "missing", "no log has the line that a controller starts with"
	case len(unknown) > 0:
		versions.State = "partly"
		versions.Says += "; not seen: " + strings.Join(unknown, ", ")
	}
	raftLog := diagnosis.Asked{What: "raft.logFile, if one is configured", State: "missing", Says: "raft's own lines are not among the logs, unless they are in the controllers'",
		Command: "grep -n -A3 'raft:\\|logFile' CONTROLLER.yml   # then copy that file: it is truncated at every start"}
	dump := diagnosis.Asked{What: "a stack dump, if a controller is stuck", State: "missing", Says: "none is among the logs", Command: "ziti agent stack > stack-NODE.txt"}
	for _, s := range r.Sources {
		if strings.Contains(s.Format, "hclog") {
			raftLog.State, raftLog.Says = "present", s.Name
		}
	}
	for _, s := range r.Signatures {
		if strings.Contains(s.ID, "dump") || strings.Contains(s.ID, "sigquit") || strings.Contains(s.ID, "panic") {
			dump.State, dump.Says = "present", s.Title
		}
	}
	return []diagnosis.Asked{
		logs,
		{What: "the members as the leader sees them", State: "missing", Says: "logs do not hold it", Command: "ziti agent cluster list   # on the leader"},
		versions,
		{What: "how the certificates were made", State: "missing", Says: "logs do not hold it",
			Command: "openssl x509 -in SERVER.cert -noout -issuer -subject -dates -ext subjectAltName   # on every node; never send a key"},
		raftLog,
		dump,
	}
}

// ChecklistMarkdown writes the checklist for people.
func ChecklistMarkdown(w io.Writer, m *diagnosis.Manifest) error {
	md := &markdown{}
	md.f("# What is in this ticket\n\n")
	md.f("| File | What it is |\n| --- | --- |\n")
	for _, f := range m.Files {
		what := "report"
		switch {
		case f.Source != "" && m.Logs == "whole":
			what = fmt.Sprintf("log of %s, %d lines", cell(show(f.Node)), f.Lines)
		case f.Source != "":
			what = fmt.Sprintf("log of %s, %d of %d lines; those left out are blank, so line numbers are those of the log", cell(show(f.Node)), f.Kept, f.Lines)
		}
		md.f("| %s | %s |\n", cell(show(f.Name)), what)
	}
	md.f("\nCheck it with `zlog bundle verify`, and read it with `zlog diagnose`.\n\n# What support will ask for\n\n")
	for _, a := range m.Asked {
		box := " "
		if a.State == "present" {
			box = "x"
		}
		md.f("- [%s] **%s** (%s): %s\n\n", box, inline(show(a.What)), a.State, inline(show(a.Says)))
		if a.State != "present" {
			md.fence(a.Command, "  ", "sh")
		}
	}
	_, err := io.WriteString(w, md.b.String())
	return err
}
