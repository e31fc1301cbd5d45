package main

import (
	"go/parser"
	"go/token"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// needsReason are packages that reach out of the process, and where they may be used for what (docs/security.md).
var needsReason = map[string]map[string]string{
	"os/exec":   {"cmd": "--on-finding, without a shell"},
	"syscall":   {"cmd": "signals, and what the operating system said", "follow": "inode numbers"},
	"unsafe":    {"parser": "a record's text lent from the read buffer"},
	"net/url":   {"redact": "texts only", "report": "texts only"},
	"net/netip": {"redact": "texts only"},
}

// TestNothingReachesOut: the code imports neither network nor plugins, unsafe only where a reason is given, and starts programs in one place.
func TestNothingReachesOut(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			name := unquote(t, spec.Path.Value)
			switch first, _, _ := strings.Cut(name, "/"); {
			case first != "net" && name != "os/exec" && name != "syscall" && name != "plugin" && name != "unsafe" && name != "C" &&
				!strings.HasPrefix(name, "golang.org/x/net"):
			case needsReason[name][path.Dir(file)] == "":
				t.Errorf("%s imports %s; docs/security.md promises not to, or wants its reason", file, name)
			}
		}
	}
}

// TestProgramHoldsNoCodeThatOpensASocket looks into the linked program, so it holds for the modules that zlog uses too:
// the linker keeps only what can be reached.
func TestProgramHoldsNoCodeThatOpensASocket(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("NOT TESTED: links the program, and knows the names of linux")
	}
	bin := filepath.Join(t.TempDir(), "zlog")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command("go", "tool", "nm", bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	names := string(out)
	if !strings.Contains(names, " main.main") || !strings.Contains(names, " syscall.") {
		t.Fatal("no names in the program")
	}
	socket := regexp.MustCompile(`(?m) (net\.\(\*(Dialer|ListenConfig|Resolver)\)\S*|net\.(Dial|Listen|Lookup)\S*|net/http\.\S*|crypto/tls\.\S*|(syscall|golang\.org/x/sys/unix)\.([sS]ocket|[cC]onnect|[bB]ind))$`)
	for _, m := range socket.FindAllStringSubmatch(names, 10) {
		t.Errorf("the program holds %s", m[1])
	}
}
