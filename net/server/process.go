package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"

	"github.com/troupe-db/troupe/net/config"
)

// Process is what the server has of its surroundings: the working directory,
// the log, the pid file, and descriptors enough for its clients.
type Process struct {
	Log *slog.Logger

	logFile *os.File // nil for the standard output
	pidFile string   // "" for none
}

// Prepare makes the process what the configuration wants it to be, before the
// server starts. It lowers maxclients in store when there are not descriptors
// enough. Paths that are relative are taken from the working directory that the
// configuration sets.
func Prepare(store *config.Store, stdout io.Writer) (*Process, error) {
	v := store.Values()
	if (v.Port == 0 || len(v.Bind) == 0) && v.UnixSocket == "" {
		return nil, errors.New("configured to listen nowhere: set port and bind, or unixsocket")
	}
	if err := os.Chdir(v.Dir); err != nil {
		return nil, fmt.Errorf("cannot work in the directory that dir names: %w", err)
	}
	p, out := &Process{}, stdout
	if v.LogFile != "" {
		f, err := os.OpenFile(v.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return nil, fmt.Errorf("cannot open the log file: %w", err)
		}
		p.logFile, out = f, f
	}
	p.Log = newLog(out, func() config.LogLevel { return store.Values().LogLevel })
	if err := p.fitClients(store); err != nil {
		p.Close()
		return nil, err
	}
	if v.PidFile != "" {
		if err := os.WriteFile(v.PidFile, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
			p.Log.Warn("could not write the pid file", "error", err)
		} else {
			p.pidFile = v.PidFile
		}
	}
	for _, advice := range advise("/", store.Values()) {
		p.Log.Warn(advice)
	}
	return p, nil
}

// fitClients lowers maxclients to what the limit of open files allows.
func (p *Process) fitClients(store *config.Store) error {
	wanted := store.Values().MaxClients
	possible, err := possibleClients(wanted)
	if err != nil || possible == wanted {
		return err
	}
	p.Log.Warn("maxclients is lowered, since the limit of open files is too low; "+
		"raise it with ulimit -n or LimitNOFILE", "wanted", wanted, "maxclients", possible)
	return store.LowerMaxClients(possible)
}

// Close removes the pid file and closes the log.
func (p *Process) Close() {
	if p.pidFile != "" {
		if err := os.Remove(p.pidFile); err != nil {
			p.Log.Warn("could not remove the pid file", "error", err)
		}
		p.pidFile = ""
	}
	if p.logFile != nil {
		_ = p.logFile.Close()
		p.logFile = nil
	}
}
