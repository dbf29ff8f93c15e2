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
	for _, address := range s.Addrs() {
		log.Info("listening", "address", address.String())
	}
	if code, ended := await(s, log, signals); ended {
		return code
	}
	stopped := make(chan struct{})
	go func() {
		s.Stop()
		close(stopped)
	}()
	select {
	case <-stopped:
		log.Warn("bye")
		return 0
	case received := <-signals:
		log.Error("stopped at once", "signal", received.String())
		return 1
	}
}

// await returns when the server is to be stopped. It reports the exit code when there
// is nothing to be waited for.
func await(s *server.Server, log *slog.Logger, signals <-chan os.Signal) (code int, ended bool) {
	loaded := s.Loaded()
	for {
		select {
		case err := <-loaded:
			if err != nil {
				log.Error("cannot load the data", "error", err)
				return 1, true
			}
			log.Info("ready to accept connections: try " + try(s.Addrs()))
			loaded = nil
		case received := <-signals:
			if loaded != nil {
				log.Warn("stopped while the data were loaded", "signal", received.String())
				return 0, true
			}
			log.Warn("stopping, the commands at hand are finished first", "signal", received.String())
			if err := s.Save(); err == nil {
				return 0, false
			}
			log.Error("going on, since the data would be lost; SHUTDOWN NOSAVE stops all the same")
		case <-s.Asked():
			log.Warn("stopping, a client has asked for it")
			return 0, false
		}
	}
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
