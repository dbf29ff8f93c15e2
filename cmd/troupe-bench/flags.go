package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"github.com/troupe-db/troupe/net/bench"
)

// built is where the server lands when this program builds it.
const built = "bin/troupe"

// Binaries of the peers, as they stand on the PATH.
const (
	redisServer  = "redis-server"
	valkeyServer = "valkey-server"
	memcached    = "memcached"
)

// flags are what the command line says.
type flags struct {
	troupe, benchmark        string
	redis, valkey, memcached string // empty for a peer that is left out
	out, name, only          string
	reps                     int
	quick, strict, list      bool
	further                  []bench.Program
	floor                    string
}

// parse reads the command line. What is wrong with it is written to stderr.
func parse(args []string, stderr io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("troupe-bench", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&f.troupe, "troupe", "", "binary of Troupe; empty builds "+built+" from the tree")
	set.StringVar(&f.redis, "redis", redisServer, "binary Troupe is compared with; empty leaves it out")
	set.StringVar(&f.valkey, "valkey", valkeyServer, "binary Troupe is compared with too; empty leaves it out")
	set.StringVar(&f.memcached, "memcached", memcached, "binary that rows of peers show too; empty leaves it out")
	set.StringVar(&f.benchmark, "benchmark", "redis-benchmark", "binary that makes the load")
	set.StringVar(&f.out, "out", filepath.Join("docs", "benchmarks"), "directory for the report")
	set.StringVar(&f.name, "name", "latest", "name of the report's files")
	set.StringVar(&f.only, "only", "", "rows to measure: names, groups or patterns, separated by commas; empty for all")
	set.IntVar(&f.reps, "reps", 5, "repetitions of each throughput row")
	set.BoolVar(&f.quick, "quick", false, "small counts: a smoke run whose figures say nothing")
	set.BoolVar(&f.strict, "strict", false, "exit with 3 when a target is missed")
	set.BoolVar(&f.list, "list", false, "list the rows and end")
	set.StringVar(&f.floor, "floor", "", "be the server that does nothing on this port, and measure nothing")
	set.Func("server", "`name=path,argument...` of a further server to show beside the others; may be repeated", func(text string) error {
		p, err := bench.ParseProgram(text)
		f.further = append(f.further, p)
		return err
	})
	err := set.Parse(args)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
		fmt.Fprintf(stderr, "troupe-bench: %v\n", err)
	}
	if err == nil && (f.name == "" || f.name != filepath.Base(f.name)) {
		err = fmt.Errorf("--name %q is not the name of a file", f.name)
		fmt.Fprintf(stderr, "troupe-bench: %v\n", err)
	}
	return f, err
}
