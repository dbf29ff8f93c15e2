package bench

import (
	"context"
	"strings"
)

// Groups of rows.
const (
	GroupThroughput      = "throughput"
	GroupTypesThroughput = "types-throughput" // of data types other than strings and lists
	GroupTail            = "tail"             // waits at a fixed rate
	GroupDurability      = "durability"       // what is kept on disk
	GroupFeatures        = "features"         // scripts, messages, fences
	GroupPerformance     = "performance"      // held to the targets of the table of performance
	GroupPeers           = "peers"            // what servers of other protocols can do too
	GroupMemory          = "memory"
	GroupTypesMemory     = "types-memory"
	GroupLatency         = "latency"
	GroupConnections     = "connections"
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

// sharesServers tells whether the row runs on the servers that throughput rows
// have in common.
func (r Row) sharesServers() bool {
	switch r.measure.(type) {
	case throughput, mix, latencyTail:
		return true
	default:
		return false
	}
}

// Rows returns all rows in the order they run. Throughput comes first and in one
// piece, since its rows share their servers.
func Rows() []Row {
	var rows []Row
	rows = append(rows, throughputRows()...)
	rows = append(rows, typesThroughputRows()...)
	rows = append(rows, performanceRows()...)
	rows = append(rows, peersRows()...)
	rows = append(rows, tailRows()...)
	rows = append(rows, durabilityRows()...)
	rows = append(rows, featureRows()...)
	rows = append(rows,
		Row{"memory-16-64", "bytes a key: 16-byte keys, 64-byte values", GroupMemory, "memory", "16+64", memory{keys(64, false), 0.65}},
		Row{"memory-16-16", "bytes a key: 16-byte keys, 16-byte values", GroupMemory, "memory", "16+16", memory{keys(16, false), 0.5}},
		Row{"memory-16-16-ttl", "bytes a key: 16-byte keys, 16-byte values, each with an expiry", GroupMemory, "memory", "16+16, expiry", memory{keys(16, true), 0.45}},
		Row{"memory-filling", "bytes beyond key and value while a server is filled: 16-byte keys, 16-byte values", GroupMemory, "filling", "16+16", filling{value: 16, atMost: 24}},
		Row{"memory-filling-ttl", "bytes beyond key and value while a server is filled, each key with an expiry", GroupMemory, "filling", "16+16, expiry", filling{value: 16, expiry: true, atMost: 32}},
		Row{"memory-holes", "memory after nine in ten keys are deleted", GroupMemory, "", "", holes{atMost: 1}},
		Row{"memory-churn", "memory after values of many lengths are replaced and nine in ten keys deleted", GroupMemory, "", "", holes{churn: true, atMost: 1}},
		Row{"memory-hashes", "bytes a hash of 10 small fields", GroupTypesMemory, "types-memory", "hash", memory{hashes, 0.85}},
		Row{"memory-sets", "bytes a set of 10 integers", GroupTypesMemory, "types-memory", "set", memory{sets, 0.85}},
		Row{"memory-sorted-set", "bytes a member of one large sorted set", GroupTypesMemory, "types-memory", "sorted set", memory{sortedSet, 0.85}},
		Row{"memory-stream", "bytes an entry of one large stream", GroupTypesMemory, "types-memory", "stream", memory{stream, 0.85}},
		Row{"longest-set", "longest single SET in the shard's turn while a table grows", GroupLatency, "", "", growth{value: 64, below: 2}},
		Row{"gc-pause", "pause of a forced collection, one shard's data", GroupLatency, "", "", forcedPause{value: 64, below: 1}},
		Row{"gc-pause-server", "pauses of the server's collector since its start, loaded and under load", GroupLatency, "", "", serverPause{value: 64, below: 1}},
		Row{"idle-connections", "bytes an idle connection", GroupConnections, "connections", "idle connection", idle{atMost: 12}},
	)
	return rows
}

// throughputRows lists what redis-benchmark does. The bounds are against the
// best rival.
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
		of("lpush-p16", "LPUSH", "p16", throughput{words: stock("lpush"), pipeline: 16, requests: deep, bounds: p16, prepare: noKey, key: listKey}),
		of("rpush-p16", "RPUSH", "p16", throughput{words: stock("rpush"), pipeline: 16, requests: deep, bounds: p16, prepare: noKey, key: listKey}),
		of("lpop-p16", "LPOP", "p16", throughput{words: stock("lpop"), pipeline: 16, requests: deep, bounds: p16, prepare: fullList}),
		of("rpop-p16", "RPOP", "p16", throughput{words: stock("rpop"), pipeline: 16, requests: deep, bounds: p16, prepare: fullList}),
		of("set-p64", "SET", "p64", throughput{words: stock("set"), pipeline: 64, requests: deepest, bounds: p64}),
		of("get-p64", "GET", "p64", throughput{words: stock("get"), pipeline: 64, requests: deepest, bounds: p64}),
		of("mset-p16", "MSET, 10 keys", "wide", throughput{words: stock("mset"), pipeline: 16, requests: 300_000, bounds: wide}),
		of("lrange-100-p16", "LRANGE_100", "wide", throughput{words: lrange("99"), pipeline: 16, requests: 150_000, bounds: wide, prepare: rangeList}),
		of("lrange-600-p16", "LRANGE_600", "wide", throughput{words: lrange("599"), pipeline: 16, requests: 40_000, bounds: wide, prepare: rangeList}),
	}
}

// typesThroughputRows lists commands of the other data types, transactions, and
// what is asked of one large sorted set.
func typesThroughputRows() []Row {
	const short, deep, large, blocks = 200_000, 1_000_000, 500_000, 100_000
	of := func(name, label, chart string, t throughput) Row {
		t.maxReps = typesReps
		return Row{name, label + ", " + pipelineText(t.pipeline), GroupTypesThroughput, "types-" + chart, label, t}
	}
	var rows []Row
	for _, depth := range []struct {
		chart              string
		pipeline, requests int
		bounds             bounds
	}{
		{"p16", 16, deep, bounds{rps: 1.5, cpu: 0.75}},
		{"p1", 1, short, bounds{rps: 0.95}},
	} {
		for _, c := range []struct {
			name    string
			words   []string
			prepare prepare
			key     string
		}{
			{"sadd", stock("sadd"), noKey, setKey},
			{"hset", stock("hset"), noKey, hashKey},
			{"spop", stock("spop"), fullSet, setKey},
			{"zadd", stock("zadd"), noKey, sortedSetKey},
			{"zpopmin", stock("zpopmin"), fullSortedSet, sortedSetKey},
			{"xadd", []string{"xadd", streamKey, "*", "myfield", strings.Repeat("x", valueSize)}, noKey, streamKey},
		} {
			rows = append(rows, of(c.name+"-"+depth.chart, strings.ToUpper(c.name), depth.chart, throughput{
				words: c.words, pipeline: depth.pipeline, requests: depth.requests, bounds: depth.bounds, prepare: c.prepare, key: c.key,
			}))
		}
	}
	many := func(name, label, what string, words ...string) Row {
		return Row{name, what + " of a large sorted set, " + pipelineText(16), GroupTypesThroughput, "types-large", label, throughput{
			words: words, pipeline: 16, requests: large, maxReps: typesReps, bounds: bounds{cpu: 1}, prepare: largeSortedSet, key: largeKey,
		}}
	}
	return append(rows,
		Row{"multi", "transaction of 10 SETs on one shard", GroupTypesThroughput, "types-multi", "MULTI ... EXEC", throughput{
			pieces: transaction(10), unfloored: true, pipeline: 1, requests: blocks, maxReps: typesReps, bounds: bounds{rps: 1.5},
		}},
		many("zrank-large", "ZRANK", "ZRANK", "zrank", largeKey, memberPrefix+randomDigits),
		many("zrangebyscore-large", "ZRANGEBYSCORE", "ZRANGEBYSCORE with LIMIT 10", "zrangebyscore", largeKey, randomDigits, "+inf", "limit", "0", "10"),
		many("zadd-large", "ZADD", "ZADD of a member", "zadd", largeKey, randomDigits, memberPrefix+randomDigits),
	)
}

// stock names one of the tests redis-benchmark knows.
func stock(test string) []string { return []string{"-t", test} }

// lrange is the command behind the stock tests of LRANGE, which fill their list
// within the run; here it is full before the clock starts.
func lrange(last string) []string { return []string{"lrange", listKey, "0", last} }
