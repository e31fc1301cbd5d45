package store

import "strings"

// filter says what is wanted, nil for everything, and what it had to widen.
//
// A field that is analysed holds words, in lower case: between two blanks inside a text stands a whole word, so a phrase of
// such words is in every line that has the text. At the ends of a text words may be cut; of a text without a whole word a
// part of a word is looked for. What is no record is told by the fields that parsed records have; without such fields nothing tells.
func (s *elasticShape) filter(want *Want) (dict, []string) {
	switch {
	case want == nil:
		return nil, nil
	case s.line == "":
		return nil, []string{"the line is in no single field, so that every line is fetched"}
	case !s.exact && want.Plain && len(s.records) == 0:
		return nil, []string{"no field tells a record from text, so that every line is fetched; a line field of type wildcard does"}
	}
	var should []any
	for _, all := range want.Texts {
		var must []any
		for _, text := range all {
			q := s.has(text)
			if q == nil {
				continue
			}
			must = append(must, q)
		}
		if len(must) == 0 {
			return nil, []string{"no word in " + strings.Join(all, ", ") + ": every line is fetched"}
		}
		should = append(should, filtered(must))
	}
	switch {
	case want.Plain:
		should = append(should, s.plain())
	case s.exact:
		should = append(should, dict{"bool": dict{"must_not": dict{"exists": dict{"field": s.line}}}})
	}
	widened := []string{"texts are looked for by their whole words, in any case"}
	if s.exact {
		widened = nil
	}
	return dict{"bool": dict{"should": should, "minimum_should_match": 1}}, widened
}

// has asks for lines that may have a text, nil if that cannot be asked.
func (s *elasticShape) has(text string) dict {
	if s.exact {
		return dict{"wildcard": dict{s.line: dict{"value": "*" + strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(text) + "*"}}}
	}
	if p := phrase(text); p != "" {
		return dict{"match_phrase": dict{s.line: p}}
	}
	if w := fragment(text); len(w) >= 3 {
		return dict{"wildcard": dict{s.line: dict{"value": "*" + strings.ToLower(w) + "*", "case_insensitive": true}}}
	}
	return nil
}

// plain asks for lines that may be no records, and for those that were too long to be looked at.
func (s *elasticShape) plain() dict {
	if s.exact {
		return dict{"bool": dict{"must_not": dict{"prefix": dict{s.line: dict{"value": `{"`}}}}}
	}
	var must []any
	for _, f := range s.records {
		must = append(must, dict{"exists": dict{"field": f}})
	}
	return dict{"bool": dict{"must_not": must}}
}

// phrase gives the longest row of whole words in a text: those with a blank on both sides, of letters and digits alone.
func phrase(text string) string {
	parts := strings.Split(text, " ")
	best, row := "", ""
	for i, p := range parts {
		if i == 0 || i == len(parts)-1 || fragment(p) != p || p == "" {
			row = ""
			continue
		}
		if row != "" {
			row += " "
		}
		if row += p; len(row) > len(best) {
			best = row
		}
	}
	return best
}

// fragment gives the longest run of letters and digits of a text.
func fragment(text string) string {
	best := ""
	for _, run := range strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) {
		if len(run) > len(best) {
			best = run
		}
	}
	return best
}
