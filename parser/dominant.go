package parser

import "bytes"

// count counts a record of a format; a dump has none.
func (a *account) count(format string) {
	if format != "" {
		a.formats[format]++
	}
}

// sureFormat is how many objects are looked at closely to tell logrus's JSON from slog's, which look alike at their ends.
const sureFormat = 1000

// countJSON counts an object.
func (a *account) countJSON(format string, p []byte) {
	switch {
	case format != formatPfxlogJSON:
		a.count(format)
	case a.sure():
		a.countPlain(1)
	case bytes.Contains(p, []byte(`"channel":"`)):
		a.slog++
	default:
		a.plain++
	}
}

// sure says whether enough of them were.
func (a *account) sure() bool { return a.slog+a.plain >= sureFormat }

// countPlain counts objects that end in logrus's time as what most of those were that were looked at.
func (a *account) countPlain(n int) {
	if a.slog > a.plain {
		a.slog += n
	} else {
		a.plain += n
	}
}

// dominant names the format and the wrapper that most lines had.
func (a *account) dominant() (format, wrap string) {
	most := 0
	for _, f := range []string{formatPfxlogJSON, formatSlogJSON, formatSlogText, formatLogrus, formatPfxlog, formatHclog, formatEvents, formatGolog} {
		n := a.formats[f]
		switch f {
		case formatPfxlogJSON:
			n += a.plain
		case formatSlogJSON:
			n += a.slog
		}
		if n > most {
			most, format = n, f
		}
	}
	most = 0
	for k, n := range a.wraps {
		if n > most {
			most, wrap = n, wrapperNames[k]
		}
	}
	return format, wrap
}
