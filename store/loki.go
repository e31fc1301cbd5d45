package store

type loki struct {
	c *client
	victoriaLogs
}
