package cluster

import (
	"strings"
	"testing"
	"time"

	"zlog/diagnosis"
	"zlog/event"
)

// story tells what lines mean: "ctrl1 12 started id=ctrl1", a node's log, the second, the effect and its captures, in which
// a space is written "~".
func story(lines ...string) *Story {
	b := NewBuilder()
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	for i, l := range lines {
		f := strings.Fields(l)
		after, err := time.ParseDuration(f[1] + "s")
		if err != nil {
			panic(err)
		}
		m := &event.Match{Signature: f[2], Effect: f[2], Source: f[0] + ".log", Line: i + 1, Time: at.Add(after), Last: at.Add(after), Count: 1}
		for _, c := range f[3:] {
			k, v, _ := strings.Cut(c, "=")
			if k == "silence" {
				m.Silence, _ = time.ParseDuration(v)
				continue
			}
			m.Captures = append(m.Captures, event.Field{Key: k, Value: strings.ReplaceAll(v, "~", " ")})
		}
		b.Add(m)
	}
	return b.Tell()
}

// facts gives the nodes that a fact was made about.
func facts(s *Story, name string) string {
	var out []string
	for _, f := range s.Facts {
		if f.Signature == "fact:"+name {
			out = append(out, f.Node)
		}
	}
	return strings.Join(out, " ")
}

func TestAStartIsStuckOnlyBesideAClusteredProcessThatGoesOn(t *testing.T) {
	for _, x := range []struct {
		name, want string
		lines      []string
	}{
		{"the one before goes on", "ctrl1", []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 storage-opened", "ctrl1 30 started id=ctrl1", "ctrl1 60 stopped"}},
		{"the one before had ended", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 storage-opened", "ctrl1 20 stopped", "ctrl1 30 started id=ctrl1", "ctrl1 60 became-follower"}},
		{"only its own first lines stand before it", "", []string{"ctrl1 0 starting", "ctrl1 0 started id=ctrl1", "ctrl1 60 storage-opened"}},
		{"neither is clustered", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 30 started id=ctrl1", "ctrl1 60 stopped"}},
		{"it opens its storage", "", []string{"ctrl1 0 started id=ctrl1", "ctrl1 1 storage-opened", "ctrl1 30 started id=ctrl1", "ctrl1 31 storage-opened", "ctrl1 60 stopped"}},
	} {
		if got := facts(story(x.lines...), "start-stuck"); got != x.want {
			t.Errorf("%s: start-stuck on %q, want %q", x.name, got, x.want)
		}
	}
}

func TestANodeThatOthersFollowOrReplicateToTookPart(t *testing.T) {
	for _, x := range []struct{ name, line, want string }{
		{"a leader replicates to it", "ctrl1 20 replicating peer=ctrl2", "ctrl2"},
		{"another follows it", "ctrl1 20 became-follower leader=ctrl2", "ctrl1 ctrl2"},
		{"it is only dialed", "ctrl1 20 unreachable peer=ctrl2", ""},
	} {
		got := facts(story("ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl2 5 waiting", x.line), "took-part")
		if x.want == "ctrl2" {
			got = strings.TrimPrefix(got, "ctrl1 ") // who replicates took part as well
		}
		if got != x.want {
			t.Errorf("%s: took-part on %q, want %q", x.name, got, x.want)
		}
	}
}

func TestALinkIsDownSinceItWentDown(t *testing.T) {
	s := story("ctrl1 0 started id=ctrl1", "ctrl2 0 started id=ctrl2", "ctrl1 5 peer-connected peer=ctrl2", "ctrl1 20 unreachable peer=ctrl2",
		"ctrl1 25 unreachable peer=ctrl2", "ctrl1 50 peer-connected peer=ctrl2", "ctrl1 55 replicating peer=ctrl2", "ctrl2 60 waiting")
	for after, want := range map[int]string{3: "unknown no line tells", 10: "yes since 19:00:05", 40: "no since 19:00:20", 58: "yes since 19:00:50"} {
		for _, st := range s.At(s.Begin().Add(time.Duration(after) * time.Second)) {
			if st.Node == "ctrl1" && (len(st.Links) != 1 || !strings.HasPrefix(st.Links[0].Up+" "+st.Links[0].Why, want)) {
				t.Errorf("after %d s: %+v, want %s", after, st.Links, want)
			}
		}
	}
}

func TestWhoIsToJoinIsTheNodeThatNoOtherKnows(t *testing.T) {
	s := story("a 0 started id=ctrl1", "a 1 founded", "a 2 became-leader", "b 0 started id=ctrl2", "b 3 became-follower leader=ctrl1",
		"c 0 started id=ctrl3", "c 1 founded", "c 2 became-leader", "a 9 peer-connected peer=ctrl2")
	if joiner, _ := s.Preflight(""); joiner != "ctrl3" {
		t.Errorf("%q is to join, want ctrl3", joiner)
	}
}

// twoLogs tells what two logs of one id mean, the second of which ends with a start, some seconds after the first begins.
func twoLogs(after time.Duration, growing bool, ending string) *Story {
	b := NewBuilder()
	at := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	add := func(source string, line int, t time.Time, effect string, caps ...event.Field) {
		b.Add(&event.Match{Signature: effect, Effect: effect, Source: source, Line: line, Time: t, Last: t, Count: 1, Captures: caps})
	}
	id := event.Field{Key: "id", Value: "ctrl3"}
	add("one.log", 1, at, "started", id)
	add("one.log", 2, at.Add(time.Second), "storage-opened")
	add("one.log", 3, at.Add(time.Minute), ending)
	add("two.log", 1, at.Add(after), "started", id)
	srcs := []diagnosis.Source{{Name: "one.log", First: diagnosis.Time{Time: at}, Last: diagnosis.Time{Time: at.Add(time.Minute)}},
		{Name: "two.log", First: diagnosis.Time{Time: at.Add(after)}, Last: diagnosis.Time{Time: at.Add(after)}}}
	if growing {
		b.SetSources(srcs, true)
	} else {
		b.AddSource(srcs[0])
		b.AddSource(srcs[1])
	}
	return b.Tell()
}

func TestAStartThatALogEndsWithIsStuckWhateverItsClock(t *testing.T) {
	const stuck = "ctrl3 (two.log)"
	for _, x := range []struct {
		name    string
		after   time.Duration
		growing bool
		ending  string
		want    string
	}{
		{"while the other runs", 20 * time.Second, false, "stopped", stuck},
		{"hours later by its clock", 3 * time.Hour, false, "stopped", stuck},
		{"half a minute later", 37 * time.Second, false, "stopped", stuck},
		{"before the other by its clock", -time.Minute, false, "stopped", stuck},
		{"soon after the other broke off", 70 * time.Second, false, "became-follower", ""},
		{"in a log that still grows", 3 * time.Hour, true, "stopped", ""},
	} {
		if got := facts(twoLogs(x.after, x.growing, x.ending), "start-stuck"); got != x.want {
			t.Errorf("%s: start-stuck on %q, want %q", x.name, got, x.want)
		}
	}
}

func TestANodeWithoutPairsHasTheClockOfTheOtherWithItsID(t *testing.T) {
	ns := []*Node{{ID: "ctrl3", Pairs: 4, Offset: time.Hour}, {ID: "ctrl3"}, {ID: "ctrl4"}}
	lend(ns)
	if ns[1].Offset != time.Hour || ns[2].Offset != 0 {
		t.Errorf("offsets %v and %v, want 1h and 0", ns[1].Offset, ns[2].Offset)
	}
}

func TestVotesAskedAndRefusedPairClocks(t *testing.T) {
	s := story("ctrl1 0 started id=ctrl1", "ctrl2 3637 started id=ctrl2", "ctrl2 3640 peer-connected peer=ctrl1 address=tls:a:1",
		"ctrl1 10 became-candidate", "ctrl2 3610 vote-refused address=tls:a:1", "ctrl1 12 became-candidate", "ctrl2 3612 vote-refused address=tls:a:1",
		"ctrl1 15 became-candidate", "ctrl2 3615 vote-refused address=tls:a:1", "ctrl2 3617 vote-refused address=tls:other:1")
	if d := s.Nodes[1].Offset - s.Nodes[0].Offset; d != time.Hour || s.Nodes[0].Pairs != 3 {
		t.Errorf("the second clock is %v ahead by %d pairs, want 1h by 3", d, s.Nodes[0].Pairs)
	}
}
