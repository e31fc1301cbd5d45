package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"zlog/diagnosis"
)

// ignoreFile lists, in the current directory, what an operator has accepted.
const ignoreFile = ".zlogignore"

// accepted reads .zlogignore, unless that is not wanted, and the reports that --baseline names.
func accepted(baselines []string, noIgnore bool) (*diagnosis.Accepted, error) {
	a := &diagnosis.Accepted{}
	if !noIgnore {
		text, err := readBounded(ignoreFile, mostConfig)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			if err := a.Ignore(ignoreFile, string(text)); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range baselines {
		data, err := readBounded(name, mostBaseline)
		if err != nil {
			return nil, fmt.Errorf("--baseline: %w", err)
		}
		var r diagnosis.Result
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("--baseline %s: not a report of zlog: %w", name, err)
		}
		if r.Schema != diagnosis.Schema {
			return nil, fmt.Errorf("--baseline %s: not a report of zlog: schema %q, want %q (make one with -o json)", name, r.Schema, diagnosis.Schema)
		}
		a.Baseline(name, &r)
	}
	return a, nil
}
