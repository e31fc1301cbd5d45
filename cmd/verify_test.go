package cmd

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
)

// aBundle makes a bundle and gives its files.
func aBundle(t *testing.T) map[string]string {
	t.Helper()
	dir, _ := secretLog(t)
	file := filepath.Join(t.TempDir(), "t.tar.gz")
	if _, errOut, code := zlog(t, "", "bundle", dir, "-o", file); code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return untar(t, data)
}

// pack writes files into an archive, in order of name.
func pack(t *testing.T, files map[string]string) string {
	t.Helper()
	var all []entry
	for _, name := range sorted(files) {
		all = append(all, textEntry(strings.TrimPrefix(name, "ticket/"), []byte(files[name])))
	}
	var data bytes.Buffer
	if err := tarball(&data, all, time.Time{}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "t.tar.gz")
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// sign makes the manifest's hash of a file right again, as a forger would.
func sign(t *testing.T, files map[string]string, name string) {
	t.Helper()
	var m diagnosis.Manifest
	if err := json.Unmarshal([]byte(files["ticket/manifest.json"]), &m); err != nil {
		t.Fatal(err)
	}
	for i := range m.Files {
		if f := &m.Files[i]; "ticket/"+f.Name == name {
			f.Size, f.SHA256 = int64(len(files[name])), sum([]byte(files[name]))
		}
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files["ticket/manifest.json"] = string(data)
}

func TestBundleVerifyFindsWhatWasChanged(t *testing.T) {
	const log, report = "ticket/logs/ctrl1.log", "ticket/report.json"
	edit := func(t *testing.T, files map[string]string, name, from, to string) {
		t.Helper()
		if !strings.Contains(files[name], from) {
			t.Fatalf("%s holds no %q", name, from)
		}
		files[name] = strings.Replace(files[name], from, to, 1)
	}
	whole := aBundle(t)
	if out, errOut, code := zlog(t, "", "bundle", "verify", pack(t, whole)); code != 0 || !strings.Contains(out, "cited lines are where the report says") {
		t.Fatalf("an untouched bundle: exit code %d: %s", code, errOut)
	}
	var r diagnosis.Result
	if err := json.Unmarshal([]byte(whole[report]), &r); err != nil {
		t.Fatal(err)
	}
	e := r.Diagnoses[0].Evidence[0]
	for _, c := range []struct {
		name   string
		change func(t *testing.T, files map[string]string)
		want   string
	}{
		{"one byte of a log", func(t *testing.T, f map[string]string) { edit(t, f, log, `"level":"info"`, `"level":"infO"`) }, "logs/ctrl1.log was changed"},
		{"one byte of a report for people", func(t *testing.T, f map[string]string) { edit(t, f, "ticket/report.html", "<h1>", "<h1> ") }, "report.html was changed"},
		{"a log is missing", func(_ *testing.T, f map[string]string) { delete(f, log) }, "logs/ctrl1.log is missing"},
		{"a file more", func(_ *testing.T, f map[string]string) { f["ticket/map.json"] = "{}" }, "map.json is not in the manifest"},
		{"a log whose lines moved, its hash made right", func(t *testing.T, f map[string]string) {
			f[log] = "\n" + f[log]
			sign(t, f, log)
		}, "where something else stands"},
		{"a claim that points elsewhere, its hash made right", func(t *testing.T, f map[string]string) {
			var r diagnosis.Result
			if err := json.Unmarshal([]byte(f[report]), &r); err != nil {
				t.Fatal(err)
			}
			r.Diagnoses[0].Evidence[0].Line++
			data, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			f[report] = string(data)
			sign(t, f, report)
		}, "where something else stands"},
		{"a claim about a log that is not there", func(t *testing.T, f map[string]string) {
			edit(t, f, report, `"source": "`+e.Source+`",
          "line": `, `"source": "other.log",
          "line": `)
			sign(t, f, report)
		}, "cites other.log, which is not in the bundle"},
		{"another verdict", func(t *testing.T, f map[string]string) {
			edit(t, f, report, `"verdict": "problem"`, `"verdict": "healthy"`)
			sign(t, f, report)
		}, "another verdict"},
		{"a report that is none", func(t *testing.T, f map[string]string) {
			f[report] = "[]"
			sign(t, f, report)
		}, "report.json cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{}
			for k, v := range whole {
				files[k] = v
			}
			c.change(t, files)
			out, errOut, code := zlog(t, "", "bundle", "verify", pack(t, files))
			if code != exitFound || !strings.Contains(errOut, c.want) || out != "" {
				t.Errorf("exit code %d, want %d and %q: %s%s", code, exitFound, c.want, errOut, out)
			}
		})
	}
}

// TestHostileBundlesAreRefused: none is taken for a bundle, nothing is written, and memory stays bounded.
func TestHostileBundlesAreRefused(t *testing.T) {
	archive := func(heads ...tar.Header) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		w := tar.NewWriter(z)
		for _, h := range heads {
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(make([]byte, h.Size)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	file := func(name string, size int64) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600}
	}
	good := archive(file("ticket/manifest.json", 2))
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "EOF"},
		{"no archive", []byte("hello, this is a log\n"), "gzip"},
		{"cut", good[:len(good)-12], "unexpected EOF"},
		{"a way out of the folder", archive(file("ticket/../../x", 1)), "has no place in a bundle"},
		{"an absolute name", archive(file("/etc/passwd", 1)), "has no place in a bundle"},
		{"a name of another system", archive(file(`ticket/..\x`, 1)), "has no place in a bundle"},
		{"a link", archive(tar.Header{Typeflag: tar.TypeSymlink, Name: "ticket/report.json", Linkname: "/etc/passwd"}), "is not a file"},
		{"a device", archive(tar.Header{Typeflag: tar.TypeChar, Name: "ticket/report.json"}), "is not a file"},
		{"the same name twice", archive(file("ticket/report.json", 1), file("ticket/report.json", 1)), "is there twice"},
		{"an empty name twice", archive(file("ticket/a", 0), file("ticket/a", 0)), "is there twice"},
		{"a bomb", archive(file("ticket/report.json", 64<<20)), "decompresses to more than"},
		{"no manifest", archive(file("ticket/report.json", 1)), "no manifest.json"},
		{"a manifest that is none", good, "no manifest.json that can be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "t.tar.gz")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			out, errOut, code := zlog(t, "", "bundle", "verify", path)
			if code != exitTrouble || !strings.Contains(errOut, c.want) || out != "" {
				t.Errorf("exit code %d, want %d and %q: %s", code, exitTrouble, c.want, errOut)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Errorf("%d files are there: %v", len(left), err)
			}
		})
	}
}
