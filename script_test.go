package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var updateScripts = flag.Bool("update", false, "rewrite the golden files of testdata/script")

// TestMain lets the scripts run zlog as a program of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"zlog": main})
}

// TestScript runs testdata/script/*.txtar: the command line as a user types it. $LOGS is testdata/logs.
func TestScript(t *testing.T) {
	logs, err := filepath.Abs(filepath.Join("testdata", "logs"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *updateScripts,
		Setup: func(e *testscript.Env) error {
			e.Setenv("LOGS", logs)
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, ".config")) // nobody's own rules
			for _, name := range []string{"NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR"} {
				e.Setenv(name, "")
			}
			return os.MkdirAll(filepath.Join(e.WorkDir, "out"), 0o755)
		},
	})
}
