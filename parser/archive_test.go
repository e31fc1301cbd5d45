package parser

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zlog/diagnosis"
	"zlog/event"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const oneRecord = `{"level":"info","msg":"m","time":"2026-11-22T19:19:36.376Z"}` + "\n"

type member struct {
	name, text string
	flag       byte
}

func tarOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Size: int64(len(m.text)), Mode: 0o644, Typeflag: m.flag}
		if m.flag != 0 {
			h.Size, h.Linkname = 0, "x"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if m.flag == 0 {
			_, _ = w.Write([]byte(m.text))
		}
	}
	w.Close()
	return b.Bytes()
}

func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.Write([]byte(m.text))
	}
	w.Close()
	return b.Bytes()
}

func gz(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	w.Close()
	return out.Bytes()
}

func zst(b []byte) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll(b, nil)
}

// readFile reads bytes as a file of that name.
func readFile(t testing.TB, name string, b []byte, opt Options) ([]event.Event, []diagnosis.Source) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	sources, errs := Expand([]string{name}, nil, opt.Limits)
	if len(errs) > 0 || len(sources) != 1 {
		t.Fatal(sources, errs)
	}
	var events []event.Event
	acc := sources[0].Read(context.Background(), opt, func(e *event.Event) { events = append(events, keep(e)) })
	for _, a := range acc {
		balanced(t, a)
	}
	return events, acc
}

func TestContainers(t *testing.T) {
	two := []member{{name: "b/ctrl2.log", text: oneRecord}, {name: "a/ctrl1.log", text: oneRecord + oneRecord}, {name: "a/case.md", text: "# no"}, {name: ".hidden.log", text: oneRecord}}
	bomb := strings.Repeat("\x00", 80<<20)
	for name, c := range map[string]struct {
		file  string
		bytes []byte
		lim   Limits
		want  []string // "name events error"
	}{
		"gzip":              {"c.log", gz([]byte(oneRecord)), Limits{}, []string{"c.log 1 "}},
		"two gzips joined":  {"c.gz", append(gz([]byte(oneRecord)), gz([]byte(oneRecord))...), Limits{}, []string{"c.gz 2 "}},
		"zstd":              {"c", zst([]byte(oneRecord)), Limits{}, []string{"c 1 "}},
		"tar":               {"b.tar", tarOf(t, two...), Limits{}, []string{"b.tar/b/ctrl2.log 1 ", "b.tar/a/ctrl1.log 2 "}},
		"tgz":               {"b.tgz", gz(tarOf(t, two...)), Limits{Depth: 1}, []string{"b.tgz/b/ctrl2.log 1 ", "b.tgz/a/ctrl1.log 2 "}},
		"tar.zst":           {"b.tar.zst", zst(tarOf(t, two...)), Limits{}, []string{"b.tar.zst/b/ctrl2.log 1 ", "b.tar.zst/a/ctrl1.log 2 "}},
		"zip is sorted":     {"b.zip", zipOf(t, two...), Limits{}, []string{"b.zip/a/ctrl1.log 2 ", "b.zip/b/ctrl2.log 1 "}},
		"gzip inside a zip": {"b.zip", zipOf(t, member{name: "x.gz", text: string(gz([]byte(oneRecord)))}), Limits{}, []string{"b.zip/x.gz 1 "}},
		"zip in tgz in zip": {"b.zip", zipOf(t, member{name: "b.tgz", text: string(gz(tarOf(t, member{name: "c.zip", text: string(zipOf(t, two[0]))})))}), Limits{}, []string{"b.zip/b.tgz/c.zip/b/ctrl2.log 1 "}},
		"too deep": {"b.gz", gz(gz(gz(gz([]byte(oneRecord))))), Limits{},
			[]string{"b.gz 0 b.gz: more than 3 archives or compressions inside each other; raise --max-depth"}},
		"too many files": {"b.zip", zipOf(t, two...), Limits{Entries: 3},
			[]string{"b.zip/a/ctrl1.log 2 ", "b.zip 0 b.zip: entry 4: more than 3 files; raise --max-entries"}},
		"too many bytes": {"b.gz", gz(bytes.Repeat([]byte(oneRecord), 1000)), Limits{Bytes: 1000},
			[]string{"b.gz ? read b.gz: b.gz: decompresses to more than 1000 bytes; raise --max-bytes"}},
		"a bomb beside a log": {"b.zip", zipOf(t, member{name: "a.log", text: bomb}, two[0]), Limits{},
			[]string{"b.zip/a.log ? read b.zip/a.log: b.zip/a.log: decompresses to more than 1000 times its size; raise --max-ratio", "b.zip/b/ctrl2.log 1 "}},
		"names that leave, links and devices": {"b.tar", tarOf(t, member{name: "../x.log", text: oneRecord}, member{name: "/y.log", text: oneRecord}, member{name: "l.log", flag: tar.TypeSymlink}, member{name: "d", flag: tar.TypeChar}, two[0]), Limits{},
			[]string{`b.tar/../x.log 0 b.tar: entry 1: "../x.log" leaves the archive`, `b.tar//y.log 0 b.tar: entry 2: "/y.log" leaves the archive`, `b.tar/l.log 0 b.tar: entry 3: "l.log" is a link, not a file`, `b.tar/d 0 b.tar: entry 4: "d" is a device, not a file`, "b.tar/b/ctrl2.log 1 "}},
		"binary": {"x.log", bytes.Repeat([]byte{1, 2, 3, 0xff, 'a'}, 100), Limits{}, []string{"x.log 0 x.log: not a log: binary data"}},
		"xz":     {"x.xz", []byte("\xfd7zXZ\x00abc"), Limits{}, []string{"x.xz 0 x.xz: compressed in a way that is not read (only gzip, zstd, tar and zip are); unpack it first"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, acc := readFile(t, c.file, c.bytes, Options{Limits: c.lim})
			var got []string
			for i, a := range acc {
				n := string(rune('0' + a.Events))
				if i < len(c.want) && strings.Contains(c.want[i], " ? ") {
					n = "?"
				}
				got = append(got, a.Name+" "+n+" "+a.Error)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestCutArchivesSaySo(t *testing.T) {
	text := generated(2000)
	for name, b := range map[string][]byte{"c.gz": gz(text), "c.zst": zst(text), "c.tgz": gz(tarOf(t, member{name: "c.log", text: string(text)}))} {
		t.Run(name, func(t *testing.T) {
			events, acc := readFile(t, name, b[:len(b)*3/4], Options{})
			if len(events) == 0 || !strings.Contains(acc[0].Error, "unexpected EOF") || len(acc[0].Gaps) != 1 || acc[0].Gaps[0].Reason != "unexpected EOF" {
				t.Errorf("%d events, %+v", len(events), acc)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a.log": oneRecord, "logs/b.log": oneRecord, "logs/sub/c.log.1": oneRecord, "logs/case.md": "#", "logs/expect.json": "{}",
		"logs/.hidden.log": oneRecord, "logs/ctrl.db": "x", "logs/noext": "text\n", "logs/data.bin": "\x01\x02\x03\x04", "logs/odd.foo": oneRecord,
		"logs/prose.foo": "text\n", "logs/z.gz": string(gz([]byte(oneRecord))), "empty/readme.md": "#", "we[i]rd.log": oneRecord,
	} {
		_ = os.MkdirAll(filepath.Dir(name), 0o700)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Symlink("..", "logs/loop")
	inLogs := "logs/b.log logs/noext logs/odd.foo logs/sub/c.log.1 logs/z.gz"
	for _, c := range []struct{ args, want, errs string }{
		{"a.log", "a.log", ""},
		{"a.log ./a.log logs/../a.log", "a.log", ""},
		{"logs", inLogs, ""},
		{"logs a.log", inLogs + " a.log", ""},
		{"*.log", "a.log we[i]rd.log", ""},
		{"we[i]rd.log", "we[i]rd.log", ""},
		{"**/*.log*", "a.log logs/b.log logs/sub/c.log.1 we[i]rd.log", ""},
		{"logs/case.md", "logs/case.md", ""},
		{"no.log a.log", "a.log", "open no.log: no such file or directory"},
		{"no*.log", "", "no*.log: no file matches"},
		{"empty", "", "empty: no logs in this folder"},
		{"- a.log -", "- a.log", ""},
	} {
		sources, errs := Expand(strings.Fields(c.args), strings.NewReader(""), Limits{})
		var names, texts []string
		for _, s := range sources {
			names = append(names, s.Name)
		}
		for _, e := range errs {
			texts = append(texts, e.Error())
		}
		if got := strings.Join(names, " "); got != c.want || strings.Join(texts, "; ") != c.errs {
			t.Errorf("%s: got %s, errors %v; want %s, %s", c.args, got, texts, c.want, c.errs)
		}
	}
}

func TestACancelledReadSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Source{Name: "-", stdin: bytes.NewReader(generated(10_000))}
	acc := s.Read(ctx, Options{Limits: DefaultLimits()}, func(*event.Event) { cancel() })
	balanced(t, acc[0])
	if acc[0].Error != "read -: context canceled" || acc[0].Events == 0 || acc[0].Events == 10_000 {
		t.Errorf("%+v", acc)
	}
}

func TestNamedPipesAreReadAndDevicesAreNot(t *testing.T) {
	t.Chdir(t.TempDir())
	if out, err := exec.Command("mkfifo", "p").CombinedOutput(); err != nil {
		t.Skipf("NOT TESTED: mkfifo: %s", out)
	}
	sources, errs := Expand([]string{"p", os.DevNull}, nil, Limits{})
	if len(sources) != 1 || len(errs) != 1 || errs[0].Error() != "open /dev/null: is a device or socket, not a file" {
		t.Fatal(sources, errs)
	}
	go func() { _ = os.WriteFile("p", []byte(oneRecord), 0) }()
	if acc := sources[0].Read(context.Background(), Options{}, func(*event.Event) {}); acc[0].Events != 1 || acc[0].Error != "" {
		t.Errorf("%+v", acc)
	}
}
