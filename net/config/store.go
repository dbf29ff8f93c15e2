package config

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/shard"
)

// Hooks are what the rest of the server does when the configuration is used.
// They are set once, before the first client.
type Hooks struct {
	// Apply makes a change take effect. When it fails, the old values stay in
	// force, and Apply has left nothing of the new ones behind. To name the
	// parameter that failed it returns a *Fault.
	Apply func(old, new *Values) error
	// ResetStat sets the statistics back to zero, those of the shards through t.
	ResetStat func(t *shard.Troupe)
}

// Fault is an error about one parameter.
type Fault struct {
	Parameter string // its name
	Reason    string // the end of the sentence a client sees
}

// Error returns the parameter and the reason.
func (f *Fault) Error() string { return f.Parameter + ": " + f.Reason }

// Setting is a parameter and its value, as CONFIG GET shows them.
type Setting struct{ Name, Value string }

// Store holds the configuration in force.
type Store struct {
	// Fixed after Load.
	table    *table
	defaults *Values // with the folder the server was started in
	file     string  // absolute path, "" for none
	hooks    Hooks

	// Any goroutine may load it; changing holds the writer's side.
	values atomic.Pointer[Values]

	changing sync.Mutex // one change or rewrite at a time
}

func newStore(t *table, v *Values, dir, file string) *Store {
	s := &Store{table: t, defaults: Default(), file: file, hooks: Hooks{
		Apply:     func(*Values, *Values) error { return nil },
		ResetStat: func(*shard.Troupe) {},
	}}
	s.defaults.Dir = dir
	s.values.Store(v)
	return s
}

// Values returns the configuration in force. Any goroutine may call it.
func (s *Store) Values() *Values { return s.values.Load() }

// File returns the absolute path of the configuration file, "" without one.
func (s *Store) File() string { return s.file }

// Hook sets the hooks. It is called before the server has clients.
func (s *Store) Hook(h Hooks) { s.hooks = h }

// Get returns the parameters whose names match one of the patterns, in any
// case, each once. A pattern without wildcards is shown as it was written.
//
// Complexity: O(patterns * parameters).
func (s *Store) Get(patterns [][]byte) []Setting {
	v, seen := s.Values(), map[string]bool{}
	var found []Setting
	add := func(key, shown string, p *parameter) {
		if p.presence == listed && !seen[key] {
			seen[key] = true
			found = append(found, Setting{shown, p.format(v)})
		}
	}
	for _, pattern := range patterns {
		if glob.IsLiteral(pattern) {
			key := strings.ToLower(string(pattern))
			if p := s.table.byName[key]; p != nil {
				add(key, string(pattern), p)
			}
			continue
		}
		for i := range s.table.rows {
			p := &s.table.rows[i]
			for _, name := range []string{p.name, p.alias} {
				if name != "" && glob.Match(pattern, []byte(name), true) {
					add(name, name, p)
				}
			}
		}
	}
	return found
}

// Set changes several parameters, all or none of them. pairs holds names and
// values in turn; local tells whether the client is on this machine. The error
// is a *Fault; one without a Reason names a parameter that does not exist.
func (s *Store) Set(pairs [][]byte, local bool) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	old := s.Values()
	rows, err := s.settable(old, pairs, local)
	if err != nil {
		return err
	}
	next := old.clone()
	next.Saving.given = false // what is set replaces what was
	for i, p := range rows {
		if err := p.setArgument(next, string(pairs[2*i+1])); err != nil {
			return &Fault{strings.ToLower(string(pairs[2*i])), err.Error()}
		}
	}
	if err := s.hooks.Apply(old, next); err != nil {
		var f *Fault
		if errors.As(err, &f) {
			return f
		}
		return &Fault{rows[0].name, err.Error()}
	}
	s.values.Store(next)
	return nil
}

// settable returns the rows that pairs name, or the first reason why one of
// them cannot be set.
func (s *Store) settable(v *Values, pairs [][]byte, local bool) ([]*parameter, error) {
	rows := make([]*parameter, 0, len(pairs)/2)
	names := map[string]bool{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name := strings.ToLower(string(pairs[i]))
		p := s.table.byName[name]
		switch {
		case p == nil || p.presence != listed:
			return nil, &Fault{Parameter: string(pairs[i])}
		case p.change == atStart:
			return nil, &Fault{name, errImmutable.Error()}
		case p.change == protected && !v.ProtectedConfigs.Allows(local):
			return nil, &Fault{name, errProtected.Error()}
		case names[name]:
			return nil, &Fault{name, errDuplicate.Error()}
		}
		names[name] = true
		rows = append(rows, p)
	}
	return rows, nil
}

// setArgument reads the value of a CONFIG SET, in which the words of a directive
// that takes several are one argument.
func (p *parameter) setArgument(v *Values, value string) error {
	words := []string{value}
	if p.words {
		if words = strings.Fields(value); len(words) == 0 {
			words = []string{value}
		}
	}
	return p.set(v, words)
}

// SetActiveExpire switches the removal of expired keys that nobody asks for. It
// is no directive: DEBUG does it.
func (s *Store) SetActiveExpire(on bool) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	old := s.Values()
	next := old.clone()
	next.Data.ActiveExpire = on
	if err := s.hooks.Apply(old, next); err != nil {
		return fmt.Errorf("active expiry: %w", err)
	}
	s.values.Store(next)
	return nil
}

// text returns the error reply for a Fault.
func (f *Fault) text() string {
	if f.Reason == "" {
		return fmt.Sprintf(textUnknown, f.Parameter)
	}
	return fmt.Sprintf(textFailed, f.Parameter, f.Reason)
}

// LowerMaxClients sets maxclients to what the operating system allows. It is no
// change by the operator, so that the Apply hook is left out.
func (s *Store) LowerMaxClients(most int) error {
	if most < 1 {
		return &Fault{"maxclients", rangeError(1, math.MaxUint32, 10).Error()}
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	next := s.Values().clone()
	next.MaxClients = min(next.MaxClients, most)
	s.values.Store(next)
	return nil
}
