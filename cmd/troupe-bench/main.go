package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/troupe-db/troupe/net/bench"
	"github.com/troupe-db/troupe/net/bench/floor"
)

// Exit codes.
const (
	exitFailed = 1 // something could not be measured
	exitUsage  = 2
	exitMissed = 3 // with --strict: a target was missed
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return exitUsage
	}
	if f.list {
		for _, r := range bench.Rows() {
			fmt.Fprintf(stdout, "%-20s %-17s %s\n", r.Name, r.Group, r.Title)
		}
		return 0
	}
	if f.floor != "" {
		fmt.Fprintf(stderr, "troupe-bench: %v\n", floor.Serve(f.floor))
		return exitFailed
	}
	report, err := measure(ctx, f, stdout)
	if err != nil {
		fmt.Fprintf(stderr, "troupe-bench: %v\n", err)
		if errors.Is(err, bench.ErrUsage) {
			return exitUsage
		}
		return exitFailed
	}
	if err := report.Write(f.out, f.name); err != nil {
		fmt.Fprintf(stderr, "troupe-bench: %v\n", err)
		return exitFailed
	}
	fmt.Fprintf(stdout, "written to %s; targets missed: %d\n", filepath.Join(f.out, f.name+".md"), report.Missed())
	if len(report.Failed) > 0 {
		fmt.Fprintf(stderr, "troupe-bench: rows that could not be measured: %d\n", len(report.Failed))
		return exitFailed
	}
	if f.strict && report.Missed() > 0 {
		return exitMissed
	}
	return 0
}

// measure finds the programs and runs the rows.
func measure(ctx context.Context, f flags, stdout io.Writer) (*bench.Report, error) {
	if f.troupe == "" {
		build := exec.CommandContext(ctx, "go", "build", "-o", built, "./cmd/troupe")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("cannot build Troupe: %w\n%s", err, out)
		}
		f.troupe = built
	}
	o := bench.Options{Reps: f.reps, Quick: f.quick, Log: stdout}
	if err := f.servers(&o); err != nil {
		return nil, err
	}
	benchmark, err := locate(f.benchmark)
	if err != nil {
		return nil, err
	}
	own, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program, which is the floor too: %w", err)
	}
	o.Benchmark = benchmark
	o.Floor = bench.Program{Name: bench.FloorName, Path: own, Args: []string{"--floor", "{port}"}}
	if f.only != "" {
		o.Only = strings.Split(f.only, ",")
	}
	return bench.Run(ctx, o)
}

// locate finds a program and makes its path absolute, since servers run in
// directories of their own.
func locate(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("cannot find %s: %w", name, err)
	}
	return filepath.Abs(path)
}
