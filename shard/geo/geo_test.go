package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/troupe-db/troupe/codec/geohash"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/command/commandtest"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/zset"
)

// TestTrigonometry holds the functions against those of package math, which are
// right within an ulp or two, and against each other in twice the precision. The
// package's arc sine is not that good near 1.
func TestTrigonometry(t *testing.T) {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 4e-16*max(math.Abs(a), math.Abs(b), 1e-300) }
	rapid.Check(t, func(rt *rapid.T) {
		x := rapid.Float64Range(-4, 4).Draw(rt, "angle")
		if s := sin(x); !near(s, math.Sin(x)) && math.Abs(s-math.Sin(x)) > 1e-16 {
			rt.Errorf("sin %v = %v, not %v", x, s, math.Sin(x))
		}
		if c := cos(x); !near(c, math.Cos(x)) && math.Abs(c-math.Cos(x)) > 1e-16 {
			rt.Errorf("cos %v = %v, not %v", x, c, math.Cos(x))
		}
		rest, _ := reduce(x)
		s, c := sineNear(rest), cosineNear(rest)
		if one := s.times(s).add(c.times(c)); math.Abs(one.hi-1+one.lo) > 1e-18 {
			rt.Errorf("at %v the squares add up to 1 + %v", x, one.hi-1+one.lo)
		}
		y := rapid.Float64Range(0, 1).Draw(rt, "sine")
		a := asin(y)
		if math.Abs(a-math.Asin(y)) > 1e-14 {
			rt.Errorf("asin %v = %v, not %v", y, a, math.Asin(y))
		}
		back := sine(a)
		if miss := (y - back.hi) - back.lo; math.Abs(miss) > 2e-16*a*math.Cos(a)+1e-31 {
			rt.Errorf("asin %v = %v, whose sine misses it by %v", y, a, miss)
		}
	})
	for x, want := range map[float64]float64{0: 0, 1: math.Pi / 2} {
		if got := asin(x); got != want {
			t.Errorf("asin %v = %v", x, got)
		}
	}
	if sin(0) != 0 || cos(0) != 1 || !math.IsNaN(cos(math.Inf(1))) {
		t.Error("wrong at 0 or at infinity")
	}
}

// TestRough checks that distances which are compared by rough ones compare as the
// exact ones do, from a few millimeters to halfway round the earth.
func TestRough(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := shape{center: geohash.Position{
			Longitude: rapid.Float64Range(-180, 180).Draw(rt, "longitude"),
			Latitude:  rapid.Float64Range(-85, 85).Draw(rt, "latitude"),
		}}
		s.aim()
		scale := rapid.SampledFrom([]float64{1, 1e-3, 1e-7}).Draw(rt, "scale")
		far := rapid.Bool().Draw(rt, "far side")
		p := geohash.Position{
			Longitude: s.center.Longitude + rapid.Float64Range(-180, 180).Draw(rt, "east")*scale,
			Latitude:  max(min(s.center.Latitude+rapid.Float64Range(-85, 85).Draw(rt, "north")*scale, 85), -85),
		}
		if far {
			p = geohash.Position{Longitude: p.Longitude + 180, Latitude: -p.Latitude}
		}
		exact, rough := distance(s.center, p), s.rough(p)
		if math.Abs(exact-rough) > (nearly*max(exact, rough)+least)/10 {
			rt.Fatalf("from %v to %v: %v meters, roughly %v", s.center, p, exact, rough)
		}
		level := geohash.Position{Longitude: s.center.Longitude, Latitude: p.Latitude}
		exact, rough = distance(level, p), s.roughEast(p)
		if math.Abs(exact-rough) > (nearly*max(exact, rough)+least)/10 {
			rt.Fatalf("from %v to %v: %v meters, roughly %v", level, p, exact, rough)
		}
	})
}

func TestPartialSort(t *testing.T) {
	compare := func(a, b found) int { return cmp.Compare(a.rough, b.rough) }
	rapid.Check(t, func(rt *rapid.T) {
		distances := rapid.SliceOfN(rapid.IntRange(0, 60), 2, 300).Draw(rt, "distances")
		if rapid.Bool().Draw(rt, "sorted") {
			slices.Sort(distances)
		}
		list := make([]found, len(distances))
		for i, d := range distances {
			list[i] = found{rough: float64(d), score: float64(i)}
		}
		count := rapid.IntRange(1, len(list)-1).Draw(rt, "count")
		partialSort(list, count, compare)
		slices.Sort(distances)
		seen := map[float64]bool{}
		for i, f := range list {
			if i < count && f.rough != float64(distances[i]) {
				rt.Fatalf("number %d is %v, want %d", i, f.rough, distances[i])
			}
			seen[f.score] = true
		}
		if len(seen) != len(list) {
			rt.Fatal("members were lost")
		}
	})
}

// TestPartialSortOfKillers sorts what makes simple quicksorts quadratic.
func TestPartialSortOfKillers(t *testing.T) {
	const n = 50_000
	for name, distance := range map[string]func(i int) int{
		"ascending": func(i int) int { return i }, "descending": func(i int) int { return -i },
		"equal": func(int) int { return 0 }, "organ pipe": func(i int) int { return min(i, n-i) },
		"saw": func(i int) int { return i % 100 },
	} {
		list, want := make([]found, n), make([]float64, n)
		for i := range list {
			list[i].rough = float64(distance(i))
			want[i] = list[i].rough
		}
		calls := 0
		partialSort(list, n/2, func(a, b found) int { calls++; return cmp.Compare(a.rough, b.rough) })
		slices.Sort(want)
		for i := range n / 2 {
			if list[i].rough != want[i] {
				t.Fatalf("%s: number %d is %v, want %v", name, i, list[i].rough, want[i])
			}
		}
		if calls > 200*n {
			t.Errorf("%s: %d comparisons of %d members", name, calls, n)
		}
	}
}

// members returns the bulk strings of a reply, in order of their names.
func members(reply string) []string {
	lines := strings.Split(reply, "\r\n")
	list := []string{}
	for i := 1; i+1 < len(lines); i += 2 {
		list = append(list, lines[i+1])
	}
	slices.Sort(list)
	return list
}

// TestSearchAgainstTwin compares searches with measuring every member, in the
// latitudes where the cells cover every shape.
func TestSearchAgainstTwin(t *testing.T) {
	h := commandtest.New(t, 3, Commands, zset.Commands)
	rapid.Check(t, func(rt *rapid.T) {
		h.Clear()
		scale := rapid.SampledFrom([]float64{60, 3, 0.01}).Draw(rt, "scale")
		places := map[string]geohash.Position{}
		at := func(name string) geohash.Position {
			p := geohash.Position{
				Longitude: rapid.Float64Range(-scale, scale).Draw(rt, name+" longitude"),
				Latitude:  rapid.Float64Range(-scale, scale).Draw(rt, name+" latitude"),
			}
			return p
		}
		text := func(f float64) string { return strconv.FormatFloat(f, 'g', 17, 64) }
		for i := range rapid.IntRange(0, 200).Draw(rt, "members") {
			name, p := fmt.Sprint(i), at("member")
			places[name] = geohash.CellOf(p, geohash.MaxStep).Center()
			if got := h.Do("GEOADD", "k", text(p.Longitude), text(p.Latitude), name); got != ":1\r\n" {
				rt.Fatal(got)
			}
		}
		s := shape{center: at("center")}
		size := rapid.Float64Range(0, scale*60_000).Draw(rt, "size")
		words := []string{"GEOSEARCH", "k", "FROMLONLAT", text(s.center.Longitude), text(s.center.Latitude)}
		if s.box = rapid.Bool().Draw(rt, "box"); s.box {
			s.width, s.height = size, rapid.Float64Range(0, scale*60_000).Draw(rt, "height")
			words = append(words, "BYBOX", text(s.width), text(s.height), "m")
		} else {
			s.radius = size
			words = append(words, "BYRADIUS", text(size), "m")
		}
		want := []string{}
		for name, p := range places {
			in := distance(s.center, p) <= s.radius
			if s.box {
				level := geohash.Position{Longitude: s.center.Longitude, Latitude: p.Latitude}
				in = distanceNorth(s.center.Latitude, p.Latitude) <= s.height/2 && distance(level, p) <= s.width/2
			}
			if in {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		if got := members(h.Do(words...)); !slices.Equal(got, want) {
			rt.Fatalf("%q\n got %q\nwant %q", words, got, want)
		}
		store := append([]string{"GEOSEARCHSTORE", "k2"}, words[1:]...)
		if got := h.Do(store...); got != fmt.Sprintf(":%d\r\n", len(want)) {
			rt.Fatalf("%q: %q", store, got)
		}
		if got := members(h.Do("ZRANGE", "k2", "0", "-1")); !slices.Equal(got, want) {
			rt.Fatalf("stored %q, want %q", got, want)
		}
		if n := rapid.IntRange(1, 10).Draw(rt, "count"); len(want) > 0 {
			nearest := members(h.Do(append(words, "COUNT", strconv.Itoa(n))...))
			some := members(h.Do(append(words, "COUNT", strconv.Itoa(n), "ANY")...))
			if len(nearest) != min(n, len(want)) || len(some) != len(nearest) {
				rt.Fatalf("%d and %d members, want %d of %d", len(nearest), len(some), n, len(want))
			}
		}
	})
}

// TestFailuresChangeNothing checks that GEOADD looks at all positions first, and a
// search at all options before it stores.
func TestFailuresChangeNothing(t *testing.T) {
	h := commandtest.New(t, 2, Commands, zset.Commands)
	k := h.Key("text")
	k.Put(k.Write(), keyspace.String, keyspace.Raw, 3, keyspace.NoExpire)
	h.Expect([][2]string{
		{"GEOADD k 1 1 a", ":1"},
		{"GEOADD k 2 2 b 200 0 c", "-ERR invalid longitude,latitude pair 200.000000,0.000000"},
		{"GEOADD k 2 2 b -inf 0 c", "-ERR invalid longitude,latitude pair -inf,0.000000"},
		{"GEOADD text 1 1 a", "-" + command.ErrWrongType},
		{"GEORADIUS k 1 1 5 km STORE d COUNT 0", "-" + command.ErrSweepCount},
		{"GEORADIUS k 1 1 5 km STORE d WITHHASH", "-" + command.ErrGeoradiusStore},
		{"GEORADIUS text 1 1 5 km STORE d", "-" + command.ErrWrongType},
		{"ZCARD k", ":1"},
		{"ZCARD d", ":0"},
		{"GEORADIUS k 1 1 5 km STORE c STORE d STOREDIST b STORE e", ":1"},
		{"ZCARD e", ":1"},
		{"ZCARD d", ":0"},
	}...)
}

func TestRadiusKeys(t *testing.T) {
	for line, want := range map[string]string{
		"georadius k 1 1 1 m":                           "1",
		"georadius k 1 1 1 m store a":                   "1 7",
		"georadius k 1 1 1 m STOREDIST a STORE b":       "1 9 7",
		"georadius k 1 1 1 m STORE a STORE b":           "1 7 9",
		"georadius k 1 1 1 m STORE":                     "1",
		"georadius STORE 1 STORE 1 m STORE STORE":       "1 7",
		"georadius k 1 1 1 m COUNT STORE x STOREDIST y": "1 8 10",
	} {
		words := strings.Fields(line)
		args := make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		refs, err := radiusKeys(6)(nil, args)
		got := []string{}
		for _, r := range refs {
			got = append(got, strconv.Itoa(r.Index))
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: keys at %v, error %v, want %s", line, got, err, want)
		}
	}
}

// TestAllocations checks that places are looked up and moved without allocations.
func TestAllocations(t *testing.T) {
	h := commandtest.New(t, 1, Commands, zset.Commands)
	for _, line := range []string{
		"GEOADD k CH 1.5 1.5 a 2.5 2 b", "GEODIST k a b km", "GEOPOS k a b none", "GEOHASH k a b",
		"GEOSEARCH k FROMLONLAT 100 1 BYRADIUS 1 km",
	} {
		h.Clear()
		h.Dof("GEOADD k 1.5 1 a 2 2 b")
		words := strings.Fields(line)
		row, args := h.Row(words...), make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		if got := testing.AllocsPerRun(100, func() {
			h.Ctx.Buf = h.Ctx.Buf[:0]
			h.Run(row, args)
		}); got > 0 && row.Name != "geosearch" || got > 4 {
			t.Errorf("%s: %v allocations", line, got)
		}
	}
}

// FuzzCommands runs arbitrary requests to every row of the table.
func FuzzCommands(f *testing.F) {
	for _, script := range []string{
		"GEOADD k 1 1 a 2 2 b\nGEODIST k a b km\nGEOPOS k a x\nGEOHASH k b\nGEOADD k NX CH 3 3 a 4 4 c",
		"GEOADD k 1 1 a 2 2 b\nGEOSEARCH k FROMMEMBER a BYBOX 9 9 km WITHDIST WITHCOORD COUNT 1 ANY DESC",
		"GEOADD k 1 1 a\nGEORADIUS k 1 1 inf m STORE d STOREDIST k\nGEORADIUSBYMEMBER d a 1 ft WITHHASH ASC",
		"ZADD k inf a -inf b -1 c\nGEOSEARCHSTORE k k FROMLONLAT -180 -85 BYRADIUS 1e300 mi STOREDIST\nGEOHASH k a b c",
	} {
		f.Add([]byte(script), uint8(0))
		f.Add([]byte(script), uint8(1))
	}
	harnesses := [...]*commandtest.Harness{
		commandtest.New(f, 1, Commands, zset.Commands), commandtest.New(f, 4, Commands, zset.Commands),
	}
	f.Fuzz(func(t *testing.T, script []byte, which uint8) {
		harnesses[which%2].Script(t, script)
	})
}

func BenchmarkSearch(b *testing.B) {
	h := commandtest.New(b, 1, Commands)
	for i := range 10_000 {
		h.Dof("GEOADD k %f %f m%d", float64(i%100)/50, float64(i/100)/50, i)
	}
	for _, line := range []string{"BYRADIUS 10 km", "BYRADIUS 50 km COUNT 10", "BYRADIUS 10 km WITHDIST ASC"} {
		words := strings.Fields("GEOSEARCH k FROMLONLAT 1 1 " + line)
		row, args := h.Row(words...), make([][]byte, len(words))
		for i, w := range words {
			args[i] = []byte(w)
		}
		b.Run(line, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Ctx.Buf = h.Ctx.Buf[:0]
				h.Run(row, args)
			}
		})
	}
}
