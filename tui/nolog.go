package tui

import (
	"context"
	"time"

	"zlog/event"
)

// noLog is the Log of a result without lines.
type noLog struct{}

func (noLog) Version() uint64                            { return 0 }
func (noLog) Len() int                                   { return 0 }
func (noLog) At(int) uint32                              { return 0 }
func (noLog) Row(uint32) int                             { return 0 }
func (noLog) Head(uint32) event.Event                    { return event.Event{} }
func (noLog) Moment(uint32) time.Time                    { return time.Time{} }
func (noLog) Events(ids []uint32) []event.Event          { return make([]event.Event, len(ids)) }
func (noLog) Find(string, int) (uint32, bool)            { return 0, false }
func (noLog) Near(time.Time) int                         { return 0 }
func (noLog) Next(int, int, func(*event.Event) bool) int { return -1 }
func (noLog) Arrange([]uint32) []uint32                  { return nil }
func (noLog) Scan(_ context.Context, _ Scan, found func([]uint32, int64, int64)) error {
	found(nil, 0, 0)
	return nil
}
