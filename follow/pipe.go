package follow

import (
	"context"
	"errors"
	"io"
	"os"
)

// piece is what came out of a pipe.
type piece struct {
	f   *File
	p   []byte
	err error
}

// startPipes begins to read the pipes, each on a goroutine of its own: a read cannot be waited for together with others.
// A reader that waits for input that never comes is left behind when ctx is done.
func (f *Follower) startPipes(ctx context.Context) {
	f.open = len(f.opt.Pipes)
	f.free = make(chan []byte, 2*len(f.opt.Pipes))
	for _, p := range f.opt.Pipes {
		f.free <- make([]byte, readSize)
		f.free <- make([]byte, readSize)
		go f.pump(ctx, p)
	}
}

func (f *Follower) pump(ctx context.Context, p Pipe) {
	x := &File{Name: p.Name, Pipe: true}
	send := func(b []byte, err error) bool {
		select {
		case f.pipes <- piece{x, b, err}:
			return true
		case <-ctx.Done():
			return false
		}
	}
	in := p.Reader
	if in == nil {
		file, err := os.Open(p.Name)
		if err != nil {
			send(nil, err)
			return
		}
		defer file.Close()
		in = file
	}
	for {
		var buf []byte
		select {
		case buf = <-f.free:
		case <-ctx.Done():
			return
		}
		n, err := in.Read(buf)
		if !send(buf[:n], err) || err != nil {
			return
		}
	}
}

// take hands on a piece of a pipe.
func (f *Follower) take(p piece) {
	if !p.f.told {
		p.f.told = true
		f.sink.Open(p.f)
	}
	if len(p.p) > 0 && !p.f.dead {
		p.f.at += int64(len(p.p))
		if err := f.sink.Data(p.f, p.p); err != nil {
			p.f.dead = true
			f.say(p.f.Name, err)
		}
	}
	if p.p != nil {
		select {
		case f.free <- p.p[:cap(p.p)]:
		default:
		}
	}
	if p.err == nil {
		return
	}
	if !errors.Is(p.err, io.EOF) && !p.f.dead {
		f.say(p.f.Name, p.err)
	}
	f.open--
	f.sink.Ended(p.f)
}
