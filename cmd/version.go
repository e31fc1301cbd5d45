package cmd

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// release is set by the release build.
var release = ""

// build is what is known of this program.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Commit   string `json:"commit"`
	Time     string `json:"time"` // of the commit
	Modified bool   `json:"modified"`
}

// version is the release, or the module's version that the Go toolchain recorded, or "devel".
func version() string {
	if release != "" {
		return release
	}
	if bi, ok := debug.ReadBuildInfo(); ok && bi.Main.Version != "" && bi.Main.Version != "(devel)" {
		return bi.Main.Version
	}
	return "devel"
}

func thisBuild() build {
	b := build{Version: version(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	bi, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range bi.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// String gives one line: "zlog v0.1.0 (commit 0123456789ab, go1.26.8, linux/amd64)".
func (b build) String() string {
	var parts []string
	if b.Commit != "" {
		commit := "commit " + b.Commit[:min(12, len(b.Commit))]
		if b.Modified {
			commit += " and changes"
		}
		parts = append(parts, commit)
	}
	return fmt.Sprintf("zlog %s (%s)", b.Version, strings.Join(append(parts, b.Go, b.Platform), ", "))
}

func versionCommand(e *env) *cobra.Command {
	kind := "text"
	c := &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Example: "  zlog version\n  zlog version -o json",
		RunE: func(*cobra.Command, []string) error {
			switch kind {
			case "text":
				_, err := fmt.Fprintln(e.out, thisBuild())
				return err
			case "json":
				enc := json.NewEncoder(e.out)
				enc.SetIndent("", "  ")
				return enc.Encode(thisBuild())
			}
			return fmt.Errorf("-o %s: want text or json", kind)
		},
	}
	c.Flags().StringVarP(&kind, "output", "o", kind, "text or json")
	complete(c, "output", []string{"text", "json"})
	return c
}
