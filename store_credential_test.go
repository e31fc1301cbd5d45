package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zlog/cmd"
)

// TestWhatAStoreIsShown holds where credentials come from, which source counts first, and that none is ever printed. The server is
// empty: it only looks at what it is shown.
func TestWhatAStoreIsShown(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	netrc := write("netrc", "machine 127.0.0.1 login zlog password n3trc\n", 0o600)
	open := write("open", "machine 127.0.0.1 token s3cret\n", 0o644)
	other := write("other", "machine logs.example token s3cret\n", 0o600)
	two := write("two", "s3cret\ns3cret\n", 0o600)
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
		want string // of the header, or else of what is said
	}{
		"nothing":                        {},
		"a command's token":              {args: []string{"--store-command", "printf s3cret"}, want: "Bearer s3cret"},
		"a command's name and password":  {args: []string{"--store-command", "echo zlog:s3cret"}, want: "Basic emxvZzpzM2NyZXQ="},
		"a command counts before a file": {args: []string{"--store-command", "printf s3cret", "--store-netrc", netrc}, want: "Bearer s3cret"},
		"a file counts before the environment": {args: []string{"--store-netrc", netrc}, env: map[string]string{"ZLOG_STORE_TOKEN": "s3cret"},
			want: "Basic emxvZzpuM3RyYw=="},
		"the environment's token":     {env: map[string]string{"ZLOG_STORE_TOKEN": "s3cret", "ZLOG_STORE_USER": "zlog"}, want: "Bearer s3cret"},
		"the environment's password":  {env: map[string]string{"ZLOG_STORE_USER": "zlog", "ZLOG_STORE_PASSWORD": "s3cret"}, want: "Basic emxvZzpzM2NyZXQ="},
		"no shell":                    {args: []string{"--store-command", "printf $HOME;id"}, want: "Bearer $HOME;id"},
		"a command that fails":        {args: []string{"--store-command", "false"}, want: "--store-command: false: exit status 1"},
		"a command that is not there": {args: []string{"--store-command", "no-such-command-here"}, want: "no-such-command-here"},
		"a command that says nothing": {args: []string{"--store-command", "true"}, want: "want one line: a token, or name:password"},
		"a command of two lines":      {args: []string{"--store-command", "cat " + two}, want: "want one line: a token, or name:password"},
		"a file that others can read": {args: []string{"--store-netrc", open}, want: "others can read it; chmod 600"},
		"a file without the machine":  {args: []string{"--store-netrc", other}, want: "nothing for machine 127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range []string{"ZLOG_STORE_TOKEN", "ZLOG_STORE_USER", "ZLOG_STORE_PASSWORD"} {
				t.Setenv(v, c.env[v])
			}
			shown, asked := "", 0
			srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				asked++
				shown = r.Header.Get("Authorization")
			}))
			defer srv.Close()
			var out, said bytes.Buffer
			code := cmd.Main(append([]string{"diagnose", "--from", "victorialogs+" + srv.URL}, c.args...), strings.NewReader(""), &out, &said, defaultRules)
			text := out.String() + said.String()
			if code != 2 || strings.Contains(text, "s3cret") || strings.Contains(text, "n3trc") {
				t.Errorf("exit status %d, and said: %s", code, text)
			}
			switch header := strings.HasPrefix(c.want, "Bearer ") || strings.HasPrefix(c.want, "Basic "); {
			case header && shown != c.want:
				t.Errorf("shown %q, want %q; said: %s", shown, c.want, text)
			case !header && c.want != "" && (asked > 0 || !strings.Contains(text, c.want)):
				t.Errorf("asked %d times, said: %s; want %q", asked, text, c.want)
			case c.want == "" && (shown != "" || !strings.Contains(text, "has no line with the label")):
				t.Errorf("shown %q, said: %s", shown, text)
			}
		})
	}
}
