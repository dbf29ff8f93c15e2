package num

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// decimalText draws texts whose values spread over magnitudes and digit counts,
// so that both the fast and the exact path are taken.
func decimalText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		sign := rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign")
		whole := rapid.StringMatching(`[0-9]{1,25}`).Draw(t, "whole")
		frac := rapid.StringMatching(`(\.[0-9]{1,25})?`).Draw(t, "frac")
		exp := rapid.IntRange(-45, 45).Draw(t, "exp")
		return fmt.Sprintf("%s%s%se%d", sign, whole, frac, exp)
	})
}

// exactRat is the value of a finite x without rounding.
func exactRat(x LongDouble) *big.Rat {
	f := new(big.Float).SetUint64(x.mant)
	f.SetMantExp(f, int(x.exp))
	r, _ := f.Rat(nil)
	if x.neg {
		r.Neg(r)
	}
	return r
}

// nearest rounds r to 64 bits of mantissa.
func nearest(r *big.Rat) *big.Rat {
	f := new(big.Float).SetPrec(64).SetMode(big.ToNearestEven).SetRat(r)
	rounded, _ := f.Rat(nil)
	return rounded
}

func TestLongDoubleRoundsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var xs [2]LongDouble
		for i := range xs {
			text := decimalText().Draw(t, "text")
			x, ok := ParseLongDouble([]byte(text))
			if !ok {
				t.Fatalf("%s refused", text)
			}
			r, _ := new(big.Rat).SetString(text)
			if want := nearest(r); exactRat(x).Cmp(want) != 0 {
				t.Fatalf("%s reads as %v, want %v", text, exactRat(x), want)
			}
			xs[i] = x
		}
		sum := xs[0].Add(xs[1])
		want := nearest(new(big.Rat).Add(exactRat(xs[0]), exactRat(xs[1])))
		if exactRat(sum).Cmp(want) != 0 {
			t.Fatalf("sum is %v, want %v", exactRat(sum), want)
		}
	})
}

func TestLongDoublePrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, _ := ParseLongDouble([]byte(decimalText().Draw(t, "text")))
		// FloatString rounds halves away from zero and prints all decimals; 18
		// of them tell whether the rest is a half exactly.
		r := exactRat(x)
		scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt64(tenTo17))
		n := new(big.Int).Div(new(big.Int).Add(new(big.Int).Lsh(scaled.Num(), 1), scaled.Denom()), new(big.Int).Lsh(scaled.Denom(), 1))
		if half := new(big.Rat).Sub(new(big.Rat).SetInt(n), scaled); half.Cmp(big.NewRat(1, 2)) == 0 && n.Bit(0) == 1 {
			n.Sub(n, big.NewInt(1))
		}
		want := strings.TrimRight(new(big.Rat).SetFrac(n, big.NewInt(tenTo17)).FloatString(17), "0")
		want = strings.TrimSuffix(want, ".")
		if got := string(x.Append(nil)); got != want {
			t.Fatalf("%v prints %s, want %s", r, got, want)
		}
	})
}

func TestLongDoubleFromInt(t *testing.T) {
	for _, v := range []int64{0, 1, -1, 10, math.MaxInt64, math.MinInt64} {
		if got, want := string(LongDoubleFromInt(v).Append(nil)), fmt.Sprint(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestNumbersDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 64)
	texts := [][]byte{[]byte("3.14159"), []byte("-1e-10"), []byte("1234567890123456789")}
	ints := []byte("-123456789")
	allocs := testing.AllocsPerRun(100, func() {
		sum := LongDouble{}
		for _, b := range texts {
			x, _ := ParseLongDouble(b)
			sum = sum.Add(x)
			f, _ := ParseFloat(b)
			buf = AppendFloat(buf[:0], f)
		}
		buf = sum.Append(buf[:0])
		v, _ := ParseInt(ints)
		buf = AppendInt(buf[:0], v)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzParseNumbers(f *testing.F) {
	for _, tt := range floatCases {
		f.Add([]byte(tt.in))
	}
	for _, tt := range longCases {
		f.Add([]byte(tt.a))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		double, okd := ParseFloat(b)
		long, okl := ParseLongDouble(b)
		if okd && !okl && len(b) < maxLongText {
			t.Fatalf("%q is a double, %v, and not a long double", b, double)
		}
		if !okl || !long.Finite() {
			return
		}
		text := long.Append(nil)
		if again, ok := ParseLongDouble(text); !ok || string(again.Append(nil)) != string(text) {
			t.Fatalf("%q prints %s, which does not read back", b, text)
		}
	})
}

func BenchmarkLongDouble(b *testing.B) {
	inc := []byte("0.1")
	val := []byte("10.5")
	var buf [64]byte
	for b.Loop() {
		x, _ := ParseLongDouble(val)
		y, _ := ParseLongDouble(inc)
		x.Add(y).Append(buf[:0])
	}
}

func BenchmarkFloat(b *testing.B) {
	val := []byte("10.25")
	var buf [64]byte
	for b.Loop() {
		f, _ := ParseFloat(val)
		AppendFloat(buf[:0], f)
	}
}
