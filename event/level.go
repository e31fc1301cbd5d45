package event

// Level is a record's severity in the words of logrus, which OpenZiti 1.x and 2.0 log with.
type Level uint8

// The levels, in rising severity.
const (
	LevelUnknown Level = iota
	LevelTrace
	LevelDebug
	LevelInfo
	LevelWarning
	LevelError
	LevelFatal
	LevelPanic
)

var levelNames = [...]string{"", "trace", "debug", "info", "warning", "error", "fatal", "panic"}

// String gives logrus's name of the level ("warning", not "warn"), "" for LevelUnknown.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return ""
}

// ParseLevel reads a level as logrus, slog or hclog print it, in any case; LevelUnknown for anything else.
func ParseLevel(s string) Level {
	if len(s) > 8 {
		return LevelUnknown
	}
	var b [8]byte
	for i := 0; i < len(s); i++ {
		b[i] = s[i] | 0x20
	}
	switch string(b[:len(s)]) {
	case "trace":
		return LevelTrace
	case "debug":
		return LevelDebug
	case "info":
		return LevelInfo
	case "warn", "warning":
		return LevelWarning
	case "error", "err":
		return LevelError
	case "fatal":
		return LevelFatal
	case "panic":
		return LevelPanic
	}
	return LevelUnknown
}
