package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/troupe-db/troupe/net/config"
)

// LevelVerbose lies between slog's Debug and Info: what happens often and is
// rarely of interest. slog's Info is loglevel notice, Warn and Error are
// warning.
const LevelVerbose = slog.Level(-2)

// lineHandler writes one line per message in the form people and tools know
// from Redis:
//
//	1234:M 22 Nov 2026 14:15:12.758 * listening address=127.0.0.1:6379
//
// The mark before the message is the level: . debug, - verbose, * notice,
// # warning. Values are quoted where they have to be, so that a client cannot
// write a line of its own. Only the stack of a crash has more lines, indented.
type lineHandler struct {
	out   *output
	level func() config.LogLevel
	attrs string // of With, formatted
	group string // of WithGroup, with a dot behind each
}

// output is where the lines of all loggers go, one at a time.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

// newLog returns a logger that writes to w what level, asked at each message,
// lets pass.
func newLog(w io.Writer, level func() config.LogLevel) *slog.Logger {
	return slog.New(&lineHandler{out: &output{w: w}, level: level})
}

// Enabled tells whether messages of a level are written at all.
func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool {
	return rank(level) >= h.level()
}

// Handle writes one message.
func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	line := fmt.Appendf(nil, "%d:M %s %c ", os.Getpid(), r.Time.Format("02 Jan 2006 15:04:05.000"), ".-*#"[rank(r.Level)])
	line = append(line, oneLine(r.Message)...)
	line = append(line, h.attrs...)
	var stack string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "stack" {
			stack = a.Value.String()
			return true
		}
		line = appendAttr(line, h.group, a)
		return true
	})
	line = append(line, '\n')
	for part := range strings.Lines(stack) {
		line = append(append(line, '\t'), part...)
	}
	if line[len(line)-1] != '\n' {
		line = append(line, '\n')
	}
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	_, err := h.out.w.Write(line)
	return err
}

// WithAttrs returns a handler that adds attributes to every message.
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	for _, a := range attrs {
		with.attrs = string(appendAttr([]byte(with.attrs), h.group, a))
	}
	return &with
}

// WithGroup returns a handler that puts a name before the keys that follow.
func (h *lineHandler) WithGroup(name string) slog.Handler {
	with := *h
	if name != "" {
		with.group += name + "."
	}
	return &with
}

// rank returns the loglevel of a message.
func rank(level slog.Level) config.LogLevel {
	switch {
	case level >= slog.LevelWarn:
		return config.LogWarning
	case level >= slog.LevelInfo:
		return config.LogNotice
	case level >= LevelVerbose:
		return config.LogVerbose
	}
	return config.LogDebug
}

// appendAttr appends " key=value", or the members of a group.
func appendAttr(line []byte, group string, a slog.Attr) []byte {
	value := a.Value.Resolve()
	if a.Equal(slog.Attr{}) {
		return line
	}
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, member := range value.Group() {
			line = appendAttr(line, group, member)
		}
		return line
	}
	line = append(line, ' ')
	line = append(append(append(line, group...), a.Key...), '=')
	text := value.String()
	if value.Kind() == slog.KindTime {
		text = value.Time().Format(time.RFC3339Nano)
	}
	if needsQuotes(text) {
		return strconv.AppendQuote(line, text)
	}
	return append(line, text...)
}

// needsQuotes tells whether a value could be taken for something else.
func needsQuotes(text string) bool {
	return text == "" || strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r == '"' || r == '=' || !strconv.IsPrint(r)
	})
}

// oneLine keeps a message from beginning another line.
func oneLine(text string) string {
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(text)
}
