// Package cmd wires sources, rules, the cluster's story and reports into commands. It is the only place with exit
// codes.
package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK      = 0 // nothing at or above --fail-on
	exitFound   = 1 // something found
	exitTrouble = 2 // usage, unreadable or undecodable input, bad rules
)

// env is what a command runs in: streams and the built-in rules.
type env struct {
	in       io.Reader
	out, err io.Writer
	pack     fs.FS
	code     int
}

// errTrouble ends a command with exit code 2; what went wrong has been said.
var errTrouble = errors.New("trouble")

// Main runs zlog with arguments and streams, and gives the exit code. pack holds rules.yaml and pack/*.yaml.
func Main(args []string, in io.Reader, out, errOut io.Writer, pack fs.FS) int {
	e := &env{in: in, out: out, err: errOut, pack: pack}
	root := rootCommand(e)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	if err := root.Execute(); err != nil {
		if !errors.Is(err, errTrouble) {
			fmt.Fprintf(errOut, "zlog: %v\n", err)
		}
		return exitTrouble
	}
	return e.code
}

func rootCommand(e *env) *cobra.Command {
	c := &cobra.Command{
		Use:   "zlog",
		Short: "Find the root cause of trouble in an OpenZiti controller cluster from its logs",
		Example: `  journalctl -u ziti-controller -o cat | zlog diagnose
  zlog diagnose ctrl1.log ctrl2.log ctrl3.log
  zlog diagnose support-bundle.tar.gz -o json=report.json`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
	}
	c.SetVersionTemplate("zlog {{.Version}}\n")
	c.AddCommand(diagnoseCommand(e), versionCommand(e))
	return c
}

func versionCommand(e *env) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		_, err := fmt.Fprintln(e.out, "zlog", version())
		return err
	}}
}

// release is set by the release build.
var release = ""

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
