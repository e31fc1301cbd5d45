package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// private is a file that only its owner may read, written aside and put in place when it is whole.
type private struct {
	*os.File
	name string
}

func createPrivate(name string) (*private, error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".zlog-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, cause(err))
	}
	return &private{f, name}, nil
}

// commit puts the file in place.
func (p *private) commit() error {
	if err := p.Close(); err != nil {
		_ = os.Remove(p.Name())
		return fmt.Errorf("write %s: %w", p.name, cause(err))
	}
	if err := os.Rename(p.Name(), p.name); err != nil {
		_ = os.Remove(p.Name())
		return fmt.Errorf("write %s: %w", p.name, cause(err))
	}
	return nil
}

// drop takes an unfinished file away.
func (p *private) drop() {
	_ = p.Close()
	_ = os.Remove(p.Name())
}

// writePrivate writes a file with mode 0600, whole or not at all. A device or a pipe is written to as it is.
func writePrivate(name string, data io.Reader) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, data)
		return errors.Join(err, f.Close())
	}
	p, err := createPrivate(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(p, data); err != nil {
		p.drop()
		return fmt.Errorf("write %s: %w", name, cause(err))
	}
	return p.commit()
}
