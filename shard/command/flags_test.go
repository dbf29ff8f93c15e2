package command

import (
	"math/bits"
	"slices"
	"testing"
)

// TestNamesAreComplete holds the lists of names against the bits.
func TestNamesAreComplete(t *testing.T) {
	cases := []struct {
		what  string
		bits  int
		names []string
	}{
		{"flags", bits.TrailingZeros32(uint32(flagsEnd)), (flagsEnd - 1).Names()},
		{"categories", bits.TrailingZeros32(uint32(categoriesEnd)), AllCategories().Names()},
		{"key flags", bits.TrailingZeros16(uint16(keyFlagsEnd)), (keyFlagsEnd - 1).Names()},
	}
	for _, c := range cases {
		if len(c.names) != c.bits {
			t.Errorf("%s: %d names for %d bits", c.what, len(c.names), c.bits)
		}
		sorted := slices.Sorted(slices.Values(c.names))
		if len(slices.Compact(sorted)) != c.bits || sorted[0] == "" {
			t.Errorf("%s: a name is empty or there twice: %q", c.what, c.names)
		}
	}
}

func TestNamesFollowTheirBits(t *testing.T) {
	if got := (AllowBusy | Write | Fast).Names(); !slices.Equal(got, []string{"write", "fast", "allow_busy"}) {
		t.Errorf("flags: %q", got)
	}
	if got := (CatScripting | CatKeyspace).Names(); !slices.Equal(got, []string{"keyspace", "scripting"}) {
		t.Errorf("categories: %q", got)
	}
	if got := (KeyVariable | KeyRM | KeyDelete).Names(); !slices.Equal(got, []string{"RM", "delete", "variable_flags"}) {
		t.Errorf("key flags: %q", got)
	}
}

func TestCategory(t *testing.T) {
	for _, name := range AllCategories().Names() {
		c, ok := Category(name)
		if !ok || !slices.Equal(c.Names(), []string{name}) {
			t.Errorf("Category(%q) = %q, %v", name, c.Names(), ok)
		}
	}
	for _, name := range []string{"", "@read", "READ", "nope"} {
		if c, ok := Category(name); ok || c != 0 {
			t.Errorf("Category(%q) = %q, %v", name, c.Names(), ok)
		}
	}
}

func TestCategoriesFollowFromFlags(t *testing.T) {
	cases := []struct {
		spec Spec
		want Categories
	}{
		{Spec{Flags: ReadOnly | Fast, ACL: CatString}, CatString | CatRead | CatFast},
		{Spec{Flags: Write | Blocking, ACL: CatList}, CatList | CatWrite | CatBlocking | CatSlow},
		{Spec{Flags: Admin}, CatAdmin | CatDangerous | CatSlow},
		{Spec{Flags: PubSub | Fast}, CatPubSub | CatFast},
		{Spec{Flags: ReadOnly, ACL: CatScripting}, CatScripting | CatSlow},
	}
	for _, c := range cases {
		if got := c.spec.Categories(); got != c.want {
			t.Errorf("%q with %q: %q, want %q", c.spec.Flags.Names(), c.spec.ACL.Names(), got.Names(), c.want.Names())
		}
	}
}
