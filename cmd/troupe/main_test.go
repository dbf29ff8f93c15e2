package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestRunEndsAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, test := range []struct {
		args        []string
		code        int
		out, errors string // what each begins with
	}{
		{[]string{"-v"}, 0, "Troupe server v=", ""},
		{[]string{"--version"}, 0, "Troupe server v=", ""},
		{[]string{"-h"}, 0, "Usage: troupe ", ""},
		{[]string{"--help"}, 0, "Usage: troupe ", ""},
		{[]string{"--bogus", "1"}, 1, "", "\n*** FATAL CONFIG FILE ERROR (Troupe "},
		{[]string{"none.conf"}, 1, "", "\n*** FATAL CONFIG FILE ERROR (Troupe "},
		{[]string{"--port", "0"}, 1, "", "troupe cannot start: configured to listen nowhere"},
		{[]string{"--logfile", filepath.Join("none", "x")}, 1, "", "troupe cannot start: cannot open the log file"},
	} {
		var out, errors strings.Builder
		code := run(test.args, strings.NewReader(""), &out, &errors)
		if code != test.code || !strings.HasPrefix(out.String(), test.out) || !strings.HasPrefix(errors.String(), test.errors) {
			t.Errorf("%q: code %d, output %q, errors %q", test.args, code, out.String(), errors.String())
		}
		if test.errors == "" && errors.Len() > 0 {
			t.Errorf("%q: errors %q", test.args, errors.String())
		}
	}
}

func TestTheFaultyLineIsShown(t *testing.T) {
	var out, errors strings.Builder
	run([]string{"-"}, strings.NewReader("port 1\n\nmaxmemory 5x\n"), &out, &errors)
	want := "Reading stdin, at line 3\n>>> 'maxmemory 5x'\nargument must be a memory value\n"
	if !strings.HasSuffix(errors.String(), want) {
		t.Errorf("errors %q, want the end %q", errors.String(), want)
	}
}

func TestAServerThatCannotListenFails(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errors strings.Builder
	code := run([]string{"--bind", "192.0.2.1", "--port", "1"}, strings.NewReader(""), &out, &errors)
	if code != 1 || !strings.Contains(out.String(), "# cannot start error=") {
		t.Errorf("code %d, log %q", code, out.String())
	}
}
