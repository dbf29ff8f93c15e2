package command

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// keySpecs are commands with key specs of every form.
func keySpecs() map[string]Spec {
	const ro = KeyRO | KeyAccess
	spec := func(arity int, keys ...KeySpec) Spec { return Spec{Arity: arity, Keys: keys} }
	return map[string]Spec{
		"ping":    spec(-1),
		"get":     spec(2, KeyAt(1, ro)),
		"usage":   spec(-3, KeyAt(2, KeyRO)),
		"lcs":     spec(-3, KeyRange(1, 1, 1, ro)),
		"mget":    spec(-2, KeyRange(1, -1, 1, ro)),
		"mset":    spec(-3, KeyRange(1, -1, 2, KeyOW|KeyUpdate)),
		"blpop":   spec(-3, KeyRange(1, -2, 1, KeyRW|KeyDelete)),
		"rename":  spec(3, KeyAt(1, KeyRW|KeyDelete), KeyAt(2, KeyOW|KeyUpdate)),
		"lmpop":   spec(-4, KeyNum(1, KeyRW|KeyDelete)),
		"zunion":  spec(-4, KeyAt(1, KeyOW), KeyNum(2, ro)),
		"xread":   spec(-4, KeySpec{Flags: ro, Find: KeyFind{Last: -1, Step: 1, Limit: 2}}.After("STREAMS", 1)),
		"migrate": spec(-6, KeyRange(0, -1, 1, KeyRW).After("KEYS", -2)),
		"spub":    spec(3, KeyAt(1, KeyNotKey)),
		"sort":    spec(-2, KeyAt(1, ro), KeyAt(1, KeyOW).After("STORE", 2)),
	}
}

func words(request string) [][]byte { return bytes.Fields([]byte(request)) }

func TestAppendKeys(t *testing.T) {
	cases := []struct {
		request string
		want    string // the keys, or "error"
	}{
		{"ping", ""},
		{"ping a", ""},
		{"get a", "a"},
		{"get", "error"},
		{"usage x a", "a"},
		{"usage x", "error"},
		{"lcs a b", "a b"},
		{"lcs a b LEN", "a b"},
		{"lcs a", "error"},
		{"mget a b c", "a b c"},
		{"mget", "error"},
		{"mset a 1 b 2", "a b"},
		{"mset a 1 b", "a b"},
		{"blpop a b 0", "a b"},
		{"blpop 0", "error"},
		{"rename a b", "a b"},
		{"rename a", "error"},
		{"lmpop 2 a b LEFT", "a b"},
		{"lmpop 0 a LEFT", "error"},
		{"lmpop -1 a LEFT", "error"},
		{"lmpop x a LEFT", "error"},
		{"lmpop 4 a b LEFT", "error"},
		{"lmpop 99999999999999999999999 a LEFT", "error"},
		{"lmpop 9223372036854775807 a LEFT", "error"},
		{"lmpop", "error"},
		{"lmpop 1", "error"},
		{"lmpop +1 a LEFT", "a"},
		{"zunion d 2 a b", "d a b"},
		{"zunion d 3 a b", "error"},
		{"xread COUNT 2 STREAMS a b 1 2", "a b"},
		{"xread streams a 1", "a"},
		{"xread COUNT 2", "error"},
		{"xread STREAMS", "error"},
		{"migrate h p x KEYS a b", "a b"},
		{"migrate h p x keys", "error"},
		{"migrate h p x", "error"},
		{"spub c m", ""},
		{"sort a STORE b", "a b"},
		{"sort a", "error"},
	}
	specs := keySpecs()
	for _, c := range cases {
		args := words(c.request)
		spec := specs[string(args[0])]
		refs, err := spec.AppendKeys(nil, args)
		var keys []string
		for _, ref := range refs {
			keys = append(keys, string(args[ref.Index]))
		}
		got := strings.Join(keys, " ")
		if err != nil {
			if !errors.Is(err, ErrKeys) || len(refs) != 0 {
				t.Errorf("%q: %v with %d keys", c.request, err, len(refs))
			}
			got = "error"
		}
		if got != c.want {
			t.Errorf("%q: keys %q, want %q", c.request, got, c.want)
		}
	}
}

func TestAppendKeysKeepsWhatIsThere(t *testing.T) {
	specs := keySpecs()
	have := []KeyRef{{Index: 7}}
	zunion := specs["zunion"]
	refs, err := zunion.AppendKeys(have, words("zunion d 1 a"))
	want := []KeyRef{{7, 0}, {1, KeyOW}, {3, KeyRO | KeyAccess}}
	if err != nil || !slices.Equal(refs, want) {
		t.Errorf("keys %v, %v; want %v", refs, err, want)
	}
	refs, err = zunion.AppendKeys(have, words("zunion d 9 a"))
	if err == nil || !slices.Equal(refs, have) {
		t.Errorf("after an error: %v, %v", refs, err)
	}
}

func TestAppendKeysDoesNotAllocate(t *testing.T) {
	specs := keySpecs()
	refs := make([]KeyRef, 0, 8)
	for request, name := range map[string]string{
		"mset a 1 b 2": "mset", "lmpop 2 a b LEFT": "lmpop", "xread STREAMS a b 1 2": "xread", "lmpop x": "lmpop",
	} {
		spec, args := specs[name], words(request)
		if n := testing.AllocsPerRun(100, func() { _, _ = spec.AppendKeys(refs, args) }); n != 0 {
			t.Errorf("%q: %v allocations", request, n)
		}
	}
}

func TestFirstKey(t *testing.T) {
	want := map[string]int{"get": 1, "usage": 2}
	for name, spec := range keySpecs() {
		if got := spec.FirstKey(); got != want[name] {
			t.Errorf("%s: first key %d, want %d", name, got, want[name])
		}
	}
	short := Spec{Arity: -1, Keys: []KeySpec{KeyAt(1, KeyRO)}}
	if got := short.FirstKey(); got != 0 {
		t.Errorf("a key that may be missing is promised at %d", got)
	}
}

func TestRange(t *testing.T) {
	want := map[string][3]int{
		"get": {1, 1, 1}, "usage": {2, 2, 1}, "lcs": {1, 2, 1}, "mget": {1, -1, 1}, "mset": {1, -1, 2},
		"blpop": {1, -2, 1}, "rename": {1, 2, 1}, "zunion": {1, 1, 1}, "sort": {1, 1, 1}, "spub": {1, 1, 1},
	}
	movable := []string{"lmpop", "migrate", "sort", "xread", "zunion"}
	for name, spec := range keySpecs() {
		first, last, step := spec.Range()
		if got := [3]int{first, last, step}; got != want[name] {
			t.Errorf("%s: %v, want %v", name, got, want[name])
		}
		if _, _, _, got := spec.legacyRange(); got != slices.Contains(movable, name) {
			t.Errorf("%s: movable is %v", name, got)
		}
	}
}

func TestHasKeys(t *testing.T) {
	for name, spec := range keySpecs() {
		if got, want := spec.HasKeys(), name != "ping" && name != "spub"; got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	extracted := Spec{Extract: func(dst []KeyRef, _ [][]byte) ([]KeyRef, error) { return dst, nil }}
	if !extracted.HasKeys() {
		t.Error("a command with an extractor has no keys")
	}
}

func TestArityOK(t *testing.T) {
	exact, least := Spec{Arity: 2}, Spec{Arity: -2}
	for n := range 5 {
		if got := exact.ArityOK(n); got != (n == 2) {
			t.Errorf("arity 2: %d words are %v", n, got)
		}
		if got := least.ArityOK(n); got != (n >= 2) {
			t.Errorf("arity -2: %d words are %v", n, got)
		}
	}
}

// FuzzAppendKeys gives every form of spec any request: keys stand within it and
// in order, or there are none.
func FuzzAppendKeys(f *testing.F) {
	for _, seed := range []string{
		"", "x", "x 1", "x 2 a b", "x -1 a", "x STREAMS a b 1 2", "x a KEYS", "x KEYS KEYS a",
		"x 18446744073709551617 a", "x 9223372036854775807 a b", "x + a", "x STORE STORE",
	} {
		f.Add([]byte(seed))
	}
	specs := keySpecs()
	f.Fuzz(func(t *testing.T, request []byte) {
		args := bytes.Split(request, []byte(" "))
		if len(request) == 0 {
			args = nil
		}
		for name, spec := range specs {
			refs, err := spec.AppendKeys(nil, args)
			if err != nil && len(refs) > 0 || len(refs) > 2*len(args) {
				t.Fatalf("%s %q: %v, %v", name, args, refs, err)
			}
			for _, ref := range refs {
				if ref.Index < 0 || ref.Index >= len(args) {
					t.Fatalf("%s %q: key at %d", name, args, ref.Index)
				}
			}
			if first := spec.FirstKey(); first > 0 && spec.ArityOK(len(args)) &&
				(err != nil || len(refs) != 1 || refs[0].Index != first) {
				t.Fatalf("%s %q: first key %d, keys %v, %v", name, args, first, refs, err)
			}
		}
	})
}
