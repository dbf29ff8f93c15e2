package aof

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// filled is a file with fill behind its end.
type filled struct {
	bytes []byte
	size  int // without the fill
	kept  int // what of it was durable before
}

// add appends a group as the log does.
func (f *filled) add(requests []byte, ahead int64) {
	group := CloseGroup(append(OpenGroup(nil), requests...), int64(f.size), int64(f.kept))
	end := f.size + len(group)
	if end+1 < len(f.bytes) {
		copy(f.bytes[f.size:], AppendOver(group))
	} else {
		f.bytes = append(f.bytes[:f.size], AppendFill(group, int64(end), FillEnd(int64(end)+ahead))...)
	}
	f.size = end
}

// TestFillIsWhole appends groups that end everywhere in a sector.
func TestFillIsWhole(t *testing.T) {
	for width := range 2 * sector {
		var f filled
		for n := range 4 {
			f.add(request("SET", strconv.Itoa(n), strings.Repeat("v", width)), 3*sector)
			lines, good, err := read(f.bytes)
			if err != nil || len(lines) != n+1 || good != int64(f.size) {
				t.Fatalf("with %d groups of %d bytes %d are read, up to %d of %d: %v", n+1, width, len(lines), good, f.size, err)
			}
			for _, line := range bytes.SplitAfter(f.bytes, []byte("\n")) {
				if len(line) >= annotationLine && line[0] == '#' || len(line) > 0 && line[len(line)-1] != '\n' {
					t.Fatalf("a line has %d bytes, or no end", len(line))
				}
			}
		}
	}
}

// TestFillWithLostSectors has a disk keep only some of the sectors that two groups were
// written to: what is read is a prefix, and the rest a torn tail.
func TestFillWithLostSectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	torn := 0
	for range 5_000 {
		var f filled
		f.add(request("SET", "0", strings.Repeat("v", rng.IntN(sector))), 8*sector)
		f.kept = f.size
		before := slices.Clone(f.bytes)
		whole := []int{f.size}
		for n := 1; n < 3; n++ {
			var unit []byte
			for range 1 + rng.IntN(4) { // requests that begin and end anywhere
				unit = append(unit, request("SET", strconv.Itoa(n), strings.Repeat("\n#*3\r\n"[:1+rng.IntN(6)], rng.IntN(200)))...)
			}
			f.add(unit, 8*sector)
			whole = append(whole, f.size)
		}
		before = append(before, make([]byte, max(0, len(f.bytes)-len(before)))...)
		for at := 0; at < len(f.bytes); at += sector {
			if end := min(at+sector, len(f.bytes)); rng.IntN(2) == 0 {
				copy(f.bytes[at:end], before[at:end])
			}
		}
		_, good, err := read(f.bytes)
		if !slices.Contains(whole, int(good)) {
			t.Fatalf("what is read ends at %d, where no group does", good)
		}
		var d *Damage
		if !errors.As(err, &d) {
			continue
		}
		torn++
		if v, _, err := Judge(bytes.NewReader(f.bytes), int64(len(f.bytes)), d); v != Torn || err != nil {
			t.Fatalf("%v is judged %d, %v", d, v, err)
		}
	}
	if torn < 1000 {
		t.Errorf("%d files are torn", torn)
	}
}
