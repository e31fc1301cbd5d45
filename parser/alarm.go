package parser

import (
	"bytes"
	"strings"

	"zlog/event"
	"zlog/sieve"
)

// AlarmLiterals gives byte strings, at least one of which is in every raw line whose record has the level warning or
// above, in every format and every wrapper that keeps text as text. They are for a Filter, and rare in other lines.
// Dumps, and messages that a wrapper writes as numbers or in pieces, pass every filter anyway.
func AlarmLiterals() []string {
	var all []string
	// JSON as logrus, slog and hclog write it; inside a wrapper's JSON the quotes are guarded. Both end before the
	// word does: slog may add an offset, logrus says "warning" where slog says "WARN".
	for _, word := range []string{"warn", "WARN", "Warn", "err", "ERR", "Err", "fatal", "FATAL", "Fatal", "panic", "PANIC", "Panic"} {
		all = append(all, `level":"`+word, `level": "`+word, `level\":\"`+word, `level\": \"`+word)
	}
	for _, word := range []string{"warn", "err", "fatal", "panic", "WARN", "ERR", "FATAL", "PANIC", "Warn", "Err", "Fatal", "Panic"} { // logrus text
		all = append(all, "level="+word)
	}
	// pfxlog text, plain, coloured (the level is followed by a colour code), and coloured inside JSON.
	for _, word := range []string{"WARNING", "  ERROR", "  FATAL", "  PANIC"} {
		all = append(all, "] "+word+" ", word+"\x1b[", word+`\u001b[`, word+`\u001B[`)
	}
	all = append(all, "[WARN] ", "[ERROR] ") // hclog
	for _, word := range []string{"WARNING", "ERROR", "FATAL", "PANIC"} {
		all = append(all, " "+word+" ", " "+word+"+")
	}
	for d := '0'; d <= '9'; d++ { // Go's standard logger: "19:47:19 WARN text"
		all = append(all, string(d)+" WARN ", string(d)+" WARN+")
	}
	return append(all, "panic: ", "fatal error: ", "exit status ", "[signal SIG", "SIGQUIT: ", "SIGABRT: ", "unexpected fault address ")
}

// PlainAlarms gives byte strings of at least twelve bytes, one of which is in every record of level warning or above that a
// line of JSON of its own holds and that ends in logrus's time.
func PlainAlarms() []string {
	var all []string
	for _, word := range []string{"warn", "WARN", "Warn", "error", "ERROR", "Error", "fatal", "FATAL", "Fatal", "panic", "PANIC", "Panic"} {
		all = append(all, `level":"`+word, `level": "`+word)
	}
	for _, word := range []string{`err"`, `ERR"`, `Err"`, `err+`, `ERR+`, `Err+`, `\u00`} { // levels that only zlog lets pass
		all = append(all, `level":"`+word, `level": "`+word)
	}
	return all
}

// The marks before a level, in the order in which they are looked for. What stands behind the first that is found
// is the record's own level: inside a JSON string the quotes would be escaped once more.
var levelMarks = []struct {
	text string
	rare int
}{{`"level":"`, 3}, {`level\":\"`, 2}, {`level=`, 5}}

// alarming says whether a raw line may be of a record of level warning or above: quickly for the formats that name
// the level behind a mark, and for the others by the alarm literals. It may err to the safe side only.
func alarming(raw []byte) bool {
	head := raw[:min(len(raw), 64)]
	switch {
	case bytes.HasPrefix(raw, logrusHead): // its level is behind the time
		if i := bytes.Index(head, []byte(" level=")); i > 0 {
			return loud(raw[i+len(" level="):])
		}
	case len(raw) > 0 && raw[0] == '[': // and pfxlog's
		if l := labelled(head[bytes.IndexByte(head, ']')+1:]); l != event.LevelUnknown {
			return l >= event.LevelWarning
		}
	}
	for _, mark := range levelMarks {
		i := indexOf(raw, mark.text, mark.rare)
		if i < 0 {
			continue
		}
		return loud(raw[i+len(mark.text):])
	}
	for i, at := range sieve.Through(alarmSieve, raw) {
		if l := &alarmLiterals[i]; at >= l.before && bytes.HasPrefix(raw[at-l.before:], l.text) {
			return true
		}
	}
	return false
}

// loud says whether a level that begins here may be warning or above.
func loud(level []byte) bool {
	level = bytes.TrimLeft(level, `"\`)
	if len(level) == 0 {
		return true
	}
	switch level[0] | 0x20 {
	case 'i', 'd', 't': // info, debug, trace
		return false
	}
	return true
}

// alarmLiterals are those of AlarmLiterals. The sieve is of them without the blanks and brackets before a word, which other lines
// have, too.
var alarmLiterals, alarmSieve = func() (all []alarmLiteral, s *sieve.Sieve) {
	var words []string
	for _, text := range AlarmLiterals() {
		word := strings.TrimLeft(text, "] ")
		words = append(words, word)
		all = append(all, alarmLiteral{[]byte(text), len(text) - len(word)})
	}
	return all, sieve.New(words)
}()

type alarmLiteral struct {
	text   []byte
	before int // how much of it comes before the word
}

// indexOf is bytes.Index for a key whose byte at rare is one that lines seldom hold: looking for that byte alone is
// several times as fast.
func indexOf(p []byte, key string, rare int) int {
	for from := rare; from < len(p); {
		i := bytes.IndexByte(p[from:], key[rare])
		if i < 0 {
			return -1
		}
		at := from + i - rare
		if len(p)-at >= len(key) && string(p[at:at+len(key)]) == key {
			return at
		}
		from += i + 1
	}
	return -1
}
