package bench

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// peersRows is what every server can do, memcached too: GET and SET by the driver
// of mixes. They have no bounds.
func peersRows() []Row {
	const short, deep = 200_000, 1_000_000
	rows := make([]Row, 0, 4)
	for _, c := range []struct {
		name  string
		reads int
	}{{"set", 0}, {"get", 100}} {
		for _, m := range []mix{{pipeline: 1, requests: short}, {pipeline: 16, requests: deep}} {
			m.reads, m.peers = c.reads, true
			upper, depth := strings.ToUpper(c.name), "p"+strconv.Itoa(m.pipeline)
			rows = append(rows, Row{"peers-" + c.name + "-" + depth, upper + " of all peers, " + pipelineText(m.pipeline), GroupPeers, "peers-" + depth, upper, m})
		}
	}
	return rows
}

// withPeer returns servers, which are shared, and behind them the one of another
// protocol, if there is one, with the same keys.
func (b *bench) withPeer(ctx context.Context, servers []*instance) ([]*instance, error) {
	if b.Peer.Path == "" {
		return servers, nil
	}
	if b.peer == nil {
		s, err := b.start(ctx, b.Peer)
		if err != nil {
			return nil, err
		}
		b.peer = s
		if err := s.fillPeer(ctx, b.shape, b.scale); err != nil {
			b.stopShared()
			return nil, err
		}
	}
	return append(servers[:len(servers):len(servers)], b.peer), nil
}

// fillPeer stores the keys of the shared servers, and checks that none is evicted.
func (s *instance) fillPeer(ctx context.Context, shape setup, size scale) error {
	if err := s.fill(ctx, dataset{prefix: "key:", keys: shape.keys, value: shape.value}, size.fill); err != nil {
		return err
	}
	n, err := s.stat("curr_items")
	if err == nil && n != strconv.Itoa(shape.keys) {
		err = fmt.Errorf("%s holds %s of %d keys", s.program.Name, n, shape.keys)
	}
	return err
}
