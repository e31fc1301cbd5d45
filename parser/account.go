package parser

import (
	"bytes"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// meta is a record's place in the file.
type meta struct {
	line   int // first physical line
	lines  int
	cut    int
	wanted bool
	first  bool  // the first line of the source
	last   bool  // the last line of the source
	marks  []int // what the filter found in the line
	marked bool  // and that is all that it would find in the record
}

// account reads the lines of one source, counts each once and emits the records.
type account struct {
	source  diagnosis.Source
	emit    func(*event.Event)
	limit   int
	lend    bool
	marked  bool // a filter looks at every line
	pause   time.Duration
	stamps  secondCache
	unwrap  unwrapper
	export  export
	streams map[string]*stream
	recent  *stream
	root    *stream
	ev      event.Event
	fields  []event.Field // ev's own
	json    objectReader
	ahead   *parts // of the line at hand, if it was parsed ahead
	gaps    gaps
	formats map[string]int
	wraps   [wrapCount]int
	part    *Part
	plain   int // records that end in logrus's time and are pfxlog's, kept out of the map for speed
	slog    int // and those that are slog's
	close   int // up to this line, objects are looked at more closely
}

func newAccount(name string, opt Options, emit func(*event.Event)) *account {
	a := &account{emit: emit, close: closeFirst, limit: opt.Limits.Line, lend: opt.Lend, json: objectReader{lend: opt.Lend}, marked: opt.Filter != nil, pause: opt.Silence, formats: map[string]int{}, streams: map[string]*stream{}}
	a.source = diagnosis.Source{Name: name, Gaps: []diagnosis.Gap{}}
	if opt.Part != nil {
		a.part = opt.Part(name)
	}
	a.root = a.stream(nil)
	return a
}

// line takes the next physical line, without its line feed, and what the filter found in it.
func (a *account) line(raw []byte, cut int, marks []int, x *extent, last bool) {
	a.source.Lines++
	a.source.CutBytes += int64(cut)
	m := meta{line: a.source.Lines, lines: 1, cut: cut, wanted: x.wanted, first: a.source.Lines == 1, last: last, marks: marks, marked: a.marked}
	if a.export.active {
		a.exportLine(raw, &m)
		return
	}
	if x.plain && !m.last && !m.first && !a.objects() && !a.closely(m.line) {
		a.plainObject(raw, x.at, &m)
		return
	}
	if m.first {
		raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	}
	raw = bytes.TrimSuffix(withoutHole(raw), []byte("\r"))
	a.slow(raw, &m)
	if m.line%overtakeLines == 0 {
		a.sweep(m.line)
	}
}

// slow takes wrappers off.
func (a *account) slow(p []byte, m *meta) {
	if len(p) > 0 && exportHead(p) {
		a.export.active, a.export.meta = true, *m
		a.wraps[wrapExport]++
		a.export.add(p, m.cut, a.limit)
		return
	}
	var w wrapped
	if k := a.unwrap.sticky; a.objects() && len(p) > 0 && a.unwrap.try(k, p, &w) { // spares judging it as a record
		a.wraps[k]++
		a.take(&w, m)
		return
	}
	s := a.stamps.look(p)
	if a.doubtful(p, s, m.line) && (a.unwrap.document(p, &w) || event.IsJSONBytes(p) && a.stamps.judgeJSON(p).kind != kindJSON) {
		s, a.close = shape{}, m.line+closeFirst
	}
	if s.kind != kindUnknown || len(p) == 0 || m.cut > 0 && p[0] == '{' && !bytes.HasPrefix(p, dockerHead) {
		a.record(a.root, p, nil, s, stamp{}, m)
		return
	}
	k := a.unwrap.unwrap(p, &a.stamps, &w)
	if k == wrapNone {
		if q := a.prefixed(p); q != nil {
			p, s = q, a.stamps.look(q)
		}
		a.record(a.root, p, nil, s, stamp{}, m)
		return
	}
	a.wraps[k]++
	a.take(&w, m)
}

// objects says whether lines are taken to be objects that a collector has put around them.
func (a *account) objects() bool {
	return a.unwrap.sticky == wrapJournalJSON || a.unwrap.sticky == wrapDocument
}

// prefixed looks for an object behind a prefix of a collector that is not known, and gives it.
func (a *account) prefixed(p []byte) []byte {
	i := bytes.Index(p[:min(len(p), 256)], []byte(`{"`))
	if i <= 0 || bytes.IndexByte(p[:i], '"') >= 0 {
		return nil
	}
	if _, ok := a.stamps.tail(p[i:]); !ok || !event.IsJSONBytes(p[i:]) {
		return nil
	}
	return p[i:]
}

// take handles a line without its wrapper: pieces are put together first.
func (a *account) take(w *wrapped, m *meta) {
	a.unwrap.within(w)
	st := a.stream(w.stream)
	m.wanted = m.wanted || w.always
	m.marked = m.marked && !w.decoded
	if st.piece && !bytes.Equal(st.pieceID, w.ident) {
		a.complete(st, m.line)
	}
	if !st.piece && !w.partial {
		a.record(st, w.payload, w.ident, a.stamps.look(w.payload), w.at, m)
		return
	}
	if !st.piece {
		st.piece, st.pieceMeta, st.pieceAt = true, *m, w.at
		st.pieces, st.pieceID = st.pieces[:0], append(st.pieceID[:0], w.ident...)
	} else {
		a.source.Continuation++
		st.pieceMeta.lines++
		st.pieceMeta.cut += m.cut
		st.pieceMeta.last = m.last
	}
	room := a.limit - len(st.pieces)
	if n := len(w.payload) - room; n > 0 {
		st.pieceMeta.cut += n
		a.source.CutBytes += int64(n)
		w.payload = w.payload[:room]
	}
	st.pieces = append(st.pieces, w.payload...)
	if !w.partial {
		a.complete(st, m.line)
		return
	}
	a.bound(st)
}

// complete hands on a line that came in pieces. The filter saw only the pieces, so it always passes.
func (a *account) complete(st *stream, line int) {
	st.piece = false
	m := st.pieceMeta
	m.wanted, m.marked, m.marks = true, false, nil
	st.used = max(st.used, line)
	a.record(st, st.pieces, st.pieceID, a.stamps.look(st.pieces), st.pieceAt, &m)
}

// exportLine takes the next line of an export block.
func (a *account) exportLine(raw []byte, m *meta) {
	x := &a.export
	if x.add(raw, m.cut, a.limit) {
		a.source.Blank++
		a.endExport()
		return
	}
	a.source.Continuation++
	x.meta.lines++
	x.meta.cut += m.cut
	x.meta.wanted = x.meta.wanted || m.wanted
	x.meta.last = m.last
}

func (a *account) endExport() {
	var w wrapped
	a.export.take(&w)
	m := a.export.meta
	m.marked, m.marks = false, nil
	a.take(&w, &m)
	a.export.reset()
}

// record counts a line and keeps it, emits it, or leaves it out. p may hold line feeds if a wrapper could.
func (a *account) record(st *stream, p, ident []byte, s shape, wrap stamp, m *meta) {
	head, rest := p, []byte(nil)
	if i := bytes.IndexByte(p, '\n'); i >= 0 && s.kind != kindJSON {
		head, rest = p[:i], p[i+1:]
		s = a.stamps.look(head)
	}
	head = bytes.TrimSuffix(head, []byte("\r"))
	torn := (m.first || m.last) && m.cut == 0 && a.torn(head, &s, m)
	switch {
	case torn, s.kind == kindJSON, m.cut > 0 && len(head) > 0 && head[0] == '{':
		s.kind = kindJSON
		a.object(st, p, s, wrap, m, torn)
	case st.continues(s.kind, head, ident):
		a.source.Continuation++
		st.goOn(head, m)
		a.tail(st, rest, m)
	case s.kind == kindBlank:
		a.source.Blank++
	case s.kind == kindUnknown && isFrame(head):
		a.source.Continuation++ // of a line that is no record: an error that is printed with its stack
	case s.kind == kindUnknown:
		a.source.Unparsed++
	default:
		a.flush(st)
		a.source.Events++
		a.count(s.format)
		st.hold(s.kind, head, ident, m)
		st.at, st.silence = a.clock(st, s.at, wrap, m.line)
		a.tail(st, rest, m)
		a.bound(st)
	}
}

// tail adds the further lines of a message that one physical line held.
func (a *account) tail(st *stream, rest []byte, m *meta) {
	none := *m
	none.lines, none.cut, none.marks = 0, 0, nil
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		st.goOn(line, &none)
	}
}

// flush emits the held record.
func (a *account) flush(st *stream) {
	if !st.held {
		return
	}
	st.held = false
	if !st.told {
		a.hand(st)
	}
}

// hand emits what a stream holds, if it is wanted.
func (a *account) hand(st *stream) {
	if st.wanted || st.silence > 0 || st.kind == kindDump {
		a.ev.Fields = a.fields
		st.event(&a.ev, a.source.Name, a.lend)
		a.fields = a.ev.Fields
		a.emit(&a.ev)
	}
}

// end hands on everything held and gives the account.
func (a *account) end() diagnosis.Source {
	if a.export.active { // the last line was in it
		a.export.meta.last = true
		a.endExport()
	}
	for _, st := range a.inOrder() {
		if st.piece {
			a.complete(st, 0)
		}
	}
	for _, st := range a.inOrder() {
		a.flush(st)
	}
	a.source.Format, a.source.Wrapper = a.dominant()
	if a.part != nil {
		a.gaps.records = max(a.gaps.records, a.part.Lines)
		a.source.Stored, a.source.StoredBytes = a.part.Lines, a.part.Bytes
	}
	a.gaps.into(&a.source)
	return a.source
}
