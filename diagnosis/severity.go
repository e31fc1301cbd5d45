package diagnosis

import "fmt"

// Severity is how bad something is.
type Severity string

// The severities, in rising order.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Error    Severity = "error"
	Critical Severity = "critical"
)

// Rank gives 0 for info to 3 for critical, and -1 for anything else.
func (s Severity) Rank() int {
	switch s {
	case Info:
		return 0
	case Warning:
		return 1
	case Error:
		return 2
	case Critical:
		return 3
	}
	return -1
}

// ParseSeverity reads a severity's name.
func ParseSeverity(s string) (Severity, error) {
	if v := Severity(s); v.Rank() >= 0 {
		return v, nil
	}
	return "", fmt.Errorf("severity %q: want info, warning, error or critical", s)
}
