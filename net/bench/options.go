package bench

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// Options say what to measure.
type Options struct {
	// Servers are the programs to measure. The first is the one that is held to
	// the targets, the next Rivals are what it is compared with; further ones are
	// shown beside them.
	Servers []Program

	// Rivals is how many servers behind the first it is compared with; 0 stands
	// for one. A ratio is to the best of them in the same row.
	Rivals int

	// Peer is a server that does not speak RESP, which the rows of GroupPeers show
	// behind the others: see Memcached. None when its path is empty.
	Peer Program

	// Floor is a server that does nothing, which throughput rows show behind the
	// others: see package floor. None when its path is empty.
	Floor Program

	// Absent are the programs that were looked for in vain, for the report.
	Absent []string

	Benchmark string    // path of redis-benchmark
	Reps      int       // repetitions of a throughput row, at least 1
	Quick     bool      // small counts: proves that the program works, says nothing else
	Only      []string  // names, groups or patterns of rows; all when empty
	Log       io.Writer // progress
}

// Program is a server to be started.
type Program struct {
	Name string   // as it stands in the report
	Path string   // of the binary
	Args []string // further arguments; "{port}" and "{dir}" are replaced

	memcached bool // it speaks memcached's protocol in place of RESP
}

// ErrUsage is wrapped by errors about options that make no sense.
var ErrUsage = errors.New("bad option")

// ParseProgram reads "name=path,arg,arg". When an argument contains "{port}" the
// program gets these arguments only; otherwise they stand behind the directives
// of redis.conf that every server gets.
func ParseProgram(text string) (Program, error) {
	name, command, ok := strings.Cut(text, "=")
	words := strings.Split(command, ",")
	if !ok || name == "" || words[0] == "" {
		return Program{}, fmt.Errorf("%w: server %q is not of the form name=path,argument,argument", ErrUsage, text)
	}
	return Program{Name: name, Path: words[0], Args: words[1:]}, nil
}

func (o Options) check() error {
	if len(o.Servers) < 2 {
		return fmt.Errorf("%w: two servers are needed for a comparison", ErrUsage)
	}
	if o.Rivals < 0 || o.Rivals >= len(o.Servers) {
		return fmt.Errorf("%w: %d servers to compare with, of %d", ErrUsage, o.Rivals, len(o.Servers)-1)
	}
	var names []string
	for _, p := range append(slices.Clone(o.Servers), o.Peer) {
		if slices.Contains(names, p.Name) {
			return fmt.Errorf("%w: two servers are called %q", ErrUsage, p.Name)
		}
		names = append(names, p.Name)
	}
	if o.Reps < 1 || o.Reps > maxReps {
		return fmt.Errorf("%w: repetitions must be from 1 to %d", ErrUsage, maxReps)
	}
	return nil
}

// rivals returns the places of the servers that the first one is compared with.
func (o Options) rivals() []int {
	places := make([]int, max(o.Rivals, 1))
	for i := range places {
		places[i] = i + 1
	}
	return places
}

// maxReps is more repetitions than any median needs.
const maxReps = 1000

// choose returns the rows that o.Only names. A pattern without a row is an error,
// since a misspelt name would otherwise look like a success.
func (o Options) choose(all []Row) ([]Row, error) {
	if len(o.Only) == 0 {
		return all, nil
	}
	chosen := make([]bool, len(all))
	for _, pattern := range o.Only {
		found := false
		for i, r := range all {
			match, err := path.Match(pattern, r.Name)
			if err != nil {
				return nil, fmt.Errorf("%w: row %q: %w", ErrUsage, pattern, err)
			}
			if match || pattern == r.Group {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("%w: no row is called %q", ErrUsage, pattern)
		}
	}
	var rows []Row
	for i, r := range all {
		if chosen[i] {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// scale is how much is measured.
type scale struct {
	keyspace  int // keys that redis-benchmark draws from
	divisor   int // of the requests of a throughput row
	listLen   int // elements of the list that LRANGE reads
	cold      int // keys that no cache holds, at most
	volume    int // bytes of all values at most, where they are large
	keys      int // of the memory and latency rows
	crowd     int // connections of the row with most of them
	published int // messages to each subscriber
	wave      int // keys that expire at once
	grouped   int // hashes, and sets, of the rows about their memory
	elements  int // of one sorted set and of one stream
	runs      int // of the growth of a table
	cycles    int // forced collections
	conns     int // idle connections
	warmShare int // a warm-up run has this fraction of the requests

	settle   time.Duration // before memory is read the first time
	patience time.Duration // for memory to become steady
	idle     time.Duration // before the memory of connections is read
	limit    time.Duration // of one run of redis-benchmark
	fill     time.Duration // limit of loading keys
	window   time.Duration // of watching a server that is loaded
}

func fullScale() scale {
	return scale{
		keyspace: 1_000_000, divisor: 1, listLen: 100_000, cold: 10_000_000, volume: 512 << 20, keys: 5_000_000, crowd: 5_000, published: 40_000, wave: 1_000_000, grouped: 1_000_000, elements: 5_000_000, runs: 3, cycles: 20, conns: 10_000, warmShare: 4,
		settle: 2 * time.Second, patience: 10 * time.Second, idle: 3 * time.Second, limit: 2 * time.Minute, fill: 5 * time.Minute, window: 10 * time.Second,
	}
}

func quickScale() scale {
	return scale{
		keyspace: 5_000, divisor: 200, listLen: 2_000, cold: 10_000, volume: 1 << 20, keys: 20_000, crowd: 100, published: 320, wave: 10_000, grouped: 2_000, elements: 10_000, runs: 2, cycles: 2, conns: 100, warmShare: 8,
		settle: 50 * time.Millisecond, patience: 300 * time.Millisecond, idle: 100 * time.Millisecond,
		limit: 20 * time.Second, fill: 20 * time.Second, window: 300 * time.Millisecond,
	}
}
