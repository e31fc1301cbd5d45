package cmd

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestEveryCommandHasAManualPage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	var errs bytes.Buffer
	if code := Main([]string{"man", dir}, strings.NewReader(""), io.Discard, &errs, os.DirFS("..")); code != exitOK {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	pages := 0
	err := eachCommand(rootCommand(&env{}), func(c *cobra.Command) error {
		pages++
		name := filepath.Join(dir, pageName(c)+".1")
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, part := range []string{".TH ", ".SH NAME\n" + troff(pageName(c)) + " \\- ", ".SH SYNOPSIS\n"} {
			if !bytes.Contains(page, []byte(part)) {
				t.Errorf("%s: no %q", name, part)
			}
		}
		if man, err := exec.LookPath("mandoc"); err == nil {
			if out, err := exec.Command(man, "-T", "lint", "-W", "warning", name).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		}
		return nil
	})
	if err != nil || pages < 3 {
		t.Errorf("%d pages, %v", pages, err)
	}
}

func TestTroffTakesNoTextForACommand(t *testing.T) {
	if got, want := troff(".so /etc/passwd\n'x \\fB -v"), "\\&.so /etc/passwd\n\\(aqx \\efB \\-v"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
