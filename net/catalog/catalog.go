package catalog

import (
	"errors"
	"fmt"

	"github.com/troupe-db/troupe/net/admin"
	"github.com/troupe-db/troupe/net/config"
	"github.com/troupe-db/troupe/net/migrate"
	"github.com/troupe-db/troupe/net/persist"
	"github.com/troupe-db/troupe/net/pubsub"
	"github.com/troupe-db/troupe/net/scripting"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/net/tracking"
	"github.com/troupe-db/troupe/shard/bitmap"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/dump"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/geo"
	"github.com/troupe-db/troupe/shard/hash"
	"github.com/troupe-db/troupe/shard/hll"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/set"
	"github.com/troupe-db/troupe/shard/sort"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
	"github.com/troupe-db/troupe/shard/zset"
)

// New returns the table of all commands, those of the others bound to these. The
// error names every row that is wrong.
func New(s *config.Store, a *admin.Admin, h *pubsub.Hub, k *tracking.Registry, p *persist.Store, f *persist.AOF, l *scripting.Scripting, m *migrate.Migration) (*session.Table, error) {
	var info admin.CommandInfo
	t, err := session.NewTable(
		shardRows(generic.Commands),
		shardRows(dump.Commands),
		shardRows(str.Commands),
		shardRows(geo.Commands),
		shardRows(hll.Commands),
		shardRows(bitmap.Commands),
		shardRows(list.Commands),
		shardRows(hash.Commands),
		shardRows(stream.Commands),
		shardRows(set.Commands),
		shardRows(zset.Commands),
		shardRows(sort.Commands),
		session.Commands(k.Commands()...),
		s.Commands(),
		a.Commands(),
		h.Commands(),
		p.Commands(),
		m.Commands(),
		f.Commands(),
		l.Commands(),
		info.Commands(),
	)
	if err != nil {
		return nil, err
	}
	if err := validate(t); err != nil {
		return nil, err
	}
	if err := info.Describe(t); err != nil {
		return nil, err
	}
	a.Describe(t)
	return t, nil
}

// shardRows makes rows of the table from a shard package's rows.
func shardRows(commands []command.Command) []session.Command {
	rows := make([]session.Command, len(commands))
	for i, c := range commands {
		rows[i].Command = c
	}
	return rows
}

// validate reports everything that is wrong with the rows of a table.
func validate(t *session.Table) error {
	var errs []error
	for _, c := range t.All() {
		errs = append(errs, validateRow(c))
		for i := range c.Sub {
			errs = append(errs, validateRow(&c.Sub[i]))
		}
	}
	return errors.Join(errs...)
}

// validateRow checks one row without its subcommands: the description, and that
// exactly one side serves it.
func validateRow(c *session.Command) error {
	if err := c.Spec.Validate(); err != nil {
		return fmt.Errorf("catalog: %s: %w", c.FullName(), err)
	}
	container := len(c.Sub) > 0
	switch {
	case c.Run != nil && c.Serve != nil:
		return fmt.Errorf("catalog: %s: served by the connection and by a shard", c.FullName())
	case c.Run == nil && c.Serve == nil && c.Program == nil && !container:
		return fmt.Errorf("catalog: %s: nothing serves it", c.FullName())
	case (c.Run != nil || c.Program != nil) != (c.Route != command.RouteSession) && !container:
		return fmt.Errorf("catalog: %s: its route and what serves it do not agree", c.FullName())
	case c.Run != nil && container:
		return fmt.Errorf("catalog: %s: a container with a shard's handler", c.FullName())
	case c.Parent() != nil && container:
		return fmt.Errorf("catalog: %s: a container in a container", c.FullName())
	}
	return nil
}
