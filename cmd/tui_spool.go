package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/muesli/cancelreader"
)

// mostSpool bounds what is spooled for reading back: of a pipe, of followed files, of archives.
const mostSpool = 16 << 30

// newSpool makes a temporary file that only its owner can read, and that is gone when zlog is, however it ends.
func newSpool() (*os.File, error) {
	f, err := os.CreateTemp("", "zlog-spool-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	_ = os.Remove(f.Name()) // where open files cannot be removed, dropSpool does it
	return f, nil
}

func dropSpool(f *os.File) {
	if f != nil {
		f.Close()
		_ = os.Remove(f.Name())
	}
}

// pump copies a pipe into a spool, or is given what a followed file gains (see chase). Bytes are only ever added.
type pump struct {
	name     string
	in       io.Reader // nil: what has that name is opened
	followed bool
	spool    *os.File

	mu   sync.Mutex
	n    int64 // bytes in the spool
	line int64 // bytes up to the end of the last whole line
	end  bool
}

func newPump(name string, stdin io.Reader) (*pump, error) {
	spool, err := newSpool()
	if err != nil {
		return nil, err
	}
	p := &pump{name: name, spool: spool}
	if name == "-" {
		p.in = stdin
	}
	return p, nil
}

func (p *pump) close() { dropSpool(p.spool) }

func (p *pump) size() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

func (p *pump) ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// lines gives the bytes that are whole lines, all when no more will come.
func (p *pump) lines() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end {
		return p.n
	}
	return p.line
}

// whole gives a reader of what is there.
func (p *pump) whole() io.Reader { return io.NewSectionReader(p.spool, 0, p.lines()) }

// packed says whether what comes is compressed or an archive.
func (p *pump) packed() bool {
	head := make([]byte, 512)
	n, _ := p.spool.ReadAt(head[:min(512, p.size())], 0)
	return container(head[:n])
}

// Write implements io.Writer.
func (p *pump) Write(b []byte) (int, error) {
	if p.n+int64(len(b)) > mostSpool {
		return 0, fmt.Errorf("spool: more than %d GB", mostSpool>>30)
	}
	n, err := p.spool.WriteAt(b, p.n)
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := bytes.LastIndexByte(b[:n], '\n'); i >= 0 {
		p.line = p.n + int64(i) + 1
	}
	p.n += int64(n)
	return n, err
}

// run copies until the input ends or ctx is done.
func (p *pump) run(ctx context.Context) {
	defer p.finish()
	if p.in != nil {
		p.copy(ctx, p.in)
	} else if f, err := os.Open(p.name); err == nil {
		defer f.Close()
		p.copy(ctx, f)
	}
}

// finish says that no more will come.
func (p *pump) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end = true
}

// copy reads a pipe; the read is broken off when ctx is done.
func (p *pump) copy(ctx context.Context, in io.Reader) {
	r, err := cancelreader.NewReader(in)
	if err != nil {
		_, _ = io.Copy(p, in)
		return
	}
	defer r.Close()
	stop := context.AfterFunc(ctx, func() { r.Cancel() })
	defer stop()
	_, _ = io.CopyBuffer(onlyWriter{p}, r, make([]byte, 256<<10))
}

// onlyWriter hides that the other side could read by itself.
type onlyWriter struct{ io.Writer }

// lastLine gives the end of the last whole line within the first limit bytes.
func lastLine(f *os.File, limit int64) int64 {
	buf := make([]byte, min(limit, 1<<20))
	n, _ := f.ReadAt(buf, limit-int64(len(buf)))
	if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
		return limit - int64(len(buf)) + int64(i) + 1
	}
	return limit
}

func isPipe(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeCharDevice) != 0
}

// isContainer looks whether a file's bytes are not its lines: compressed, or an archive.
func isContainer(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	return container(head[:n])
}

func container(head []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "\x28\xb5\x2f\xfd", "PK\x03\x04", "PK\x05\x06"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return len(head) >= 262 && string(head[257:262]) == "ustar"
}
