package index

import (
	"bytes"
	"container/list"
	"sort"

	"zlog/event"
)

// Events reads records back, parsed. A record that cannot be read has the error as its message.
func (x *Index) Events(ids []uint32) []event.Event {
	out := make([]event.Event, len(ids))
	missing := map[*File][]int{}
	x.mu.Lock()
	for i, id := range ids {
		if e, ok := x.cache.get(id); ok {
			out[i] = e
		} else {
			f := x.chunks[id>>chunkBits].file
			missing[f] = append(missing[f], i)
		}
	}
	x.mu.Unlock()
	for f, places := range missing {
		sort.Slice(places, func(a, b int) bool { return f.lineAt(ids[places[a]]) < f.lineAt(ids[places[b]]) })
		for len(places) > 0 { // records that stand close together are read and parsed in one go
			n := 1
			for n < len(places) && f.lineAt(ids[places[n]])-f.lineAt(ids[places[n-1]]) < 2*markEvery {
				n++
			}
			f.fetch(ids, places[:n], out)
			places = places[n:]
		}
	}
	return out
}

func (f *File) lineAt(id uint32) int {
	f.x.mu.RLock()
	defer f.x.mu.RUnlock()
	_, r := f.x.record(id)
	return int(r.line)
}

// fetch reads the records at places, whose lines rise, and fills out.
func (f *File) fetch(ids []uint32, places []int, out []event.Event) {
	x := f.x
	x.mu.RLock()
	_, first := x.record(ids[places[0]])
	_, last := x.record(ids[places[len(places)-1]])
	from, to := int(first.line), int(last.line)+int(last.lines)
	x.mu.RUnlock()
	raw, err := f.read(from, to)
	byLine := make(map[int]event.Event, len(places))
	if err == nil {
		x.parse(bytes.NewReader(raw), func(e *event.Event) {
			own := *e
			own.Fields = append([]event.Field(nil), e.Fields...)
			byLine[own.Line-1+from] = own
		})
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range places {
		id := ids[p]
		h := x.head(id)
		_, r := x.record(id)
		e, ok := byLine[int(r.line)]
		switch {
		case err != nil:
			h.Msg = "cannot be read back: " + err.Error()
			e = h
		case !ok:
			h.Text = string(nthLines(raw, int(r.line)-from, int(r.lines)))
			h.Msg = h.Text
			e = h
		default:
			e.Source, e.Line, e.Lines, e.Time, e.Clock = h.Source, h.Line, h.Lines, h.Time, h.Clock
			if h.Stream != "" {
				e.Stream = h.Stream
			}
		}
		out[p] = e
		x.cache.put(id, e)
	}
}

func nthLines(raw []byte, skip, n int) []byte {
	for ; skip > 0; skip-- {
		i := bytes.IndexByte(raw, '\n')
		if i < 0 {
			return nil
		}
		raw = raw[i+1:]
	}
	end := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(raw[end:], '\n')
		if i < 0 {
			return raw
		}
		end += i + 1
	}
	return bytes.TrimSuffix(raw[:end], []byte("\n"))
}

// mostRead bounds what is read back at once: a record may be 1 MiB long, and 255 lines of it.
const mostRead = 8 << 20

// read gives the bytes of lines from to to-1.
func (f *File) read(from, to int) ([]byte, error) {
	f.x.mu.RLock()
	mark := min(from/markEvery, len(f.marks)-1)
	start, end := f.marks[mark], f.end
	if m := (to + markEvery - 1) / markEvery; m < len(f.marks) {
		end = f.marks[m]
	}
	f.x.mu.RUnlock()
	buf := make([]byte, min(end-start, mostRead))
	n, err := f.f.ReadAt(buf, start)
	if n < len(buf) && err != nil {
		return nil, err
	}
	return nthLines(buf, from-mark*markEvery, to-from), nil
}

// cache keeps the records read last.
type cache struct {
	size int
	ll   *list.List
	by   map[uint32]*list.Element
}

type cached struct {
	id uint32
	e  event.Event
}

func newCache(size int) *cache { return &cache{size, list.New(), map[uint32]*list.Element{}} }

func (c *cache) get(id uint32) (event.Event, bool) {
	el, ok := c.by[id]
	if !ok {
		return event.Event{}, false
	}
	c.ll.MoveToFront(el)
	return el.Value.(*cached).e, true
}

func (c *cache) put(id uint32, e event.Event) {
	if len(e.Text) > 64<<10 { // a dump or a giant: not worth its room
		return
	}
	if _, ok := c.by[id]; ok {
		return
	}
	c.by[id] = c.ll.PushFront(&cached{id, e})
	for c.ll.Len() > c.size {
		el := c.ll.Back()
		delete(c.by, el.Value.(*cached).id)
		c.ll.Remove(el)
	}
}
