package main

import (
	"errors"
	"fmt"
	"os/exec"

	"github.com/troupe-db/troupe/net/bench"
)

// servers puts Troupe, the peers that are there and those the command line names
// into o, and the names of peers that are not there.
func (f flags) servers(o *bench.Options) error {
	path, err := locate(f.troupe)
	if err != nil {
		return err
	}
	o.Servers = []bench.Program{{Name: "troupe", Path: path}}
	for _, peer := range []struct{ name, binary, standard string }{{"redis", f.redis, redisServer}, {"valkey", f.valkey, valkeyServer}} {
		path, err := f.peer(o, peer.binary, peer.standard)
		if err != nil {
			return err
		}
		if path != "" {
			o.Servers = append(o.Servers, bench.Program{Name: peer.name, Path: path})
			o.Rivals++
		}
	}
	if o.Rivals == 0 {
		return fmt.Errorf("cannot find %s or %s, and nothing else to compare with", redisServer, valkeyServer)
	}
	if path, err = f.peer(o, f.memcached, memcached); err != nil {
		return err
	}
	if path != "" {
		o.Peer = bench.Memcached(path)
	}
	for _, p := range f.further {
		if p.Path, err = locate(p.Path); err != nil {
			return err
		}
		o.Servers = append(o.Servers, p)
	}
	return nil
}

// peer returns the path of a peer, empty when it is to be left out: because the
// command line says so, or because the standard binary is not on the PATH, which
// the report tells.
func (flags) peer(o *bench.Options, binary, standard string) (string, error) {
	if binary == "" {
		return "", nil
	}
	path, err := locate(binary)
	if binary == standard && errors.Is(err, exec.ErrNotFound) {
		o.Absent = append(o.Absent, standard)
		return "", nil
	}
	return path, err
}
