package parser

import "context"

// blocksAhead is how many blocks there are in all when reading runs ahead: one that is filled, one that is taken apart, and
// some between, so that neither side waits for a block that is harder than others.
const blocksAhead = 4

// all reads to the end. With ahead, reading, decompressing, filtering, cutting into lines and parsing the objects among them
// (if they are lent) are done on another goroutine than the rest, which is about half of the work of most logs:
//
//	goroutine   read ─► filter ─► lines ─► objects ─┐ full ┌─► records ─► emit   caller
//	                 ▲                              └──────┘      │
//	                 └────────────────────── empty ◄──────────────┘
//
// Blocks are taken in the order in which they were read, so the answer is the same.
func (l *lineReader) all(ctx context.Context, ahead bool) error {
	if !ahead {
		l.give = func() { l.hand(&l.now) }
		return l.run(ctx)
	}
	l.early = l.acc.lend
	full, empty := make(chan block, blocksAhead), make(chan block, blocksAhead)
	for range blocksAhead - 1 {
		empty <- block{}
	}
	l.give = func() {
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
	for b := range full {
		l.hand(&b)
		empty <- b
	}
	return err
}
