package tui

import (
	"context"
	"io"
)

// Plain is the screen line by line.
func Plain(ctx context.Context, opt Options, keys io.Reader, out io.Writer) error { return nil }
