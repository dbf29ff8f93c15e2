package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"

	"github.com/troupe-db/troupe/actor/processors"
	"github.com/troupe-db/troupe/net/admin"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/server"
)

const usage = `Usage: troupe [/path/to/redis.conf] [--directive value ...]... [-]
       troupe -                    read directives from the standard input
       troupe -v, --version
       troupe -h, --help

Directives are those of redis.conf; what stands behind the file overrides it.

Examples:
       troupe
       troupe --port 7777 --maxmemory 1gb --maxmemory-policy allkeys-lru
       troupe /etc/troupe.conf --loglevel verbose
       echo 'maxmemory 128mb' | troupe -
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "-v", "--version":
			fmt.Fprintf(stdout, "Troupe server v=%s redis=%s %s %s/%s bits=%d\n", admin.Version, admin.RedisVersion,
				runtime.Version(), runtime.GOOS, runtime.GOARCH, strconv.IntSize)
			return 0
		case "-h", "--help":
			fmt.Fprint(stdout, usage)
			return 0
		}
	}
	store, warnings, err := config.Load(args, stdin)
	if err != nil {
		complain(stderr, err)
		return 1
	}
	process, err := server.Prepare(store, stdout)
	if err != nil {
		fmt.Fprintf(stderr, "troupe cannot start: %v\n", err)
		return 1
	}
	defer process.Close()
	for _, warning := range warnings {
		process.Log.Warn(warning)
	}
	return serve(store, process.Log)
}

// complain says what is wrong with the configuration, in the form Redis uses.
func complain(w io.Writer, err error) {
	var fault *config.LoadError
	if !errors.As(err, &fault) || fault.Line == 0 {
		fmt.Fprintf(w, "\n*** FATAL CONFIG FILE ERROR (Troupe %s) ***\n%v\n", admin.Version, err)
		return
	}
	fmt.Fprintf(w, "\n*** FATAL CONFIG FILE ERROR (Troupe %s) ***\nReading %s, at line %d\n>>> '%s'\n%v\n",
		admin.Version, fault.Source, fault.Line, fault.Text, fault.Reason)
}

// serve runs the server until it is asked to stop.
func serve(store *config.Store, log *slog.Logger) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	greet(store, log)
	s, err := server.Start(store, log)
	if err != nil {
		log.Error("cannot start", "error", err)
		return 1
	}
	if store.Values().FitProcessors {
		defer processors.Start(processors.Options{Work: s.Commands, Busy: s.Busy}).Stop()
	}
	for _, address := range s.Addrs() {
		log.Info("listening", "address", address.String())
	}
	run := running{server: s, store: store, log: log, signals: signals}
	return run.untilStopped()
}

// greet says what is about to start.
func greet(store *config.Store, log *slog.Logger) {
	log.Info("Troupe "+admin.Version+" is starting", "pid", os.Getpid(), "go", runtime.Version(),
		"shards", store.Values().Shards, "processors", runtime.GOMAXPROCS(0))
	if file := store.File(); file != "" {
		log.Info("configuration loaded", "file", file)
		return
	}
	log.Info("no configuration file: directives that were not given have Redis's defaults")
}

// try returns the command that talks to the server.
func try(addresses []net.Addr) string {
	for _, address := range addresses {
		if tcp, ok := address.(*net.TCPAddr); ok {
			return "redis-cli -p " + strconv.Itoa(tcp.Port)
		}
	}
	for _, address := range addresses {
		return "redis-cli -s " + address.String()
	}
	return "redis-cli"
}
