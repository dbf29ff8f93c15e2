package num

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const refused = "refused"

// floatCases were answered by a Redis 7.0.15 server: what ZSCORE prints after
// ZADD was given the text.
var floatCases = []struct{ in, want string }{
	{"0", "0"},
	{"-1", "-1"},
	{"1", "1"},
	{"0.1", "0.10000000000000001"},
	{"0.5", "0.5"},
	{"1.5", "1.5"},
	{"-2.25", "-2.25"},
	{"3", "3"},
	{"100", "100"},
	{"1e3", "1000"},
	{"123456", "123456"},
	{"999999999999999", "999999999999999"},
	{"9007199254740991", "9007199254740991"},
	{"9007199254740992", "9007199254740992"},
	{"9007199254740993", "9007199254740992"},
	{"99999999999999990", "99999999999999984"},
	{"1e16", "10000000000000000"},
	{"1e17", "1e+17"},
	{"1e20", "1e+20"},
	{"1e21", "1e+21"},
	{"1e22", "1e+22"},
	{"123456789012345678", "1.2345678901234568e+17"},
	{"0.0001", "0.0001"},
	{"0.00001", "1.0000000000000001e-05"},
	{"1e-5", "1.0000000000000001e-05"},
	{"0.3", "0.29999999999999999"},
	{"1e-320", "9.9998886718268301e-321"},
	{"4.9e-324", "4.9406564584124654e-324"},
	{"2e-324", "refused"},
	{"3e-324", "4.9406564584124654e-324"},
	{"1.7976931348623157e308", "1.7976931348623157e+308"},
	{"1.8e308", "refused"},
	{"inf", "inf"},
	{"-inf", "-inf"},
	{"+inf", "inf"},
	{"INFINITY", "inf"},
	{"Infinit", "refused"},
	{"nan", "refused"},
	{"-nan", "refused"},
	{"0x10", "16"},
	{"0x1p-1", "0.5"},
	{"0x.8", "0.5"},
	{"0x1.", "1"},
	{"0x", "refused"},
	{"0x1p", "refused"},
	{"0xg", "refused"},
	{"0X1P3", "8"},
	{".5", "0.5"},
	{"5.", "5"},
	{".", "refused"},
	{"+5", "5"},
	{"+", "refused"},
	{"-", "refused"},
	{"", "refused"},
	{" 1", "refused"},
	{"1 ", "refused"},
	{"1_0", "refused"},
	{"1e", "refused"},
	{"1e+", "refused"},
	{"1e5x", "refused"},
	{"1e-400", "refused"},
	{"0e999999999999", "0"},
	{"0x0p9999999999999", "0"},
	{"1.1.1", "refused"},
	{"0.1e1", "1"},
	{"12345678.9", "12345678.9"},
	{"3.0e3", "3000"},
	{"31536000.123", "31536000.123"},
}

func TestFloatAsTheServer(t *testing.T) {
	for _, tt := range floatCases {
		got := refused
		if f, ok := ParseFloat([]byte(tt.in)); ok {
			got = string(AppendFloat(nil, f))
		}
		if got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.in, got, tt.want)
		}
	}
	if got := string(AppendFloat(nil, math.Copysign(0, -1))); got != "-0" {
		t.Errorf("minus zero prints %q", got)
	}
	if got := string(AppendFloat(nil, math.NaN())); got != "nan" {
		t.Errorf("NaN prints %q", got)
	}
}

func TestFloatRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(
			rapid.Map(rapid.Uint64(), math.Float64frombits),
			rapid.Map(rapid.Int64(), func(v int64) float64 { return float64(v) }),
			rapid.Float64(),
		).Draw(t, "f")
		if math.IsNaN(f) {
			return
		}
		text := AppendFloat(nil, f)
		got, ok := ParseFloat(text)
		if !ok || math.Float64bits(got) != math.Float64bits(f) {
			t.Fatalf("%x prints %s, reads back %x, %v", f, text, got, ok)
		}
	})
}

func TestParseFloatAgreesWithStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`[-+]?(0x)?[0-9a]{0,18}(\.[0-9]{0,5})?([ep][-+]?[0-9]{0,3})?`).Draw(t, "in")
		text := in
		if strings.Contains(in, "0x") && !strings.Contains(in, "p") {
			text += "p0"
		}
		want, err := strconv.ParseFloat(text, 64)
		got, ok := ParseFloat([]byte(in))
		if ok && (err != nil || got != want) || !ok && err == nil && want != 0 {
			t.Fatalf("ParseFloat(%q) = %v, %v; strconv says %v, %v", in, got, ok, want, err)
		}
	})
}

// longCases were answered by a Redis 7.0.15 server: what INCRBYFLOAT replies
// for the increment b on a key that holds a.
var longCases = []struct{ a, b, want string }{
	{"0", "0.1", "0.1"},
	{"0.1", "0.2", "0.3"},
	{"0.1", "0.7", "0.8"},
	{"10.5", "0.1", "10.6"},
	{"10.6", "-5", "5.6"},
	{"5.0e3", "200", "5200"},
	{"3.0e3", "0", "3000"},
	{"5.0e3", "2.0e2", "5200"},
	{"1e-10", "0", "0.0000000001"},
	{"1e-10", "1e-10", "0.0000000002"},
	{"1", "1e-17", "1.00000000000000001"},
	{"1", "1e-18", "1"},
	{"0", "1e-17", "0.00000000000000001"},
	{"0", "5e-18", "0"},
	{"0", "15e-18", "0.00000000000000002"},
	{"0", "4.9e-18", "0"},
	{"0", "-1e-20", "0"},
	{"-0", "0", "0"},
	{"0", "-0", "0"},
	{"-0", "-0", "0"},
	{"-1.5", "1.5", "0"},
	{"9223372036854775807", "1", "9223372036854775808"},
	{"9223372036854775807", "0.5", "9223372036854775807.5"},
	{"-9223372036854775808", "-1", "-9223372036854775809"},
	{"18446744073709551615", "0", "18446744073709551615"},
	{"18446744073709551615", "1", "18446744073709551616"},
	{"18446744073709551616", "0.5", "18446744073709551616"},
	{"36893488147419103231", "0", "36893488147419103232"},
	{"36893488147419103233", "0", "36893488147419103232"},
	{"1e18", "0.1", "1000000000000000000.125"},
	{"1e19", "0.1", "10000000000000000000"},
	{"1e16", "0.001", "10000000000000000.0009765625"},
	{"123456789.123456789", "0.000000001", "123456789.12345678999554366"},
	{"0.30000000000000004", "0", "0.30000000000000004"},
	{"3.14159265358979323846", "2.71828182845904523536", "5.85987448204883847"},
	{"1e30", "1", "1000000000000000000024696061952"},
	{"1e30", "-1e30", "0"},
	{"99999999999999999999", "1", "100000000000000000000"},
	{"0.1", "-0.1", "0"},
	{"1e-4940", "0", "0"},
	{"1e-4950", "1", "1"},
	{"1e-4951", "0", "refused"},
	{"2e-4951", "0", "0"},
	{"1e-5000", "0", "refused"},
	{"1e5000", "0", "refused"},
	{"inf", "1", "not finite"},
	{"inf", "-inf", "not finite"},
	{"-inf", "5", "not finite"},
	{"nan", "1", "refused"},
	{"0x10", "0", "16"},
	{"0x1.8p1", "0.5", "3.5"},
	{"0x.8", "0", "0.5"},
	{"0x", "0", "refused"},
	{"+5", "+6", "11"},
	{".5", "5.", "5.5"},
	{"1e", "0", "refused"},
	{"1e+2", "1E-2", "100.01"},
	{"", "0", "refused"},
	{"1_0", "0", "refused"},
	{"1..2", "0", "refused"},
	{"--1", "0", "refused"},
	{"0x1p16384", "0", "refused"},
	{"1e4933", "0", "refused"},
	{"0.99999999999999999", "0", "0.99999999999999999"},
	{"0.999999999999999995", "0", "1"},
	{"0.9999999999999999949", "0", "0.99999999999999999"},
	{"4.35", "0.05", "4.4"},
	{"1.005", "1000", "1001.005"},
	{"79228162514264337593543950336", "0", "79228162514264337593543950336"},
	{"1e40", "0", "9999999999999999999783686092270256259072"},
	{"-1e25", "0.5", "-10000000000000000000000000"},
	{"8.5e22", "1", "85000000000000000000000"},
	{"1e300", "0", "1000000000000000000008997324079559193870523944273290747938260082321265646596180935755849152083750497190350372508614274835903592556184672983913096260520748646287327135641843653294084255107606016789726652932370030551382947620994540294772781889620606179267611627097410650567187386105690089424915104006144"},
}

// sumText is INCRBYFLOAT without the key.
func sumText(a, b string) string {
	x, okx := ParseLongDouble([]byte(a))
	y, oky := ParseLongDouble([]byte(b))
	if !okx || !oky {
		return refused
	}
	sum := x.Add(y)
	if !sum.Finite() {
		return "not finite"
	}
	return string(sum.Append(nil))
}

func TestLongDoubleAsTheServer(t *testing.T) {
	for _, tt := range longCases {
		if got := sumText(tt.a, tt.b); got != tt.want {
			t.Errorf("%q + %q: got %s, want %s", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestLongDoubleTextLimit(t *testing.T) {
	if got := sumText(strings.Repeat("0", maxLongText-1), "1"); got != "1" {
		t.Errorf("longest text: %s", got)
	}
	if got := sumText(strings.Repeat("0", maxLongText), "1"); got != refused {
		t.Errorf("text over the limit: %s", got)
	}
	if got := sumText("0."+strings.Repeat("1", 5000), "0"); got != "0.11111111111111111" {
		t.Errorf("long fraction: %s", got)
	}
}
