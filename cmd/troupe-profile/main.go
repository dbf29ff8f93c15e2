package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"strings"

	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
)

// workloads are the arguments of redis-benchmark, one run each: some seconds of
// what servers do most.
var workloads = []string{
	"-P 16 -n 1500000 -d 64 -r 1000000 -t set,get,incr",
	"-P 16 -n 1500000 -d 64 -r 1000000 -t lpush,rpush,lpop,rpop",
	"-P 64 -n 2000000 -d 64 -r 1000000 -t set,get",
	"-P 1 -n 150000 -d 64 -r 1000000 -t ping,set,get",
	"-P 16 -n 150000 -d 64 -r 1000000 -t mset,lrange_100,lrange_600",
	"-P 16 -n 500000 -d 64 -r 1000000 -t sadd,hset,zadd,spop,zpopmin",
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: troupe-profile FILE")
		os.Exit(2)
	}
	if err := profile(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "troupe-profile: %v\n", err)
		os.Exit(1)
	}
}

// profile drives a server and writes where its time went to file.
func profile(file string) (err error) {
	store, _, err := config.Load([]string{"--bind", "127.0.0.1", "--port", strconv.Itoa(freePort()), "--save", ""}, strings.NewReader(""))
	if err != nil {
		return fmt.Errorf("cannot configure a server: %w", err)
	}
	s, err := server.Start(store, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("cannot start a server: %w", err)
	}
	defer s.Stop()
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("cannot write the profile: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := pprof.StartCPUProfile(out); err != nil {
		return fmt.Errorf("cannot record: %w", err)
	}
	defer pprof.StopCPUProfile()
	for i, w := range workloads {
		fmt.Printf("%d/%d  redis-benchmark %s\n", i+1, len(workloads), w)
		if err := drive(store.Values().Port, w); err != nil {
			return err
		}
	}
	return nil
}

// drive runs redis-benchmark against the server once.
func drive(port int, workload string) error {
	args := append([]string{"-p", strconv.Itoa(port), "-q"}, strings.Fields(workload)...)
	if out, err := exec.CommandContext(context.Background(), "redis-benchmark", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("redis-benchmark %s: %w: %s", workload, err, out)
	}
	return nil
}

// freePort returns a port nobody listens on, or 0, which the configuration
// takes for none and the first workload then reports.
func freePort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
