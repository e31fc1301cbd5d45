package cluster

import "testing"

func TestHistoriesOfNodesThatNeverMetDoNotConflict(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 5 applied index=3 type=create", "ctrl2 0 started id=ctrl2", "ctrl2 5 applied index=3 type=update"}
	for _, x := range []struct{ name, line, want string }{
		{"nothing is known of the two", "ctrl1 6 waiting", ""},
		{"they were connected", "ctrl1 6 peer-connected peer=ctrl2", "ctrl2"},
		{"one added the other", "ctrl1 6 members-changed command=0 member=ctrl2 servers=[{Suffrage:Voter~ID:ctrl2~Address:tls:10.0.0.2:6262}]", "ctrl2"},
	} {
		if got := facts(story(append(append([]string{}, lines...), x.line)...), "history-conflict"); got != x.want {
			t.Errorf("%s: conflict on %q, want %q", x.name, got, x.want)
		}
	}
}

func TestAnEntryIsAppliedWithoutAnErrorOnlyWhereTheLogGoesOn(t *testing.T) {
	lines := []string{"ctrl1 0 started id=ctrl1", "ctrl1 5 applied index=3 type=create", "ctrl1 5 apply-failed index=3 error=no", "ctrl1 9 applied index=5 type=create",
		"ctrl2 0 started id=ctrl2", "ctrl2 4 applied index=2 type=create", "ctrl2 5 applied index=3 type=create"}
	for _, x := range []struct {
		name, want string
		more       []string
	}{
		{"its last line tells the entry", "", nil},
		{"it failed there, too", "", []string{"ctrl2 5 apply-failed index=3 error=no"}},
		{"the next entry is there", "ctrl1", []string{"ctrl2 5 applied index=4 type=create"}},
		{"the log goes on for a second", "ctrl1", []string{"ctrl2 6 peer-connected peer=ctrl1"}},
	} {
		if got := facts(story(append(append([]string{}, lines...), x.more...)...), "apply-disagreement"); got != x.want {
			t.Errorf("%s: disagreement on %q, want %q", x.name, got, x.want)
		}
	}
}

func TestNodesOfOneNameAreToldApartByTheirFiles(t *testing.T) {
	for _, x := range []struct {
		id                   string
		sources, names, want []string
	}{
		{"ctrl1", []string{"/logs/host1/ziti.log", "/logs/host2/ziti.log"}, nil, []string{"ctrl1 (host1/ziti.log)", "ctrl1 (host2/ziti.log)"}},
		{"ctrl1", []string{"a.log", "b.log"}, nil, []string{"ctrl1 (a.log)", "ctrl1 (b.log)"}},
		{"ctrl1", []string{"ziti.log", "/var/ziti.log"}, nil, []string{"ctrl1 (ziti.log)", "ctrl1 (var/ziti.log)"}},
		{"ctrl1", []string{`C:\one\x\ziti.log`, `C:\two\x\ziti.log`}, nil, []string{"ctrl1 (one/x/ziti.log)", "ctrl1 (two/x/ziti.log)"}},
		{"ctrl1", []string{"-", "-"}, nil, []string{"ctrl1 (-)", "ctrl1 (-)"}}, // nothing tells them apart
		{"", []string{"/logs/host1/ziti.log.2.gz", "/logs/host2/ziti.log"}, nil, []string{"host1/ziti", "host2/ziti"}},
		{"ctrl1", []string{"a.log", "a.log"}, []string{"ziti-1", "ziti-2"}, []string{"ctrl1 (ziti-1)", "ctrl1 (ziti-2)"}},
		{"", []string{"/logs/host1/ziti.log", "/logs/host2/ctrl.log"}, nil, []string{"ziti", "ctrl"}},
	} {
		var ns []*Node
		for i, source := range x.sources {
			key := streamKey{source: source}
			if x.names != nil {
				key.name = x.names[i]
			}
			ns = append(ns, &Node{ID: x.id, streams: []*stream{{key: key}}})
		}
		name(ns)
		for i, n := range ns {
			if n.Name != x.want[i] {
				t.Errorf("%q: %s, want %s", x.sources[i], n.Name, x.want[i])
			}
		}
	}
}
