package bench

import "context"

// Groups of rows.
const (
	GroupThroughput  = "throughput"
	GroupMemory      = "memory"
	GroupLatency     = "latency"
	GroupConnections = "connections"
)

// Row is one line of the table of targets.
type Row struct {
	Name  string // short and unique, as --only takes it
	Title string // as people read it
	Group string

	chart   string  // rows of one chart share it; empty for none
	label   string  // under the row's bars
	measure measure // how its figures come about
}

// measure takes the figures of a row.
type measure interface {
	take(ctx context.Context, b *bench) (Result, error)
}

// Rows returns all rows in the order they run. Throughput comes first and in one
// piece, since its rows share their servers.
func Rows() []Row {
	var rows []Row
	rows = append(rows, throughputRows()...)
	rows = append(rows,
		Row{"memory-16-64", "bytes a key: 16-byte keys, 64-byte values", GroupMemory, "memory", "16+64", memory{value: 64, atMost: 0.65}},
		Row{"memory-16-16", "bytes a key: 16-byte keys, 16-byte values", GroupMemory, "memory", "16+16", memory{value: 16, atMost: 0.5}},
		Row{"memory-16-16-ttl", "bytes a key: 16-byte keys, 16-byte values, each with an expiry", GroupMemory, "memory", "16+16, expiry", memory{value: 16, ttl: true, atMost: 0.45}},
		Row{"longest-set", "longest single SET in the shard's turn while a table grows", GroupLatency, "", "", growth{value: 64, below: 2}},
		Row{"gc-pause", "pause of a forced collection, one shard's data", GroupLatency, "", "", forcedPause{value: 64, below: 1}},
		Row{"gc-pause-server", "pauses of the server's collector since its start, loaded and under load", GroupLatency, "", "", serverPause{value: 64, below: 1}},
		Row{"idle-connections", "bytes an idle connection", GroupConnections, "connections", "idle connection", idle{atMost: 12}},
	)
	return rows
}

// throughputRows lists what redis-benchmark does. The bounds are against the
// second server.
func throughputRows() []Row {
	const short, deep, deepest = 300_000, 2_000_000, 3_000_000
	p1 := bounds{rps: 0.9, cpu: 1.2}
	p16 := bounds{rps: 1.5, cpu: 0.65}
	p64 := bounds{rps: 2, cpu: 0.55}
	wide := bounds{rps: 1}
	of := func(name, label, chart string, t throughput) Row {
		return Row{name, label + ", " + pipelineText(t.pipeline), GroupThroughput, chart, label, t}
	}
	return []Row{
		of("set-p1", "SET", "p1", throughput{words: stock("set"), pipeline: 1, requests: short, bounds: p1}),
		of("get-p1", "GET", "p1", throughput{words: stock("get"), pipeline: 1, requests: short, bounds: p1}),
		of("set-p16", "SET", "p16", throughput{words: stock("set"), pipeline: 16, requests: deep, bounds: p16}),
		of("get-p16", "GET", "p16", throughput{words: stock("get"), pipeline: 16, requests: deep, bounds: p16}),
		of("incr-p16", "INCR", "p16", throughput{words: stock("incr"), pipeline: 16, requests: deep, bounds: p16, prepare: counters}),
		of("lpush-p16", "LPUSH", "p16", throughput{words: stock("lpush"), pipeline: 16, requests: deep, bounds: p16, prepare: emptyList}),
		of("rpush-p16", "RPUSH", "p16", throughput{words: stock("rpush"), pipeline: 16, requests: deep, bounds: p16, prepare: emptyList}),
		of("lpop-p16", "LPOP", "p16", throughput{words: stock("lpop"), pipeline: 16, requests: deep, bounds: p16, prepare: fullList}),
		of("rpop-p16", "RPOP", "p16", throughput{words: stock("rpop"), pipeline: 16, requests: deep, bounds: p16, prepare: fullList}),
		of("set-p64", "SET", "p64", throughput{words: stock("set"), pipeline: 64, requests: deepest, bounds: p64}),
		of("get-p64", "GET", "p64", throughput{words: stock("get"), pipeline: 64, requests: deepest, bounds: p64}),
		of("mset-p16", "MSET, 10 keys", "wide", throughput{words: stock("mset"), pipeline: 16, requests: 300_000, bounds: wide}),
		of("lrange-100-p16", "LRANGE_100", "wide", throughput{words: lrange("99"), pipeline: 16, requests: 150_000, bounds: wide, prepare: rangeList}),
		of("lrange-600-p16", "LRANGE_600", "wide", throughput{words: lrange("599"), pipeline: 16, requests: 40_000, bounds: wide, prepare: rangeList}),
	}
}

// stock names one of the tests redis-benchmark knows.
func stock(test string) []string { return []string{"-t", test} }

// lrange is the command behind the stock tests of LRANGE, which fill their list
// within the run; here it is full before the clock starts.
func lrange(last string) []string { return []string{"lrange", listKey, "0", last} }
