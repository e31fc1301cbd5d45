package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	"zlog/diagnosis"
	"zlog/report"
)

// kinds are the reports that -o knows. A new kind is one line here.
var kinds = map[string]func(io.Writer, *diagnosis.Result, report.TextOptions) error{
	"json": func(w io.Writer, r *diagnosis.Result, _ report.TextOptions) error { return report.JSON(w, r) },
	"text": report.Text,
	"html": func(w io.Writer, r *diagnosis.Result, _ report.TextOptions) error {
		return report.HTML(w, report.Page{Result: r})
	},
	"markdown": func(w io.Writer, r *diagnosis.Result, _ report.TextOptions) error {
		return report.Markdown(w, report.Page{Result: r})
	},
	"sarif": func(w io.Writer, r *diagnosis.Result, _ report.TextOptions) error { return report.SARIF(w, r) },
	"junit": func(w io.Writer, r *diagnosis.Result, _ report.TextOptions) error { return report.JUnit(w, r) },
}

// kindNames gives the kinds in order.
func kindNames() []string {
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

// output is one -o: a kind of report and where it goes, "" for standard output.
type output struct{ kind, file string }

// parseOutputs reads the values of -o: KIND, KIND=FILE or KIND=-. Standard output and each file take one report.
func parseOutputs(values []string) ([]output, error) {
	var outs []output
	taken := map[string]string{}
	for _, v := range values {
		kind, file, named := strings.Cut(v, "=")
		if kinds[kind] == nil {
			return nil, fmt.Errorf("-o %s: unknown kind %q; want %s, or KIND=FILE", v, kind, strings.Join(kindNames(), ", "))
		}
		if named && file == "" {
			return nil, fmt.Errorf("-o %s: no file after =", v)
		}
		if file == "-" {
			file = ""
		}
		key := file
		if file != "" {
			key = filepath.Clean(file)
		}
		if other, ok := taken[key]; ok && file == "" {
			return nil, fmt.Errorf("-o %s and -o %s both write to standard output; give one a file: -o %s=FILE", other, v, kind)
		} else if ok {
			return nil, fmt.Errorf("-o %s and -o %s write to the same file", other, v)
		}
		taken[key] = v
		outs = append(outs, output{kind, file})
	}
	return outs, nil
}

// write makes the report and puts it where it belongs, whole or not at all.
func (o output) write(e *env, r *diagnosis.Result, t report.TextOptions) error {
	if o.file == "" {
		t.Width, t.Color = columns(e.out), e.colored(e.out)
	} else {
		t.Color = e.color == "always"
	}
	var b bytes.Buffer
	if err := kinds[o.kind](&b, r, t); err != nil {
		return fmt.Errorf("-o %s: %w", o.kind, err)
	}
	if o.file != "" {
		return writeFile(o.file, b.Bytes())
	}
	if _, err := e.out.Write(b.Bytes()); err != nil && !errors.Is(err, syscall.EPIPE) { // the reader had enough
		return err
	}
	return nil
}

// writeFile replaces a file by new content in one step, so that a reader sees the old or the new, and a failure
// leaves the old. Devices and named pipes are written to as they are.
func writeFile(name string, data []byte) (err error) {
	if at, err := filepath.EvalSymlinks(name); err == nil {
		name = at
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, data, 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".zlog-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, cause(err))
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", name, cause(err))
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// cause takes the name of the temporary file off an error.
func cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return err
}
