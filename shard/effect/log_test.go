package effect

import "testing"

func words(l *Log, db int, all ...string) {
	w := l.Request(db, len(all))
	for _, word := range all {
		w.BulkString(word)
	}
}

func expect(t *testing.T, l *Log, want string, first, last int) {
	t.Helper()
	got, f, n := l.Bytes()
	if string(got) != want || f != first || n != last {
		t.Errorf("log is %q from %d to %d, want %q from %d to %d", got, f, n, want, first, last)
	}
}

func TestOneEffectStandsAlone(t *testing.T) {
	var l Log
	l.Begin()
	words(&l, 3, "DEL", "a")
	l.End()
	expect(t, &l, "*2\r\n$3\r\nDEL\r\n$1\r\na\r\n", 3, 3)
}

func TestSeveralEffectsAreOneUnit(t *testing.T) {
	var l Log
	l.Begin()
	words(&l, 0, "A")
	l.End()
	l.Begin()
	l.Removed(0, []byte("k"))
	l.Begin()
	l.Received(1, [][]byte{[]byte("B")})
	l.End()
	l.End()
	expect(t, &l, "*1\r\n$1\r\nA\r\n"+multi+"*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"+
		"*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n*1\r\n$1\r\nB\r\n"+exec, 0, 1)
	l.Reset()
	if !l.Empty() || l.Count() != 3 {
		t.Errorf("after Reset: empty %v, count %d", l.Empty(), l.Count())
	}
}

func TestUnitOfNothing(t *testing.T) {
	var l Log
	l.Begin()
	l.End()
	if !l.Empty() {
		t.Error("a unit of nothing is something")
	}
}
