package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Targets of the table of performance.
func performanceBounds() (alone, many, p16, p64, cold, whole bounds) {
	return bounds{rps: 1, cpu: 1, floor: 1.3}, bounds{rps: 1, cpu: 1}, bounds{rps: 1.8, cpu: 0.45},
		bounds{rps: 2.8, cpu: 0.35}, bounds{rps: 2, cpu: 0.4}, bounds{rps: 1.2, cpu: 0.8}
}

// performanceRows is the table of performance: numbers of clients, depths of the
// pipeline, keys out of cache, redis-benchmark's whole set, sizes of values, mixes
// of reads and writes, and numbers of shards.
func performanceRows() []Row {
	const short, deep, deepest, cold = 600_000, 2_000_000, 3_000_000, 3_000_000
	alone, many, p16, p64, out, whole := performanceBounds()
	var rows []Row
	add := func(name, title, chart, label string, m measure) {
		rows = append(rows, Row{"perf-" + name, title, GroupPerformance, chart, label, m})
	}
	for _, test := range []string{"set", "get"} {
		upper := strings.ToUpper(test)
		of := func(name, title, chart string, t throughput) {
			t.words = stock(test)
			add(test+"-"+name, upper+", "+title, chart, upper+", "+name, t)
		}
		of("c50", "no pipeline, 50 clients", "perf-p1", throughput{pipeline: 1, requests: short, bounds: alone})
		of("c500", "no pipeline, 500 clients", "perf-p1", throughput{pipeline: 1, requests: short, clients: 500, bounds: many})
		of("c5000", "no pipeline, 5,000 clients", "perf-p1", throughput{pipeline: 1, requests: short / 4, crowd: true, maxReps: typesReps})
		of("deep16", "pipeline of 16, 50 clients", "perf-deep", throughput{pipeline: 16, requests: deep, bounds: p16})
		of("deep64", "pipeline of 64, 50 clients", "perf-deep", throughput{pipeline: 64, requests: deepest, bounds: p64})
	}
	rows = append(rows, wholeSetRows("set-of-", "perf-set", 16, setSizes{deep: 1_000_000, wide: 150_000, widest: 40_000}, whole)...)
	rows = append(rows, wholeSetRows("p1-of-", "perf-set-p1", 1, setSizes{deep: 100_000, wide: 60_000, widest: 20_000}, bounds{})...)
	rows = append(rows, wholeSetRows("p64-of-", "perf-set-p64", 64, setSizes{deep: 1_000_000, wide: 150_000, widest: 40_000}, bounds{})...)
	rows = append(rows, leanRows(whole)...)
	for _, test := range []string{"set", "get"} {
		upper := strings.ToUpper(test)
		add(test+"-cold", upper+", keys out of cache, pipeline of 16", "perf-deep", upper+", cold", throughput{
			words: stock(test), pipeline: 16, requests: cold, cold: true, maxReps: typesReps, bounds: out,
		})
	}
	for _, v := range []struct {
		value, requests int
		text            string
	}{{16, deep, "16 B"}, {64, deep, "64 B"}, {1 << 10, deep / 4, "1 KB"}, {64 << 10, 60_000, "64 KB"}} {
		for _, test := range []string{"set", "get"} {
			upper := strings.ToUpper(test)
			add(test+"-"+strings.ToLower(strings.ReplaceAll(v.text, " ", "")), upper+", values of "+v.text+", pipeline of 16", "perf-value", upper+", "+v.text,
				throughput{words: stock(test), pipeline: 16, requests: v.requests, value: v.value, maxReps: typesReps})
		}
	}
	for _, m := range []mix{{reads: 95}, {reads: 50}, {reads: 95, draw: zipf}, {reads: 50, draw: zipf}, {reads: 95, draw: one}, {reads: 50, draw: one}} {
		m.pipeline, m.requests = 16, deep/2
		name := fmt.Sprintf("%d-%d-%s", m.reads, 100-m.reads, m.draw)
		add("mix-"+name, fmt.Sprintf("%d GET to %d SET, %s, pipeline of 16", m.reads, 100-m.reads, m.draw.text()), "perf-mix", name, m)
	}
	add("shards", "SET, pipeline of 16, by number of shards", "", "", shardCounts{counts: []int{1, 2, 4, 8}, requests: deep, atMost: 1.1})
	return rows
}

// setSizes is how many requests the tests of redis-benchmark's set take, by how long
// their replies or requests are.
type setSizes struct {
	deep   int // of one element
	wide   int // of a hundred, and MSET
	widest int // of more; half of wide for three hundred
}

// wholeSetRows is every test of redis-benchmark with a pipeline.
func wholeSetRows(prefix, chart string, pipeline int, size setSizes, whole bounds) []Row {
	deep, wide, widest := size.deep, size.wide, size.widest
	rows := make([]Row, 0, 20)
	for _, c := range []struct {
		name     string
		words    []string
		requests int
		prepare  prepare
		key      string
	}{
		{"ping_inline", nil, deep, keysOnly, ""},
		{"ping_mbulk", nil, deep, keysOnly, ""},
		{"set", nil, deep, keysOnly, ""},
		{"get", nil, deep, keysOnly, ""},
		{"incr", nil, deep, counters, ""},
		{"lpush", nil, deep, noKey, listKey},
		{"rpush", nil, deep, noKey, listKey},
		{"lpop", nil, deep, fullList, listKey},
		{"rpop", nil, deep, fullList, listKey},
		{"sadd", nil, deep, noKey, setKey},
		{"hset", nil, deep, noKey, hashKey},
		{"spop", nil, deep, fullSet, setKey},
		{"zadd", nil, deep, noKey, sortedSetKey},
		{"zpopmin", nil, deep, fullSortedSet, sortedSetKey},
		{"lrange_100", lrange("99"), wide, rangeList, listKey},
		{"lrange_300", lrange("299"), wide / 2, rangeList, listKey},
		{"lrange_500", lrange("499"), widest, rangeList, listKey},
		{"lrange_600", lrange("599"), widest, rangeList, listKey},
		{"mset", nil, wide, keysOnly, ""},
	} {
		if c.words == nil {
			c.words = stock(c.name)
		}
		label, held := strings.ToUpper(c.name), whole
		if slices.ContainsFunc(leanTests(), func(l leanTest) bool { return l.name == c.name && !l.both }) {
			held.rps = 0 // only the lean client is held to it
		}
		rows = append(rows, Row{prefix + c.name, label + " of the whole set, " + pipelineText(pipeline), GroupPerformance, chart, label, throughput{
			words: c.words, pipeline: pipeline, requests: c.requests, maxReps: typesReps, prepare: c.prepare, key: c.key, bounds: held,
		}})
	}
	return rows
}

// leanTest is a test of the whole set in which redis-benchmark takes more processor time
// than the servers, so that all of them do as much as it can, or than the fastest of them.
type leanTest struct {
	name     string
	pieces   func(int) *piece
	requests int
	prepare  prepare
	key      string
	both     bool // the slower servers are not limited, so its throughput says something, too
}

func leanTests() []leanTest {
	const deep, wide = 3_000_000, 150_000
	return []leanTest{
		{name: "ping_inline", pieces: repeated("PING\r\n", "+PONG\r\n"), requests: deep, prepare: keysOnly},
		{name: "ping_mbulk", pieces: repeated("*1\r\n$4\r\nPING\r\n", "+PONG\r\n"), requests: deep, prepare: keysOnly},
		{name: "lpush", pieces: pushes("LPUSH"), requests: deep, prepare: noKey, key: listKey, both: true},
		{name: "rpush", pieces: pushes("RPUSH"), requests: deep, prepare: noKey, key: listKey, both: true},
		{name: "lrange_100", pieces: ranges(100), requests: wide, prepare: rangeList},
		{name: "lrange_300", pieces: ranges(300), requests: wide, prepare: rangeList},
		{name: "lrange_500", pieces: ranges(500), requests: wide, prepare: rangeList},
		{name: "lrange_600", pieces: ranges(600), requests: wide, prepare: rangeList},
	}
}

// leanRows are the lean tests by a driver that takes a part of redis-benchmark's time. It
// is held to their throughput.
func leanRows(whole bounds) []Row {
	tests := leanTests()
	rows := make([]Row, 0, len(tests))
	for _, c := range tests {
		label := strings.ToUpper(c.name)
		rows = append(rows, Row{"lean-" + c.name, label + ", lean client, " + pipelineText(16), GroupPerformance, "perf-lean", label, throughput{
			pieces: c.pieces, pipeline: 16, requests: c.requests, maxReps: typesReps, prepare: c.prepare, key: c.key, bounds: whole,
		}})
	}
	return rows
}

// shardsText names a number of shards.
func shardsText(n int) string {
	if n == 1 {
		return "1 shard"
	}
	return strconv.Itoa(n) + " shards"
}
