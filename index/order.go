package index

import (
	"container/heap"
	"sort"
	"time"

	"zlog/event"
)

// Order puts all records into one order: by time on the common clock, and within a file as written, so that a line
// that is late by its own clock does not move ahead. It costs 4 bytes a record, nothing for a single file.
func (x *Index) Order() {
	x.orders.Lock()
	defer x.orders.Unlock()
	x.mu.RLock()
	var files []*File
	for _, f := range x.files {
		if f.count > 0 {
			files = append(files, f)
		}
	}
	total := x.count
	x.mu.RUnlock()
	if len(files) < 2 {
		x.mu.Lock()
		x.order, x.single, x.length = nil, nil, 0
		if len(files) == 1 {
			x.single, x.length = files[0], files[0].count
		}
		x.version++
		x.mu.Unlock()
		return
	}
	order := make([]uint32, 0, total)
	m := make(merge, 0, len(files))
	x.mu.RLock()
	for _, f := range files {
		c := &cursor{f: f, key: noTime, stop: f.count}
		c.step(x)
		m = append(m, c)
	}
	cursors := append([]*cursor{}, m...)
	heap.Init(&m)
	for len(m) > 0 {
		c := m[0]
		order = append(order, c.f.id(c.next-1))
		if len(order)%chunkSize == 0 { // let writers and the screen in
			x.mu.RUnlock()
			x.mu.RLock()
		}
		if c.step(x) {
			heap.Fix(&m, 0)
		} else {
			heap.Pop(&m)
		}
	}
	x.mu.RUnlock()
	x.mu.Lock()
	for _, c := range cursors {
		for i, k := range c.latest {
			x.chunks[c.f.chunks[i]].latest = k
		}
	}
	x.order, x.single, x.length = order, nil, len(order)
	x.version++
	x.mu.Unlock()
}

// cursor walks a file's records; key is the latest moment so far.
type cursor struct {
	f    *File
	next int
	stop int
	key  int64
	// latest is the key before each chunk; the chunks get it when the order is done
	latest []int64
}

func (c *cursor) step(x *Index) bool {
	if c.next >= c.stop {
		return false
	}
	ch := x.chunks[c.f.chunks[c.next>>chunkBits]]
	if c.next&(chunkSize-1) == 0 {
		c.latest = append(c.latest, c.key)
	}
	r := &ch.records[c.next&(chunkSize-1)]
	c.key = max(c.key, x.moment(r))
	c.next++
	return true
}

func (x *Index) moment(r *record) int64 {
	if r.at == noTime {
		return noTime
	}
	return r.at - x.writers[r.writer].offset
}

type merge []*cursor

func (m merge) Len() int { return len(m) }
func (m merge) Less(i, j int) bool {
	if m[i].key != m[j].key {
		return m[i].key < m[j].key
	}
	return m[i].f.number < m[j].f.number
}
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface; the merge only shrinks.
func (m *merge) Push(any) {}

// Pop implements heap.Interface.
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// Version rises whenever the order changed.
func (x *Index) Version() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.version
}

// Len gives the records in the order.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.length
}

// Added gives the records added so far, of which Len are in the order.
func (x *Index) Added() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.count
}

// At gives the record at a row; row must be from 0 to Len-1, and is brought there.
func (x *Index) At(row int) uint32 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.at(max(0, min(row, x.length-1)))
}

func (x *Index) at(row int) uint32 {
	if x.order != nil {
		return x.order[row]
	}
	return x.single.id(row)
}

// Row gives the place of a record in the order; for one that is not in it yet, where it would stand.
func (x *Index) Row(id uint32) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.order == nil {
		return min(x.ordinal(id), max(0, x.length-1))
	}
	key, f, n := x.key(id), x.chunks[id>>chunkBits].file.number, x.ordinal(id)
	return sort.Search(len(x.order), func(i int) bool {
		o := x.order[i]
		if k := x.key(o); k != key {
			return k > key
		}
		if g := x.chunks[o>>chunkBits].file.number; g != f {
			return g > f
		}
		return x.ordinal(o) >= n
	})
}

// Next gives the first row beyond row, in the direction of step (1 or -1), whose record keep accepts by what Head
// gives; -1 for none.
func (x *Index) Next(row, step int, keep func(*event.Event) bool) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	for row += step; row >= 0 && row < x.length; row += step {
		h := x.head(x.at(row))
		if keep(&h) {
			return row
		}
	}
	return -1
}

// Arrange gives the ids that are in the order, each once, as they stand in it. A walk over five million records takes
// some 30 ms.
func (x *Index) Arrange(ids []uint32) []uint32 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	bits := make([][]uint64, len(x.chunks))
	for _, id := range ids {
		c := id >> chunkBits
		if bits[c] == nil {
			bits[c] = make([]uint64, chunkSize/64)
		}
		bits[c][id&(chunkSize-1)/64] |= 1 << (id & 63)
	}
	out := make([]uint32, 0, len(ids))
	for row := range x.length {
		id := x.at(row)
		if b := bits[id>>chunkBits]; b != nil && b[id&(chunkSize-1)/64]&(1<<(id&63)) != 0 {
			out = append(out, id)
		}
	}
	return out
}

// key gives a record's place in time within the order: the latest moment in its file up to it.
func (x *Index) key(id uint32) int64 {
	c := x.chunks[id>>chunkBits]
	k := c.latest
	for i := range c.records[:id&(chunkSize-1)+1] {
		k = max(k, x.moment(&c.records[i]))
	}
	return k
}

// Near gives the first row at or after a moment on the common clock, the last row if there is none.
func (x *Index) Near(at time.Time) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ms := at.UnixMilli()
	row := sort.Search(x.length, func(i int) bool { return x.key2(i) >= ms })
	return min(row, max(0, x.length-1))
}

func (x *Index) key2(row int) int64 {
	id := x.at(row)
	if x.order != nil {
		return x.key(id)
	}
	_, r := x.record(id)
	return x.moment(r)
}
