//go:build !linux

package cmd

func hugePages() {}
