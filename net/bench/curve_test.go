package bench

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestCurve reads a chart of curves back: it is well formed, has a line for each
// server, and no point lies outside of the plot, though one value does.
func TestCurve(t *testing.T) {
	c := curveChart{title: "a & b", across: "keys", up: "bytes a key", curves: []Curve{
		{Server: "troupe", X: []float64{100, 200, 300}, Y: []float64{9000, 20, 18}},
		{Server: "r<&>", X: []float64{100, 200, 300}, Y: []float64{100, 90, 95}},
	}}
	svg := string(c.svg())
	lines, d := 0, xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "polyline" {
			lines++
		}
	}
	if lines != 2 {
		t.Errorf("%d lines, want 2", lines)
	}
	if !strings.Contains(svg, px(plotLeft+(plotRight-plotLeft)/3)+","+px(plotTop)) {
		t.Error("the value that is too high is not at the upper edge")
	}
	if empty := string(curveChart{curves: []Curve{{}}}.svg()); strings.Contains(empty, "NaN") || strings.Contains(empty, "Inf") {
		t.Errorf("a chart of nothing: %s", empty)
	}
}

func TestCurveCharts(t *testing.T) {
	r := sample()
	if got := r.curveCharts("x"); len(got) != 0 {
		t.Errorf("%d charts of no curves", len(got))
	}
	r.Results[0].Curves = []Curve{{Server: "troupe", X: []float64{1}, Y: []float64{1}}}
	got := r.curveCharts("x")
	if len(got) != 1 || got[0].file != "x-set-p16.svg" {
		t.Fatalf("got %+v", got)
	}
	if page := string(r.page("x", nil)); !strings.Contains(page, "](x-set-p16.svg)") {
		t.Error("the page does not show the curves")
	}
}
