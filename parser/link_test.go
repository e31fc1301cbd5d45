package parser

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLinkToNothing(t *testing.T) {
	dir := t.TempDir()
	for link, target := range map[string]string{"ctrl1.log": "gone.log", "current": "gone"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("NOT TESTED: no links here: %v", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "ctrl2.log"), []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sources, errs := Expand([]string{dir}, nil, Limits{})
	if len(sources) != 1 || len(errs) != 1 {
		t.Errorf("%d sources, errors %v; want ctrl2.log, and an error for ctrl1.log", len(sources), errs)
	}
}
