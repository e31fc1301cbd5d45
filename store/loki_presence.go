package store

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// lokiPieces is how many pieces of a long span are counted at a time: most are empty, and yet take a server seconds.
const lokiPieces = 4

// counted is a bucket's node and end.
type counted struct {
	node string
	at   int64
}

// Presence implements Store. Loki looks back from each point in time: at T it counts from after T-width to T. Times of first
// and last lines come as numbers of 53 bits, that is to a quarter of a microsecond.
func (k *loki) Presence(ctx context.Context, sel Selection, width time.Duration) ([]Bucket, error) {
	// Points stand at whole multiples of the step, where Loki moves them to anyway. A bucket at an edge may hold lines from beyond it.
	step := max(1, int64(width/time.Second))
	wide := step * int64(time.Second)
	end := upTo(sel.Span.To.UnixNano()-1, wide)
	length := max(1, min(lokiPoints, int64(lokiLength)/wide-1)) * wide // the first point's look back counts, too
	type answer struct {
		found map[counted]*Bucket
		err   error
	}
	var answers []chan answer
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, lokiPieces)
	for from := upTo(sel.Span.From.UnixNano(), wide); from <= end; from += length + wide {
		to := max(min(from+length, end), from+wide) // two points at least: a span of no length is not answered
		a := make(chan answer, 1)
		answers = append(answers, a)
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found, err := k.counts(ctx, sel, step, from, to)
			a <- answer{found, err}
		}()
	}
	found := map[counted]*Bucket{}
	for _, c := range answers {
		a := <-c
		if a.err != nil {
			return nil, a.err
		}
		for at, b := range a.found { // a span of one point was asked for two, of which the next piece has the second, too
			found[at] = b
		}
	}
	var out []Bucket
	for _, b := range found {
		if b.Count > 0 {
			out = append(out, *b)
		}
	}
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Node, b.Node)) })
	return out, nil
}

// counts asks what lines there are up to each point of a piece: how many first, and if there are any, how long they are and when.
func (k *loki) counts(ctx context.Context, sel Selection, step, from, to int64) (map[counted]*Bucket, error) {
	found := map[counted]*Bucket{}
	base, span, by := k.stream(sel), fmt.Sprintf("%ds", step), " by ("+sel.Label+") ("
	stamp := ` | label_format zlog_ts="{{ __timestamp__ | unixEpochNanos }}" | keep ` + sel.Label + `, zlog_ts | unwrap zlog_ts [`
	for _, ask := range []struct {
		q   string
		set func(*Bucket, float64)
	}{
		{"sum" + by + "count_over_time(" + base + " [" + span + "]))", func(b *Bucket, n float64) { b.Count = int64(n) }},
		{"sum" + by + "bytes_over_time(" + base + " [" + span + "]))", func(b *Bucket, n float64) { b.Bytes = int64(n) }},
		{"min" + by + "min_over_time(" + base + stamp + span + "]))", func(b *Bucket, n float64) { b.First = time.Unix(0, int64(n)).Round(time.Microsecond) }},
		{"max" + by + "max_over_time(" + base + stamp + span + "]))", func(b *Bucket, n float64) { b.Last = time.Unix(0, int64(n)).Round(time.Microsecond) }},
	} {
		err := k.points(ctx, sel, ask.q, step, from, to, func(at counted, n float64) {
			b := found[at]
			if b == nil {
				b = &Bucket{Node: at.node}
				found[at] = b
			}
			ask.set(b, n)
		})
		if err != nil || len(found) == 0 {
			return nil, err
		}
	}
	return found, nil
}

// points asks a metric query.
func (k *loki) points(ctx context.Context, sel Selection, q string, step, from, to int64, set func(counted, float64)) error {
	form := url.Values{"query": {q}, "start": {strconv.FormatInt(from, 10)}, "end": {strconv.FormatInt(to, 10)}, "step": {strconv.FormatInt(step, 10)}}
	return k.c.ask(ctx, question{path: lokiBefore + "query_range", form: form}, func(r io.Reader) error {
		result, err := k.result(r)
		if err != nil {
			return err
		}
		var bad error
		result.ForEach(func(_, s gjson.Result) bool {
			node := s.Get("metric." + pathOf(sel.Label)).String()
			s.Get("values").ForEach(func(_, v gjson.Result) bool {
				pair := v.Array()
				if len(pair) < 2 {
					bad = torn(fmt.Errorf("no time and value"))
					return false
				}
				n, err := strconv.ParseFloat(pair[1].String(), 64)
				if err != nil {
					bad = torn(err)
					return false
				}
				set(counted{node, int64(math.Round(pair[0].Float() * 1000))}, n)
				return true
			})
			return bad == nil
		})
		return bad
	})
}

// upTo gives the multiple of a width that is no less than a time.
func upTo(at, width int64) int64 { return (at + width - 1) / width * width }
