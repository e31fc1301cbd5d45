package diagnosis

// Redaction says what was taken out of a report before it was written.
type Redaction struct {
	Mode    string           `json:"mode"` // off, secrets, standard, strict
	Classes []ClassCount     `json:"classes"`
	Sources []RedactedSource `json:"sources"`
}

// ClassCount is how many values of a class were replaced by tokens.
type ClassCount struct {
	Class string `json:"class"`
	Count int    `json:"count"`
}

// RedactedSource is the count for one source.
type RedactedSource struct {
	Name    string       `json:"name"`
	Classes []ClassCount `json:"classes"`
}
