package server

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/net/config"
)

// logged returns what write logs, at the given level, without the time.
func logged(t *testing.T, level config.LogLevel, write func(*slog.Logger)) string {
	t.Helper()
	var b strings.Builder
	write(newLog(&b, func() config.LogLevel { return level }))
	head := regexp.MustCompile(`(?m)^\d+:M \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} `)
	text := b.String()
	if text != "" && !head.MatchString(text) {
		t.Fatalf("a line begins otherwise: %q", text)
	}
	return head.ReplaceAllString(text, "")
}

func TestLogLines(t *testing.T) {
	for _, test := range []struct {
		write func(*slog.Logger)
		want  string
	}{
		{func(l *slog.Logger) { l.Info("hello", "n", 1) }, "* hello n=1\n"},
		{func(l *slog.Logger) { l.Warn("x", "name", "a b", "empty", "") }, "# x name=\"a b\" empty=\"\"\n"},
		{func(l *slog.Logger) { l.Error("x", "evil", "a\n1:M # forged") }, "# x evil=\"a\\n1:M # forged\"\n"},
		{func(l *slog.Logger) { l.Error("a\nb") }, "# a b\n"},
		{func(l *slog.Logger) { l.With("id", 7).WithGroup("g").Info("x", "k", "v") }, "* x id=7 g.k=v\n"},
		{func(l *slog.Logger) { l.Info("x", slog.Group("g", "a", 1, "b", 2)) }, "* x g.a=1 g.b=2\n"},
		{func(l *slog.Logger) { l.Error("x", "stack", "one\ntwo", "k", 1) }, "# x k=1\n\tone\n\ttwo\n"},
	} {
		if got := logged(t, config.LogNotice, test.write); got != test.want {
			t.Errorf("logged %q, want %q", got, test.want)
		}
	}
}

func TestLogLevels(t *testing.T) {
	all := func(l *slog.Logger) {
		l.Debug("debug")
		l.Log(t.Context(), LevelVerbose, "verbose")
		l.Info("notice")
		l.Warn("warning")
	}
	for level, want := range map[config.LogLevel]string{
		config.LogDebug:   ". debug\n- verbose\n* notice\n# warning\n",
		config.LogVerbose: "- verbose\n* notice\n# warning\n",
		config.LogNotice:  "* notice\n# warning\n",
		config.LogWarning: "# warning\n",
	} {
		if got := logged(t, level, all); got != want {
			t.Errorf("level %d logs %q, want %q", level, got, want)
		}
	}
}
