package cmd

import (
	"context"
	"sort"

	"zlog/diagnosis"
	"zlog/parser"
	"zlog/redact"
)

// cited gives the lines that a result's evidence stands on, by source.
func cited(r *diagnosis.Result) map[string][]int {
	out := map[string][]int{}
	for _, d := range r.Diagnoses {
		for _, e := range d.Evidence {
			out[e.Source] = append(out[e.Source], e.Line)
		}
	}
	for s := range out {
		sort.Ints(out[s])
	}
	return out
}

// contexts reads the sources once more for what stands around the cited lines: n lines before and after each. Each
// line is redacted as it would be in its source.
func contexts(ctx context.Context, rep *replay, h *handedOver, n int) []diagnosis.Context {
	out := []diagnosis.Context{}
	r, cite := h.redactor, h.cite
	sources, _ := rep.sources()
	for _, src := range sources {
		var members [][]diagnosis.ContextLine // a window of lines of each member, wherever it is cited
		want := wantedLines(cite, src.Name)
		if len(want) == 0 {
			continue
		}
		var stream *redact.Stream
		names := src.Raw(ctx, rep.lim, func(l parser.RawLine) {
			for len(members) <= l.Member {
				members = append(members, nil)
				stream = r.SourceAt(src.Name, l.Member)
			}
			if !near(want, l.Number, n) {
				passOver(stream, l)
			} else {
				members[l.Member] = append(members[l.Member], diagnosis.ContextLine{Number: l.Number, Text: string(redactedLine(stream, l))})
			}
		})
		for i, lines := range members {
			if i >= len(names) {
				break
			}
			last := 0
			for _, at := range cite[names[i].Name] {
				if at == last {
					continue
				}
				last = at
				c := diagnosis.Context{Source: h.name(names[i].Name), Line: at, Lines: []diagnosis.ContextLine{}}
				from := sort.Search(len(lines), func(k int) bool { return lines[k].Number >= at-n })
				for _, l := range lines[from:] {
					if l.Number > at+n {
						break
					}
					c.Lines = append(c.Lines, l)
				}
				out = append(out, c)
			}
		}
	}
	return out
}

// wantedLines gives the cited lines of a source and of all members of an archive, in order.
func wantedLines(cite map[string][]int, source string) []int {
	var out []int
	for name, lines := range cite {
		if name == source || len(name) > len(source) && name[:len(source)] == source && name[len(source)] == '/' {
			out = append(out, lines...)
		}
	}
	sort.Ints(out)
	return out
}

// near says whether a line is at most n away from one of those wanted.
func near(want []int, line, n int) bool {
	i := sort.SearchInts(want, line-n)
	return i < len(want) && want[i] <= line+n
}
