// Command zlog finds the root cause of trouble in an OpenZiti controller cluster from the controllers' logs.
package main

import (
	"embed"
	"os"

	"zlog/cmd"
)

//go:embed rules.yaml pack/*.yaml
var defaultRules embed.FS

func main() { os.Exit(cmd.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, defaultRules)) }
