package cmd

import (
	"testing"
	"time"
)

func TestATimeIsGivenAsItIsRead(t *testing.T) {
	at := func(s string) time.Time {
		x, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	begin, end := at("2026-11-21T18:00:00Z"), at("2026-11-22T19:40:12Z")
	for given, want := range map[string]string{
		"2026-11-22T19:32:20Z":          "2026-11-22T19:32:20Z",
		"2026-11-22T20:32:20.250+01:00": "2026-11-22T19:32:20.25Z",
		"2026-11-22T19:32:20":           "2026-11-22T19:32:20Z",
		"2026-11-22 19:32:20.5":         "2026-11-22T19:32:20.5Z",
		"2026-11-22 19:32:20Z":          "2026-11-22T19:32:20Z",
		"2026-11-22 19:32":              "2026-11-22T19:32:00Z",
		"2026-11-22":                    "2026-11-22T00:00:00Z",
		"10m":                           "2026-11-22T19:30:12Z",
		"1d":                            "2026-11-21T19:40:12Z",
		"2w":                            "2026-11-08T19:40:12Z",
		"19:32:20.970":                  "2026-11-22T19:32:20.97Z", // as the timeline prints it
		"19:32":                         "2026-11-22T19:32:00Z",
		"23:15":                         "2026-11-21T23:15:00Z", // the last one in the logs
	} {
		w, err := point(given)
		if err != nil {
			t.Errorf("%s: %v", given, err)
		} else if got := w.on(begin, end); !got.Equal(at(want)) {
			t.Errorf("%s is %s, want %s", given, got, want)
		}
	}
	w, _ := point("20:00")
	if got := w.on(at("2026-11-22T19:00:00Z"), end); !got.Equal(at("2026-11-22T20:00:00Z")) {
		t.Errorf("20:00 of logs from 19:00 to 19:40 is %s", got)
	}
	for _, bad := range []string{"yesterday", "25:00", "-10m", "0s", "0d", "-1d", "1.5d", "9999d", "2026-13-01"} {
		if w, err := point(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, w)
		}
	}
}
