package parser

import (
	"time"

	"zlog/event"
)

// stamp is a time as the fast path handles it: no pointers, and the years 0 to 9999 fit.
type stamp struct {
	sec   int64 // since 1970
	nsec  int32
	clock event.Clock
}

func (s stamp) time() time.Time {
	if s.clock == event.ClockNone {
		return time.Time{}
	}
	return time.Unix(s.sec, int64(s.nsec)).UTC()
}

// stampOf is the inverse of time for a dated record.
func stampOf(t time.Time) stamp {
	return stamp{sec: t.Unix(), nsec: int32(t.Nanosecond()), clock: event.ClockLocal}
}

func (s stamp) before(o stamp) bool { return s.sec < o.sec || s.sec == o.sec && s.nsec < o.nsec }

// followPause is more than what lies between a stamp and one that follows it.
const followPause = 2 * time.Second

// follows says whether s is not before o, and of the same second or the next.
func (s stamp) follows(o stamp) bool {
	return s.sec == o.sec && s.nsec >= o.nsec || s.sec == o.sec+1
}

// since gives s - o, at most some 285 years either way.
func (s stamp) since(o stamp) time.Duration {
	const most = 9_000_000_000
	d := min(max(s.sec-o.sec, -most), most)
	return time.Duration(d)*time.Second + time.Duration(s.nsec-o.nsec)
}

func (s stamp) add(seconds int64) stamp {
	s.sec += seconds
	return s
}

// back gives the stamp a while before.
func (s stamp) back(d time.Duration) stamp {
	n := int64(s.nsec) - int64(d%time.Second)
	s.sec -= int64(d / time.Second)
	if n < 0 {
		s.sec, n = s.sec-1, n+1e9
	}
	s.nsec = int32(n)
	return s
}

// zone says what followed a stamp.
type zone byte

const (
	zoneNone zone = iota
	zoneZ
	zoneOffset
)

// secondCache keeps the last second that was read. Neighbouring lines mostly share theirs.
type secondCache struct {
	text [19]byte
	sec  int64
}

// readStamp reads 2006-01-02T15:04:05 with T or a blank, an optional fraction and an optional zone (Z, +01:00,
// +0100). It gives the number of bytes read, 0 if b does not start with a stamp. The clock is ClockZoned with a zone
// and ClockLocal without.
func (c *secondCache) readStamp(b []byte) (s stamp, n, digits int, z zone) {
	if len(b) < 19 {
		return s, 0, 0, zoneNone
	}
	if string(b[:19]) != string(c.text[:]) {
		sec, ok := readSecond(b)
		if !ok {
			return s, 0, 0, zoneNone
		}
		copy(c.text[:], b)
		c.sec = sec
	}
	s = stamp{sec: c.sec, clock: event.ClockLocal}
	s.nsec, n, digits = readFraction(b, 19)
	z, off, n := readZone(b, n)
	if z != zoneNone {
		s.clock = event.ClockZoned
		s.sec -= off
	}
	return s, n, digits, z
}

// readFraction reads .123 or ,123 at n; digits beyond nanoseconds are skipped.
func readFraction(b []byte, n int) (nsec int32, next, digits int) {
	if n+1 >= len(b) || b[n] != '.' && b[n] != ',' || !isDigit(b[n+1]) {
		return 0, n, 0
	}
	scale := int32(100_000_000)
	for n++; n < len(b) && isDigit(b[n]); n++ {
		nsec += int32(b[n]-'0') * scale
		scale /= 10
		digits++
	}
	return nsec, n, digits
}

// readZone reads Z, +01:00 or +0100 at n and gives the seconds east of UTC.
func readZone(b []byte, n int) (z zone, east int64, next int) {
	if n >= len(b) {
		return zoneNone, 0, n
	}
	switch b[n] {
	case 'Z':
		return zoneZ, 0, n + 1
	case '+', '-':
		m := n + 3
		if m < len(b) && b[m] == ':' {
			m++
		}
		if m+2 > len(b) {
			return zoneNone, 0, n
		}
		h, ok1 := two(b, n+1)
		minutes, ok2 := two(b, m)
		if !ok1 || !ok2 || h > 24 || minutes > 60 { // as the time package has it
			return zoneNone, 0, n
		}
		east = int64(h)*3600 + int64(minutes)*60
		if b[n] == '-' {
			east = -east
		}
		return zoneOffset, east, m + 2
	}
	return zoneNone, 0, n
}

// readSecond reads 2006-01-02T15:04:05; any of - and / may part the date, T or a blank the time.
func readSecond(b []byte) (int64, bool) {
	if len(b) < 19 || b[4] != b[7] || b[4] != '-' && b[4] != '/' || b[10] != 'T' && b[10] != ' ' {
		return 0, false
	}
	y1, ok1 := two(b, 0)
	y2, ok2 := two(b, 2)
	m, ok3 := two(b, 5)
	d, ok4 := two(b, 8)
	clock, ok5 := readClock(b[11:19])
	y := y1*100 + y2
	if !(ok1 && ok2 && ok3 && ok4 && ok5) || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return days(y, m, d)*86400 + clock, true
}

// readClock reads 15:04:05 as seconds; a leap second is let through.
func readClock(b []byte) (int64, bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := two(b, 0)
	m, ok2 := two(b, 3)
	s, ok3 := two(b, 6)
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return int64(h)*3600 + int64(m)*60 + int64(s), true
}

// days counts the days from 1970-01-01 in the Gregorian calendar (Howard Hinnant's days_from_civil).
func days(y, m, d int) int64 {
	if m <= 2 {
		y--
	}
	era := (y + 400) / 400
	yoe := y + 400 - era*400
	doy := (153*((m+9)%12)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int64(era-1)*146097 + int64(doe) - 719468
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func two(b []byte, i int) (int, bool) {
	hi, lo := b[i]-'0', b[i+1]-'0'
	return int(hi)*10 + int(lo), hi <= 9 && lo <= 9
}

func isDigit(c byte) bool { return c-'0' <= 9 }
