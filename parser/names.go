package parser

import (
	"bytes"
	"path"
	"strings"
)

// looksLikeLog decides about a file that the operator did not name: one in a folder or an archive. head is its
// first bytes.
func looksLikeLog(name string, head []byte) bool {
	if hidden(name) || notALog(path.Base(name)) {
		return false
	}
	switch m := magicOf(head); {
	case m == magicPlain:
	case m == magicZip: // office documents and Java archives are zips too
		return strings.HasSuffix(strings.ToLower(name), ".zip")
	default:
		return true
	}
	base := strings.ToLower(path.Base(name))
	if logName(base) {
		return true
	}
	if binaryData(head) {
		return false
	}
	if !strings.Contains(base, ".") {
		return true
	}
	return hasRecord(head)
}

// hidden: a part of the path starts with a dot, or is what macOS adds to a zip.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "__MACOSX" || strings.HasPrefix(part, ".") && part != "." && part != ".." {
			return true
		}
	}
	return false
}

// notALog knows the files that lie beside logs.
func notALog(base string) bool {
	base = strings.ToLower(base)
	switch base {
	case "expect.json", "manifest.json", "report.json":
		return true
	}
	switch path.Ext(base) {
	case ".md", ".yaml", ".yml", ".html", ".svg", ".key", ".pem", ".crt", ".db":
		return true
	}
	return false
}

// logName knows the names of logs: ctrl.log, ctrl.log.1, ctrl.log-20261122, ctrl.json, …
func logName(base string) bool {
	switch path.Ext(base) {
	case ".log", ".json", ".txt", ".jsonl", ".ndjson", ".out", ".err":
		return true
	}
	_, rest, ok := strings.Cut(base, ".log")
	return ok && strings.Trim(rest, "0123456789-_.") == ""
}

// hasRecord: one of the first lines is a record in a known format, wrapped or not.
func hasRecord(head []byte) bool {
	var c secondCache
	var u unwrapper
	for n := 0; n < 20 && len(head) > 0; n++ {
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var w wrapped
		if s := c.look(line); s.kind > kindBlank || u.unwrap(line, &c, &w) != wrapNone || exportHead(line) {
			return true
		}
	}
	return false
}

// inside: the name of a member stays below its archive.
func inside(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return false
		}
	}
	return true
}
