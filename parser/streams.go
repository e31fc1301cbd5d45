package parser

import "slices"

// stream finds or makes the stream of that name.
func (a *account) stream(name []byte) *stream {
	if r := a.recent; r != nil && r.name == string(name) {
		r.used = a.source.Lines
		return r
	}
	st := a.streams[string(name)]
	if st == nil {
		if len(a.streams) >= streamCount {
			a.drop(nil)
		}
		st = &stream{name: string(name)}
		a.streams[st.name] = st
	}
	st.used = a.source.Lines
	a.recent = st
	return st
}

// bound drops streams while all of them together keep too much.
func (a *account) bound(st *stream) {
	if st.size() < 128<<10 {
		return
	}
	total := 0
	for _, s := range a.streams {
		total += s.size()
	}
	for total > pendingBytes {
		gone := a.drop(st)
		if gone == nil {
			return
		}
		total -= gone.size()
	}
}

// drop hands on what the stream that was used least recently holds, and forgets it.
func (a *account) drop(keep *stream) *stream {
	var old *stream
	for _, s := range a.streams {
		if s != a.root && s != keep && (old == nil || s.used < old.used || s.used == old.used && s.name < old.name) {
			old = s
		}
	}
	if old == nil {
		return nil
	}
	if old.piece {
		a.complete(old, 0)
	}
	a.flush(old)
	delete(a.streams, old.name)
	if a.recent == old {
		a.recent = nil
	}
	return old
}

// sweep emits the records that have been held back for long, so that order across streams is off by little.
func (a *account) sweep(line int) {
	for _, st := range a.inOrder() {
		if st.held && st.used < line-overtakeLines {
			a.flush(st)
		}
	}
}

// inOrder gives the streams in the order of what they hold.
func (a *account) inOrder() []*stream {
	var all []*stream
	for _, st := range a.streams {
		all = append(all, st)
	}
	slices.SortFunc(all, func(x, y *stream) int {
		if x.line != y.line {
			return x.line - y.line
		}
		if x.name < y.name {
			return -1
		}
		return 1
	})
	return all
}
