package cmd

import (
	"fmt"
	"io"
	"os"

	"zlog/rules"
)

// Bounds of files that are read whole.
const (
	mostRules    = rules.MaxFile
	mostConfig   = 8 << 20
	mostBaseline = 256 << 20
)

// readRules reads rule files.
func readRules(names []string) ([]rules.File, error) {
	var files []rules.File
	for _, n := range names {
		data, err := readBounded(n, mostRules)
		if err != nil {
			return nil, err
		}
		files = append(files, rules.File{Name: n, Text: string(data)})
	}
	return files, nil
}

// readBounded reads a file that is read whole, unless it has more bytes than it may: it can be a device, or a log that was
// named by mistake.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s: more than %d bytes, which is the most that such a file may have", name, most)
	}
	return data, err
}
