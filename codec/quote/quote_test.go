package quote

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func split(line string) ([]string, bool) {
	args, ok := Split(nil, []byte(line))
	var out []string
	for _, a := range args {
		out = append(out, string(a))
	}
	return out, ok
}

func TestSplit(t *testing.T) {
	tests := []struct {
		line string
		want []string // nil with ok false means unbalanced
		ok   bool
	}{
		{"", nil, true},
		{" \t\r\n\v\f ", nil, true},
		{"a b  c", []string{"a", "b", "c"}, true},
		{"  a\tb ", []string{"a", "b"}, true},
		{"a\vb c", []string{"a\vb", "c"}, true},
		{`"a b"`, []string{"a b"}, true},
		{`"" ''`, []string{"", ""}, true},
		{`"\n\r\t\b\a\"\\\q"`, []string{"\n\r\t\b\a\"\\q"}, true},
		{`"\x00\xfF\xg1\x1"`, []string{"\x00\xffxg1x1"}, true},
		{`'a\'b\n"'`, []string{`a'b\n"`}, true},
		{`a"b c"`, []string{"ab c"}, true},
		{`a'b c' d`, []string{"ab c", "d"}, true},
		{`"a"b`, nil, false},
		{`"a""b"`, nil, false},
		{`'a'b`, nil, false},
		{`"a`, nil, false},
		{`'a`, nil, false},
		{`"a\`, nil, false},
		{`"a\"`, nil, false},
		{`'a\'`, nil, false},
		{`x "`, nil, false},
		{"a b\x00c d", []string{"a", "b"}, true},
		{"a \x00 d", []string{"a"}, true},
		{"\"a\x00\"", nil, false},
		{"'a\x00'", nil, false},
		{"\"a\"\x00x", []string{"a"}, true},
		{`a\nb`, []string{`a\nb`}, true},
	}
	for _, tt := range tests {
		got, ok := split(tt.line)
		if ok != tt.ok || ok && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Split(%q) = %q, %v; want %q, %v", tt.line, got, ok, tt.want, tt.ok)
		}
	}
}

func TestSplitKeepsDst(t *testing.T) {
	args, ok := Split([][]byte{[]byte("x")}, []byte("y"))
	if !ok || len(args) != 2 || string(args[0]) != "x" || string(args[1]) != "y" {
		t.Errorf("got %q", args)
	}
}

func TestSplitUndoesAppend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		args := rapid.SliceOf(rapid.SliceOf(rapid.Byte())).Draw(t, "args")
		var line []byte
		for _, a := range args {
			if rapid.Bool().Draw(t, "quote") || Needed(a) {
				line = Append(line, a)
			} else {
				line = append(line, a...)
			}
			line = append(line, ' ')
		}
		got, ok := Split(nil, line)
		if !ok || len(got) != len(args) {
			t.Fatalf("%q, %v", got, ok)
		}
		for i := range args {
			if !bytes.Equal(got[i], args[i]) {
				t.Fatalf("argument %d is %q, want %q", i, got[i], args[i])
			}
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte(`a "b\x41" 'c\'d'`))
	f.Fuzz(func(t *testing.T, line []byte) {
		n := 0
		args, _ := Split(nil, bytes.Clone(line))
		for _, a := range args {
			n += len(a)
		}
		if n > len(line) {
			t.Fatalf("%q splits into more than itself: %q", line, args)
		}
	})
}
