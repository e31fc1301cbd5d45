package tui

// list is a cursor over n rows of which h are seen.
type list struct{ cur, top, n, h int }

// show sets what there is to show, keeping the cursor in it and in sight.
func (l *list) show(n, h int) {
	l.n, l.h = n, max(h, 1)
	l.cur = max(0, min(l.cur, n-1))
	l.top = max(min(l.top, l.cur), l.cur-l.h+1)
	l.top = max(0, min(l.top, n-l.h))
}

func (l *list) move(d int) {
	l.cur += d
	l.show(l.n, l.h)
}

func (l *list) to(row int) {
	l.cur = row
	l.show(l.n, l.h)
}

// center brings a row to the middle of the screen.
func (l *list) center(row int) {
	l.cur = row
	l.top = row - l.h/2
	l.show(l.n, l.h)
}

// scroll is a place in lines without a cursor.
type scroll struct{ top, n, h int }

func (s *scroll) show(n, h int) {
	s.n, s.h = n, max(h, 1)
	s.top = max(0, min(s.top, n-s.h))
}

func (s *scroll) move(d int) {
	s.top += d
	s.show(s.n, s.h)
}
