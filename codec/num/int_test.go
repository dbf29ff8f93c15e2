package num

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestParseInt(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"9", 9, true},
		{"-1", -1, true},
		{"10", 10, true},
		{"9223372036854775807", math.MaxInt64, true},
		{"-9223372036854775808", math.MinInt64, true},
		{"9223372036854775808", 0, false},
		{"-9223372036854775809", 0, false},
		{"18446744073709551616", 0, false},
		{"99999999999999999999", 0, false},
		{"", 0, false},
		{"-", 0, false},
		{"-0", 0, false},
		{"+1", 0, false},
		{"01", 0, false},
		{"-01", 0, false},
		{"00", 0, false},
		{" 1", 0, false},
		{"1 ", 0, false},
		{"1a", 0, false},
		{"a", 0, false},
		{"1\x00", 0, false},
		{"--1", 0, false},
	}
	for _, tt := range tests {
		got, ok := ParseInt([]byte(tt.in))
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParseInt(%q) = %d, %v; want %d, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseIntAcceptsOnlyItsOwnPrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(
			rapid.StringMatching(`[-+ ]?[0-9]{0,21}`),
			rapid.Map(rapid.Int64(), func(v int64) string { return strconv.FormatInt(v, 10) }),
		).Draw(t, "in")
		std, err := strconv.ParseInt(in, 10, 64)
		want := err == nil && strconv.FormatInt(std, 10) == in
		got, ok := ParseInt([]byte(in))
		if ok != want || ok && got != std {
			t.Fatalf("ParseInt(%q) = %d, %v; want %d, %v", in, got, ok, std, want)
		}
	})
}

func TestAppendInt(t *testing.T) {
	edges := []int64{math.MinInt64, -10000, -1000, -1, 0, 9, 10, 99, 100, 999, 1000, 9999, 10000, math.MaxInt64}
	check := func(v int64) string {
		got := string(AppendInt([]byte("x"), v))
		want := "x" + strconv.FormatInt(v, 10)
		if got != want {
			return "AppendInt gave " + got + ", want " + want
		}
		if IntLen(v) != len(want)-1 {
			return "IntLen(" + want[1:] + ") = " + strconv.Itoa(IntLen(v))
		}
		return ""
	}
	for v := int64(1); v <= math.MaxInt64/10; v *= 10 {
		edges = append(edges, v-1, v, v+1, 10*v-1, 10*v, -v)
	}
	// All groups of four digits, in each half of a word of eight and behind others.
	for v := int64(1); v < 1e4; v++ {
		edges = append(edges, v, v*1e4, v*1e4+9999-v, v*1e8+v, v*1e12+9999-v)
	}
	for _, v := range edges {
		if msg := check(v); msg != "" {
			t.Error(msg)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64().Draw(t, "v")
		for ; v != 0; v /= 10 { // every number of digits
			if msg := check(v); msg != "" {
				t.Fatal(msg)
			}
		}
	})
}

func TestAppendIntAllocates(t *testing.T) {
	for _, v := range []int64{0, 42, -7, 1e7, 1e8, math.MaxInt64, math.MinInt64} {
		room := make([]byte, 0, maxIntLen)
		if allocs := testing.AllocsPerRun(10, func() { AppendInt(room, v) }); allocs != 0 {
			t.Errorf("%d: %v allocations with room for any", v, allocs)
		}
		if got, want := string(AppendInt(nil, v)), strconv.FormatInt(v, 10); got != want {
			t.Errorf("AppendInt without room gave %s, want %s", got, want)
		}
	}
}

func TestUnsigned(t *testing.T) {
	const refused = math.MaxUint64 - 12345 // not the value of any row
	tests := []struct {
		in           string
		uint, cursor uint64
	}{
		{"0", 0, 0},
		{"007", 7, 7},
		{"+5", 5, 5},
		{"18446744073709551615", math.MaxUint64, math.MaxUint64},
		{"18446744073709551616", refused, refused},
		{"99999999999999999999", refused, refused},
		{"", refused, 0},
		{"-5", refused, math.MaxUint64 - 4},
		{"12\x0034", refused, 12},
		{"\x00", refused, 0},
		{"-", refused, refused},
		{"+", refused, refused},
		{"+-1", refused, refused},
		{" 1", 1, refused},
		{"\t\r +01", 1, refused},
		{" ", refused, refused},
		{"1 ", refused, refused},
		{"1x", refused, refused},
	}
	for _, tt := range tests {
		if got, ok := ParseUint([]byte(tt.in)); ok != (tt.uint != refused) || ok && got != tt.uint {
			t.Errorf("ParseUint(%q) = %d, %v", tt.in, got, ok)
		}
		if got, ok := ParseCursor([]byte(tt.in)); ok != (tt.cursor != refused) || ok && got != tt.cursor {
			t.Errorf("ParseCursor(%q) = %d, %v", tt.in, got, ok)
		}
	}
}

func BenchmarkParseInt(b *testing.B) {
	in := []byte("1234567890")
	for b.Loop() {
		if _, ok := ParseInt(in); !ok {
			b.Fatal("refused")
		}
	}
}

func BenchmarkAppendInt(b *testing.B) {
	var buf [32]byte
	for _, v := range []int64{7, 64, 512, 1234567, 1234567890, math.MaxInt64} {
		b.Run(strconv.Itoa(IntLen(v)), func(b *testing.B) {
			for b.Loop() {
				AppendInt(buf[:0], v)
			}
		})
	}
}
