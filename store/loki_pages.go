package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// Loki cuts its answers into pages of a number of lines, and does not keep the lines of one time in order:
//
//	page 1   a@1 b@2 c@3 d@3        (4 lines at most) the last time may go on, so it is left to the next page
//	page 2               c@3 d@3 e@3 f@4
//
// Where it shards a query, which is its default, it sorts each stream of the answer by time, and its sort moves equals about
// (sort.Slice in pkg/logql/accumulator.go); a dozen entries or fewer it leaves as they are. So each time is asked for as a
// stream of its own, and of a time with more than a dozen lines the first and the last dozen are asked for once more.

const (
	lokiSettled = 12  // equals that Go's sort leaves in order, whichever way it compares them
	leastPage   = 100 // a server that allows fewer lines of an answer is not worth asking
)

// apart makes a stream of the lines of a node and time, without the labels that Loki adds by itself, such as detected_level.
func apart(sel Selection) string {
	return ` | label_format zlog_ts="{{ __timestamp__ | unixEpochNanos }}" | keep ` + sel.Label + `, zlog_ts`
}

// pages hands over what a filter leaves of a span, in the order of time.
func (k *loki) pages(ctx context.Context, sel Selection, filter string, take func(Line) error) error {
	from, to := sel.Span.From.UnixNano(), sel.Span.To.UnixNano()
	for from < to {
		limit := k.limit()
		ls, full, err := k.some(ctx, sel, filter, from, to, limit, "forward")
		if k.lower(err, limit) {
			continue
		}
		if err != nil {
			return err
		}
		next := to
		if full {
			if len(ls) == 0 {
				return fmt.Errorf("%w: more than %d lines at %s", errCrowd, limit, stamp(from-1))
			}
			if next = ls[len(ls)-1].Time; next == from {
				if ls, err = k.crowd(ctx, sel, filter, from, ls); err != nil {
					return err
				}
				next = from + 1
			}
			ls = slices.DeleteFunc(ls, func(l Line) bool { return l.Time >= next })
		}
		if err := k.settle(ctx, sel, filter, ls); err != nil {
			return err
		}
		for _, l := range ls {
			if err := take(l); err != nil {
				return fmt.Errorf("%w: %w", errStop, err)
			}
		}
		from = next
	}
	return nil
}

// crowd gives the lines of a time that has more than a page holds: a page from its beginning and one from its end, or all at
// once if the server lets us. Lines that may have been left out are an error.
func (k *loki) crowd(ctx context.Context, sel Selection, filter string, at int64, first []Line) ([]Line, error) {
	last, _, err := k.some(ctx, sel, filter, at, at+1, len(first), "backward")
	if err != nil {
		return nil, err
	}
	if ls, met := union(first, last); met {
		return ls, nil
	}
	ls, full, err := k.some(ctx, sel, filter, at, at+1, 20*len(first), "forward")
	if err == nil && !full {
		return ls, nil
	}
	crowd := fmt.Errorf("%w: more than %d lines at %s", errCrowd, 2*len(first), stamp(at))
	return nil, errors.Join(crowd, err)
}

func stamp(at int64) string { return time.Unix(0, at).UTC().Format(time.RFC3339Nano) }

// errCrowd says that one time has more lines than can be asked for.
var errCrowd = errors.New("no page holds the lines of one time")

// union joins the first lines of a time with its last, which may be the same in part, and says whether they are: if not, there
// may be more between them.
func union(first, last []Line) ([]Line, bool) {
	had := map[Line]bool{}
	for _, l := range first {
		had[l] = true
	}
	out, met := slices.Clone(first), false
	for _, l := range last {
		if had[l] {
			met = true
		} else {
			out = append(out, l)
		}
	}
	return out, met
}

// settle sets right the order of lines of one node and time where the store may have lost it. Up to two dozen of them are in order
// then; of more the middle stays as it came.
func (k *loki) settle(ctx context.Context, sel Selection, filter string, ls []Line) error {
	for i := 0; i < len(ls); {
		n := i
		for n < len(ls) && ls[n].Time == ls[i].Time {
			n++
		}
		slices.SortStableFunc(ls[i:n], func(a, b Line) int { return cmp.Compare(a.Node, b.Node) })
		for i < n {
			end := i
			for end < n && ls[end].Node == ls[i].Node {
				end++
			}
			if end-i > lokiSettled {
				one := sel
				one.Node = ls[i].Node
				first, _, err := k.some(ctx, one, filter, ls[i].Time, ls[i].Time+1, lokiSettled, "forward")
				if err != nil {
					return err
				}
				last, _, err := k.some(ctx, one, filter, ls[i].Time, ls[i].Time+1, min(lokiSettled, end-i-lokiSettled), "backward")
				if err != nil {
					return err
				}
				settle(ls[i:end], first, last)
			}
			i = end
		}
	}
	return nil
}

// settle puts lines of one time into order, of which the first and the last ones are known.
func settle(ls, first, last []Line) {
	left := map[Line]int{}
	for _, l := range ls {
		left[l]++
	}
	for _, l := range slices.Concat(first, last) {
		if left[l]--; left[l] < 0 {
			return // the store has changed in between
		}
	}
	middle := make([]Line, 0, len(ls))
	for _, l := range ls {
		if left[l] > 0 {
			left[l]--
			middle = append(middle, l)
		}
	}
	copy(ls, slices.Concat(first, middle, last))
}

func (k *loki) limit() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.page == 0 {
		k.page = lokiPage
	}
	return k.page
}

// tooMany is how Loki refuses a limit: "max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 1000)".
var tooMany = regexp.MustCompile(`max.entries.limit.*\((\d+) > (\d+)\)`)

// lower takes the limit that a refusal names for the pages to come, and says whether asking again may help.
func (k *loki) lower(err error, asked int) bool {
	var no *refused
	if !errors.As(err, &no) || no.status != 400 {
		return false
	}
	m := tooMany.FindStringSubmatch(no.text)
	if m == nil {
		return false
	}
	most, err := strconv.Atoi(m[2])
	if err != nil || most >= asked || most < leastPage {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.page = most
	return true
}

// some asks for at most limit lines of a selection that a filter leaves, and gives them in the order of time, and whether there
// may be more.
//
// Loki leaves out a chunk whose last line is of the very millisecond that a question begins at, and so that line:
//
//	chunk    a@…4.354  b@…4.355
//	start              ├─►        b is not found; one nanosecond earlier it is
func (k *loki) some(ctx context.Context, sel Selection, filter string, from, to int64, limit int, direction string) (ls []Line, full bool, err error) {
	start := from
	if from%int64(time.Millisecond) == 0 {
		start--
	}
	ls, err = k.between(ctx, sel, filter, start, to, limit, direction)
	full = len(ls) >= limit
	for len(ls) > 0 && ls[0].Time < from {
		ls = ls[1:]
	}
	return ls, full, err
}

// between asks one question.
func (k *loki) between(ctx context.Context, sel Selection, filter string, from, to int64, limit int, direction string) ([]Line, error) {
	var out []Line
	form := url.Values{"query": {k.stream(sel) + filter + apart(sel)}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "limit": {strconv.Itoa(limit)}, "direction": {direction}}
	err := k.c.ask(ctx, question{path: lokiBefore + "query_range", form: form}, func(r io.Reader) error {
		out = out[:0]
		result, err := k.result(r)
		if err != nil {
			return err
		}
		var bad error
		result.ForEach(func(_, s gjson.Result) bool {
			node := s.Get("stream." + pathOf(sel.Label)).String()
			s.Get("values").ForEach(func(_, v gjson.Result) bool {
				l, err := k.line(node, v)
				if err != nil {
					bad = err
					return false
				}
				out = append(out, l)
				return true
			})
			return bad == nil
		})
		return bad
	})
	if direction == "backward" {
		slices.Reverse(out)
	}
	order(out)
	return out, err
}
