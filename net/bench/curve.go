package bench

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// curveHeight is the height of the plot of curves, in pixels.
const curveHeight = 260.0

// curveChart shows a quantity over another, a line for each server. Its colours and
// measures are those of the bars.
type curveChart struct {
	file, title, group string
	across, up         string // what the axes show, with the unit
	curves             []Curve
}

// curveCharts returns the charts of the rows that have curves.
func (r *Report) curveCharts(name string) []curveChart {
	var all []curveChart
	for _, res := range r.Results {
		if len(res.Curves) > 0 {
			all = append(all, curveChart{
				file: name + "-" + res.Row + ".svg", title: "Resident memory beyond key and value, " + res.label, group: res.Group,
				across: "keys", up: "bytes a key", curves: res.Curves,
			})
		}
	}
	return all
}

// svg draws the chart. What lies above the median of the highest points twice over
// is cut off: a few keys in an empty server would flatten everything else.
func (c curveChart) svg() []byte {
	right, tops := 0.0, make([]float64, 0, len(c.curves))
	for _, l := range c.curves {
		if len(l.X) == 0 || len(l.X) != len(l.Y) {
			continue
		}
		right = max(right, slices.Max(l.X))
		tops = append(tops, 2*median(l.Y))
	}
	if len(tops) == 0 {
		tops = []float64{0}
	}
	step := niceStep(slices.Max(tops) / axisSteps)
	top := math.Max(math.Ceil(slices.Max(tops)/step), 1) * step
	bottom := plotTop + curveHeight
	var w strings.Builder
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" font-family="system-ui, sans-serif" font-size="13" fill="%s">`+"\n",
		px(chartWidth), px(bottom+axisHeight), px(chartWidth), px(bottom+axisHeight), textColour)
	fmt.Fprintf(&w, "<title>%s</title>\n", html.EscapeString(c.title))
	text(&w, 0, 18, "start", ` font-size="16" font-weight="600"`, c.title)
	for v := 0.0; v <= top+step/2; v += step {
		y := bottom - v/top*curveHeight
		fmt.Fprintf(&w, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="%s" stroke-opacity="0.3"/>`+"\n", px(plotLeft), px(y), px(plotRight), px(y), gridColour)
		text(&w, plotLeft-10, y+4, "end", "", axisText(v))
	}
	text(&w, 0, plotTop-10, "start", "", c.up)
	across := niceStep(right / axisSteps)
	for v := 0.0; v <= right+across/1e6; v += across {
		text(&w, plotLeft+v/math.Max(right, 1)*(plotRight-plotLeft), bottom+18, "middle", "", axisText(v))
	}
	text(&w, (plotLeft+plotRight)/2, bottom+38, "middle", "", c.across)
	for i, l := range c.curves {
		x := plotLeft + float64(i)*swatchWidth
		fmt.Fprintf(&w, `<rect x="%s" y="34" width="%s" height="%s" rx="2" fill="%s"/>`+"\n", px(x), px(swatch), px(swatch), seriesColour(i))
		text(&w, x+swatch+6, 45, "start", "", l.Server)
		l.draw(&w, i, math.Max(right, 1), top, bottom)
	}
	w.WriteString("</svg>\n")
	return []byte(w.String())
}

// draw draws the line of the i-th server.
func (l Curve) draw(w *strings.Builder, i int, right, top, bottom float64) {
	points := make([]string, 0, len(l.X))
	for j := range min(len(l.X), len(l.Y)) {
		v := min(max(l.Y[j], 0), top)
		points = append(points, px(plotLeft+l.X[j]/right*(plotRight-plotLeft))+","+px(bottom-v/top*curveHeight))
	}
	fmt.Fprintf(w, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), seriesColour(i))
}
