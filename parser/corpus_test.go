package parser

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"zlog/event"
)

// corpus gives real logs: the folder that ZLOG_CORPUS names, or the cases of this repository.
func corpus(t *testing.T) []*Source {
	t.Helper()
	dir := cmp.Or(os.Getenv("ZLOG_CORPUS"), filepath.Join("..", "testdata", "logs"))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("NOT TESTED: no real logs in %s; set ZLOG_CORPUS to a folder with some", dir)
	}
	sources, errs := Expand([]string{dir}, nil, Limits{})
	if len(errs) > 0 || len(sources) == 0 {
		t.Fatalf("%d sources, errors %v", len(sources), errs)
	}
	return sources
}

func TestCorpusIsUnderstoodToTheLastLine(t *testing.T) {
	for _, s := range corpus(t) {
		n := 0
		acc := s.Read(context.Background(), Options{}, func(e *event.Event) {
			n++
			if e.Level == event.LevelUnknown || e.Msg == "" || e.Torn || e.Time.IsZero() && e.Level != event.LevelPanic {
				t.Errorf("%s:%d: level %q, message %q, torn %v, time %v", e.Source, e.Line, e.Level, e.Msg, e.Torn, e.Time)
			}
		})
		for _, a := range acc {
			balanced(t, a)
			if a.Unparsed > 0 || a.Error != "" || n != a.Events || a.Format == "" && a.Events != 1 {
				t.Errorf("%+v, %d emitted", a, n)
			}
		}
	}
}

func TestAlarmLiteralsFindEveryAlarmOfTheCorpus(t *testing.T) {
	for _, s := range corpus(t) {
		var all, some []event.Event
		full := s.Read(context.Background(), Options{}, func(e *event.Event) {
			if e.Level >= event.LevelWarning {
				all = append(all, keep(e))
			}
		})
		others := 0
		quick := s.Read(context.Background(), Options{Filter: literals(AlarmLiterals())}, func(e *event.Event) {
			switch {
			case e.Level >= event.LevelWarning:
				some = append(some, keep(e))
			case e.Silence == 0 && !e.Torn:
				others++
			}
		})
		if !reflect.DeepEqual(all, some) {
			t.Errorf("%s: %d alarms, %d found", s.Name, len(all), len(some))
		}
		if !reflect.DeepEqual(full, quick) {
			t.Errorf("%s: the account differs:\n%+v\n%+v", s.Name, full, quick)
		}
		if n := full[0].Events; others*50 > n {
			t.Errorf("%s: %d of %d records pass for nothing", s.Name, others, n)
		}
	}
}
