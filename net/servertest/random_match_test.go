package servertest

import (
	"math"
	"slices"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
)

// match says how the replies of two servers to one command are compared.
type match uint8

const (
	matchExact   match = iota
	matchSorted        // arrays in any order
	matchPairs         // arrays and maps of pairs, flat or nested, in any order
	matchScan          // a cursor and elements, in any order and perhaps repeated
	matchShape         // random elements: as many on both sides
	matchWhole         // matchSorted for arguments that must not be spoiled
	matchSeconds       // times in seconds, within clockSlack
	matchMillis        // times in milliseconds, within clockSlack
	matchNull          // null or error on both sides, or on neither
	matchWord          // some encodings have another name in another version
	matchAges          // every integer may be a time in milliseconds
	matchNearly        // numbers are equal but for their last digit
	matchGroups        // XINFO GROUPS without the number of consumers
)

// equal compares the oracle's reply with another.
func (m match) equal(want, got resp.Value) bool {
	if want.IsError() || got.IsError() {
		return FullText(want) == FullText(got)
	}
	switch m {
	case matchSorted, matchWhole:
		return FullText(Sorted(want)) == FullText(Sorted(got))
	case matchPairs:
		return slices.Equal(pairs(want), pairs(got))
	case matchScan:
		return slices.Equal(scanned(want), scanned(got))
	case matchShape:
		return want.Kind == got.Kind && want.Null == got.Null && len(want.Elems) == len(got.Elems)
	case matchSeconds:
		return near(want, got, clockSlack)
	case matchMillis:
		return near(want, got, clockSlack*1000)
	case matchNull:
		return want.Null == got.Null && want.Kind == got.Kind
	case matchWord:
		// SDIFFSTORE's result is built of other steps: a set that has room is small.
		return want.Str == got.Str || got.Str == "listpack" && (want.Str == "quicklist" || want.Str == "hashtable") ||
			got.Str == "intset" && want.Str == "hashtable"
	case matchAges:
		return sameAges(want, got)
	case matchNearly:
		return nearly(want, got)
	case matchGroups:
		return FullText(withoutConsumers(want)) == FullText(withoutConsumers(got))
	}
	return FullText(want) == FullText(got)
}

// pairs returns the pairs of a flat array, or of a map, in order. What else there
// is stands for itself.
func pairs(v resp.Value) []string {
	if len(v.Elems)%2 == 1 || v.Kind != resp.KindArray && v.Kind != resp.KindMap {
		return []string{FullText(v)}
	}
	out := []string{string(rune(v.Kind))}
	for i := 0; i < len(v.Elems); i += 2 {
		out = append(out, FullText(v.Elems[i])+" "+FullText(v.Elems[i+1]))
	}
	slices.Sort(out)
	return out
}

// scanned returns the cursor and the elements of a reply to a scan, each once.
func scanned(v resp.Value) []string {
	if len(v.Elems) != 2 {
		return []string{FullText(v)}
	}
	out := []string{"cursor " + FullText(v.Elems[0])}
	for _, e := range v.Elems[1].Elems {
		out = append(out, FullText(e))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// withoutConsumers leaves the number of consumers out of every group.
func withoutConsumers(groups resp.Value) resp.Value {
	groups.Elems = slices.Clone(groups.Elems)
	for i := range groups.Elems {
		g := &groups.Elems[i]
		g.Elems = slices.Clone(g.Elems)
		for j := 1; j < len(g.Elems); j += 2 {
			if g.Elems[j-1].Str == "consumers" {
				g.Elems[j].Int = 0
			}
		}
	}
	return groups
}

// sameAges compares replies whose integers may be some time apart.
func sameAges(want, got resp.Value) bool {
	if want.Kind == resp.KindInt && got.Kind == resp.KindInt {
		return max(want.Int-got.Int, got.Int-want.Int) <= clockSlack*1000
	}
	if len(want.Elems) == 0 || len(got.Elems) == 0 {
		return FullText(want) == FullText(got)
	}
	return want.Kind == got.Kind && slices.EqualFunc(want.Elems, got.Elems, sameAges)
}

// nearly compares replies whose numbers may differ where a float64 ends.
func nearly(want, got resp.Value) bool {
	if len(want.Elems) > 0 && len(got.Elems) > 0 {
		return want.Kind == got.Kind && slices.EqualFunc(want.Elems, got.Elems, nearly)
	}
	if FullText(want) == FullText(got) {
		return true
	}
	if want.Kind != got.Kind || want.Kind != resp.KindDouble && want.Kind != resp.KindBulk {
		return false
	}
	a, b := want.Double, got.Double
	if want.Kind == resp.KindBulk {
		var ok, also bool
		a, ok = num.ParseFloat([]byte(want.Str))
		b, also = num.ParseFloat([]byte(got.Str))
		if !ok || !also {
			return false
		}
	}
	return math.Abs(a-b) <= 1e-14*math.Abs(a)
}

// near compares two times; what is negative is no time.
func near(want, got resp.Value, slack int64) bool {
	if want.Kind != resp.KindInt || got.Kind != resp.KindInt || want.Int < 0 || got.Int < 0 {
		return FullText(want) == FullText(got)
	}
	return max(want.Int-got.Int, got.Int-want.Int) <= slack
}
