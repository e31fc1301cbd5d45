package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"zlog/rules"
)

// verbTable is rules/testdata/ziti-verbs.yaml.
type verbTable struct {
	Releases []string `yaml:"releases"`
	Verbs    []verb   `yaml:"verbs"`
}

type verb struct {
	Verb     string   `yaml:"verb"`
	Versions string   `yaml:"versions"`
	Min      int      `yaml:"min"`
	Max      int      `yaml:"max"`
	Flags    []string `yaml:"flags"`
}

func verbs(t *testing.T) *verbTable {
	t.Helper()
	data, err := os.ReadFile("rules/testdata/ziti-verbs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v := &verbTable{}
	if err := yaml.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
	return v
}

var (
	blanks = regexp.MustCompile(`<[^>]*>|\{[^}]*\}|'[^']*'|"[^"]*"`) // what stands for one argument
	named  = regexp.MustCompile("`(ziti [^`]*)`")
)

// wrong says what is wrong with a command for the releases of a range, "" for nothing. A command that prose names
// needs no arguments and only some release that has it.
func (v *verbTable) wrong(command, versions string, prose bool) string {
	words := strings.Fields(blanks.ReplaceAllString(command, "ARG"))
	var best *verb
	n := 0
	for i := range v.Verbs {
		parts := strings.Fields(v.Verbs[i].Verb)
		if len(parts) >= n && len(parts) <= len(words) && strings.Join(words[:len(parts)], " ") == v.Verbs[i].Verb {
			best, n = &v.Verbs[i], len(parts)
		}
	}
	if prose && (best == nil || n == 1) {
		for i := range v.Verbs { // a group such as "ziti agent"
			if strings.HasPrefix(v.Verbs[i].Verb, command+" ") {
				return ""
			}
		}
	}
	if best == nil || n == 1 && len(words) > 1 && !strings.HasPrefix(words[1], "-") {
		return "no release has it"
	}
	args, flags := 0, words[n:]
	for i := 0; i < len(flags); i++ {
		flag, _, whole := strings.Cut(flags[i], "=")
		switch {
		case flags[i] == "...":
		case !strings.HasPrefix(flags[i], "-"):
			args++
		case !strings.Contains(" "+strings.Join(best.Flags, " ")+" ", " "+flag+" "):
			return "it has no flag " + flag
		case !whole && i+1 < len(flags) && !strings.HasPrefix(flags[i+1], "-"):
			i++ // the flag's value
		}
	}
	if !(prose && args == 0) && (args < best.Min || best.Max >= 0 && args > best.Max) {
		return fmt.Sprintf("%d arguments; it takes %d to %d", args, best.Min, best.Max)
	}
	in, ok1 := rules.ParseRange(versions)
	has, ok2 := rules.ParseRange(best.Versions)
	if !ok1 || !ok2 {
		return "a range of versions that cannot be read"
	}
	for _, r := range v.Releases {
		if in.Holds(r) && !has.Holds(r) && !prose {
			return r + " does not have it (it is there in " + best.Versions + "); give versions"
		}
	}
	return ""
}

func TestEveryCommandOfThePackIsOneThatTheReleaseHas(t *testing.T) {
	table := verbs(t)
	set := builtInPack(t)
	seen := 0
	check := func(at, command, versions string, prose bool) {
		seen++
		if why := table.wrong(strings.Join(strings.Fields(command), " "), versions, prose); why != "" {
			t.Errorf("%s: %q: %s", at, command, why)
		}
	}
	prose := func(at string, texts ...string) {
		for _, text := range texts {
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				check(at, m[1], "", true)
			}
		}
	}
	for _, s := range set.Signatures {
		prose(s.ID, append([]string{s.Title, s.Meaning.Get(), s.Normal, s.Remedy.Get()}, s.Causes.Get()...)...)
	}
	for _, d := range set.Diagnoses {
		prose(d.ID, d.Summary, d.Cause, d.Prevention)
		for _, r := range d.Remedy.Get() {
			prose(d.ID, r.Do, r.Danger)
			if strings.HasPrefix(r.Command, "ziti ") {
				check(d.ID+": remedy", r.Command, r.Versions, false)
			}
		}
		for _, c := range d.Confirm.Get() {
			prose(d.ID, c.Expect)
			if strings.HasPrefix(c.Command, "ziti ") {
				check(d.ID+": confirm", c.Command, "", false)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d commands were found", seen)
	}
}

func TestWrongCommandsAreSeen(t *testing.T) {
	for _, c := range []struct {
		command, versions string
		prose, right      bool
	}{
		{"ziti agent cluster list", "", false, true},
		{"ziti agent cluster lst", "", false, false},
		{"ziti agent cluster init <user> <password> <name>", "", false, false}, // 1.1 has another
		{"ziti agent cluster init <user> <password> <name>", ">=1.4", false, true},
		{"ziti agent cluster init <user> <password>", ">=1.4", false, false},
		{"ziti agent cluster init", "", true, true},
		{"ziti agent controller init <user> <password> <name>", "<1.4", false, true},
		{"ziti agent controller init <user> <password> <name>", ">=1.1", false, false},
		{"ziti agent", "", true, true},
		{"ziti agent controller snapshot-db", "", false, false},
		{"ziti pki create server --spiffe-id controller/<id>", "", false, true},
		{"ziti pki create server --spifee-id controller/<id>", "", false, false},
		{"ziti edge list identities 'name=\"<name>\"'", "", false, true},
		{"ziti --version", "", false, true},
		{"ziti raft list", "", true, false},
	} {
		if why := verbs(t).wrong(c.command, c.versions, c.prose); (why == "") != c.right {
			t.Errorf("%s (%s): %q", c.command, c.versions, why)
		}
	}
}
