package parser

import (
	"bytes"
	"strings"

	"zlog/event"
)

// Sizes of what is kept of a dump; a SIGQUIT dump of a controller has 1,200 lines and 90 KB.
const (
	stackBytes = 16 << 10
	frameCount = 30
)

// isDump recognises the lines that Go's runtime starts a crash with, and those that only occur in one.
func isDump(p []byte) bool {
	switch p[0] {
	case 'p':
		return bytes.HasPrefix(p, []byte("panic: "))
	case 'f':
		return bytes.HasPrefix(p, []byte("fatal error: "))
	case 'u':
		return bytes.HasPrefix(p, []byte("unexpected fault address "))
	case 'r':
		return bytes.HasPrefix(p, []byte("runtime: "))
	case 'e':
		return bytes.HasPrefix(p, []byte("exit status ")) && len(p) > 12 && len(p) < 16 && isDigit(p[12])
	case '[':
		return bytes.HasPrefix(p, []byte("[signal SIG"))
	case 'g':
		return isGoroutine(p)
	case 'S':
		colon := bytes.IndexByte(p[:min(len(p), 12)], ':')
		return colon > 3 && bytes.HasPrefix(p, []byte("SIG")) && len(p) < 80 &&
			bytes.Equal(p[:colon], bytes.ToUpper(p[:colon])) && isWord(string(p[:colon]))
	}
	return false
}

// isGoroutine recognises "goroutine 1 [running]:" and "goroutine 33 gp=0x2c0e8dfe83c0 m=0 mp=0x5efb3a0 [syscall]:".
func isGoroutine(p []byte) bool {
	const head = "goroutine "
	if !bytes.HasPrefix(p, []byte(head)) || !bytes.HasSuffix(bytes.TrimRight(p, " \r"), []byte(":")) {
		return false
	}
	rest := p[len(head):]
	n := 0
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	return n > 0 && bytes.IndexByte(rest, '[') > n
}

// isFrame recognises the two lines of a frame as pkg/errors prints it with %+v, which controllers before 2.0 do when a start fails:
//
//	github.com/openziti/ziti/controller/db.(*Migrations).migrate
//		github.com/openziti/ziti/controller/db/migrations.go:52
func isFrame(p []byte) bool {
	if len(p) > 1 && p[0] == '\t' {
		at := bytes.LastIndexByte(p, ':')
		if at < 0 || at+1 == len(p) || !bytes.HasSuffix(p[:at], []byte(".go")) && !bytes.HasSuffix(p[:at], []byte(".s")) {
			return false
		}
		return !bytes.ContainsFunc(p[at+1:], func(r rune) bool { return r < '0' || r > '9' }) && !bytes.ContainsAny(p[1:], " \t=")
	}
	slash := bytes.LastIndexByte(p, '/')
	if len(p) == 0 || !bytes.HasPrefix(p, []byte("main.")) && !bytes.HasPrefix(p, []byte("runtime.")) && slash < 1 || p[0] == '/' {
		return false
	}
	return bytes.IndexByte(p[slash+1:], '.') > 0 && p[len(p)-1] != '.' && !bytes.ContainsFunc(p, func(r rune) bool {
		return r <= ' ' || r == ':' || r == '=' || r == '"' || r == ',' || r == '?'
	})
}

// newDump: p starts a dump of its own although another is going on. The stacks come last, so a reason after them
// belongs to the next crash.
func newDump(p []byte, stacks bool) bool {
	return stacks && !isGoroutine(p) && p[0] != '[' && p[0] != 'e'
}

// parseDump gives a crash the level panic and the first goroutine's functions.
func parseDump(ev *event.Event, head string) {
	ev.Level, ev.Msg = event.LevelPanic, head
	if f := frames(ev.Text); f != "" {
		add(ev, "frames", f)
	}
	add(ev, "stack", ev.Text[:min(len(ev.Text), stackBytes)])
}

// frames lists the functions of the first goroutine, without their arguments:
//
//	goroutine 1 [running]:
//	github.com/openziti/ziti/controller.(*Controller).Run(0x15f006b64000)
//		github.com/openziti/ziti/controller/controller.go:380 +0xf58
func frames(text string) string {
	var names []string
	inside := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, "\r")
		switch {
		case !inside:
			inside = isGoroutine([]byte(line))
		case line == "" || isGoroutine([]byte(line)) || len(names) == frameCount:
			return strings.Join(names, "\n")
		case line[0] == '\t' || line[0] == ' ' || strings.HasPrefix(line, "created by "):
		default:
			if i := strings.LastIndexByte(line, '('); i > 0 {
				names = append(names, line[:i])
			}
		}
	}
	return strings.Join(names, "\n")
}
