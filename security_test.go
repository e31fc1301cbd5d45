package main

import (
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"zlog/cmd"
)

// needsReason are packages that reach out of the process, and where they may be used for what (docs/security.md).
var needsReason = map[string]map[string]string{
	"os/exec":   {"cmd": "--on-finding and --store-command, without a shell"},
	"syscall":   {"cmd": "signals, and what the operating system said", "follow": "inode numbers"},
	"unsafe":    {"parser": "a record's text lent from the read buffer"},
	"net/url":   {"redact": "texts only", "report": "texts only", "store": "addresses of stores"},
	"net":       {"store": "dials the store that --from names"},
	"net/http":  {"store": "asks the store that --from names"},
	"net/netip": {"redact": "texts only"},
}

// TestNothingReachesOut: the code imports the network in one package, no plugins, unsafe only where a reason is given, and starts programs in one place.
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

// TestTheStoreIsOpenedInOnePlace: only what reads --from makes a client, so nothing is dialled without it.
func TestTheStoreIsOpenedInOnePlace(t *testing.T) {
	opened := map[string]int{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"store.Open(", "newClient("} {
			opened[file+" "+call] += strings.Count(strings.ReplaceAll(string(data), "func "+call, ""), call)
		}
		if path.Dir(file) != "store" && strings.Contains(string(data), "http.") && strings.Contains(string(data), `"net/http"`) {
			t.Errorf("%s speaks HTTP", file)
		}
	}
	for where, n := range opened {
		if want := map[string]int{"cmd/store_flags.go store.Open(": 1, "store/store.go newClient(": 1}[where]; n != want {
			t.Errorf("%s: %d times, want %d", where, n, want)
		}
	}
}

// TestNothingIsDialledWithoutFrom runs the commands with every way out closed but one that counts: a proxy, which net/http would
// use for any host.
func TestNothingIsDialledWithoutFrom(t *testing.T) {
	dialled := make(chan string, 100)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dialled <- r.Host
		http.Error(w, "no", http.StatusForbidden)
	}))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	logs := filepath.Join("testdata", "logs", "two-bootstrapped-join")
	for _, args := range [][]string{{"diagnose", logs}, {"timeline", logs}, {"state", logs}, {"preflight", logs}, {"report", "-o", "html=-", logs},
		{"bundle", "-o", filepath.Join(t.TempDir(), "t.tar.gz"), logs}, {"version"}, {"rules", "list"}} {
		if code := cmd.Main(args, strings.NewReader(""), io.Discard, io.Discard, defaultRules); code > 1 {
			t.Errorf("%v: exit status %d", args, code)
		}
	}
	select {
	case host := <-dialled:
		t.Errorf("%s was asked for without --from", host)
	default:
	}
	// The counting works: with --from the host is asked for.
	cmd.Main([]string{"diagnose", "--from", "victorialogs+http://logs.invalid:9428", "--store-patience", "1ns"}, strings.NewReader(""), io.Discard, io.Discard, defaultRules)
	select {
	case <-dialled:
	default:
		t.Error("with --from nothing came to the proxy: the test would not see what is dialled")
	}
}

// TestProgramHoldsNoCodeThatListens looks into the linked program, so it holds for the modules that zlog uses too: the linker
// keeps only what can be reached. zlog asks; nobody can ask it.
func TestProgramHoldsNoCodeThatListens(t *testing.T) {
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
	if !strings.Contains(names, " main.main") || !strings.Contains(names, " net/http.(*Client)") {
		t.Fatal("no names in the program")
	}
	listens := regexp.MustCompile(`(?m) (net\.Listen\S*|net/http\.\(\*Server\)\.\S*|net/http\.(ListenAndServe|Serve)\S*|net/rpc\.\S*|os/exec\.\(\*Cmd\)\.Shell|golang\.org/x/net/\S+\.Listen\S*)$`)
	for _, m := range listens.FindAllStringSubmatch(names, 10) {
		t.Errorf("the program holds %s", m[1])
	}
}
