package parser

import "bytes"

// count counts a record of a format; a dump has none.
func (a *account) count(format string) {
	if format != "" {
		a.formats[format]++
	}
}

// countJSON counts an object. logrus's and slog's JSON look alike at their ends; the first thousand records and
// every 64th after are looked at more closely.
func (a *account) countJSON(format string, p []byte) {
	if format == formatPfxlogJSON && (a.source.Events < 1000 || a.source.Events%64 == 0) &&
		bytes.Contains(p, []byte(`"channel":"`)) {
		format = formatSlogJSON
	}
	if format == formatPfxlogJSON {
		a.plain++
		return
	}
	a.count(format)
}

// dominant names the format and the wrapper that most lines had.
func (a *account) dominant() (format, wrap string) {
	most := 0
	for _, f := range []string{formatPfxlogJSON, formatSlogJSON, formatSlogText, formatLogrus, formatPfxlog, formatHclog, formatEvents, formatGolog} {
		n := a.formats[f]
		if f == formatPfxlogJSON {
			n += a.plain
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
