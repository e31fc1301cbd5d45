package parser

import "context"

// blocksAhead is how many blocks there are in all when reading runs ahead: one that is filled, one that is taken apart, and
// some between, so that neither side waits for a block that is harder than others.
const blocksAhead = 4

// all reads to the end. With ahead, reading and decompressing are done on another goroutine than the rest. Filtering a block,
// finding its lines, and parsing the objects among them if they are lent, is done by whichever has less to do: by the
// caller if it has no block, else ahead of it.
//
//	goroutine   read ─┬─► filter ─► lines ─► objects ─┬─► full ─┬────────────────────┬─► records ─► emit   caller
//	              ▲   └───────────────────────────────┘         └─► filter ─► lines ─┘         │
//	              └─────────────────────────────── empty ◄─────────────────────────────────────┘
//
// Blocks are taken in the order in which they were read, so the answer is the same.
func (l *lineReader) all(ctx context.Context, ahead bool) error {
	if !ahead {
		l.give = func() {
			l.now.take(l, &l.stamps, false)
			l.hand(&l.now)
		}
		return l.run(ctx)
	}
	full, empty := make(chan block, blocksAhead), make(chan block, blocksAhead)
	for range blocksAhead - 1 {
		empty <- block{}
	}
	l.give = func() {
		if len(full) > 0 { // the caller has enough to do
			l.now.take(l, &l.stamps, l.acc.lend)
		}
		b := <-empty
		if b.buf == nil {
			b.buf = make([]byte, blockSize)
		}
		full <- l.now
		l.buf, l.now = b.buf, b
	}
	var err error
	go func() {
		defer close(full)
		err = l.run(ctx)
	}()
	var stamps secondCache
	for b := range full {
		if !b.taken {
			b.take(l, &stamps, false)
		}
		l.hand(&b)
		empty <- b
	}
	return err
}
