package diagnosis

// Context is what stands around a line that a report cites.
type Context struct {
	Source string        `json:"source"`
	Line   int           `json:"line"`
	Lines  []ContextLine `json:"lines"`
}

// ContextLine is one physical line as it is stored.
type ContextLine struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}
