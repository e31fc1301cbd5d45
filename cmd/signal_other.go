//go:build !unix

package cmd

func ignoreFileSize() {}
