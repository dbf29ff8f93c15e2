package command

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Validate reports everything that is wrong with the row and its subcommands,
// nil when it is sound. It is run over the whole table when the server starts:
// what derives from rows need not doubt them.
func (c *Command) Validate() error {
	errs := []error{c.Spec.Validate(), c.validateHandler()}
	for i := range c.Sub {
		if err := c.Sub[i].Validate(); err != nil {
			errs = append(errs, fmt.Errorf("command %s: %w", c.Name, err))
		}
	}
	return errors.Join(errs...)
}

// validateHandler checks that a shard has something to run.
func (c *Command) validateHandler() error {
	switch {
	case len(c.Sub) > 0 && c.Run != nil:
		return fmt.Errorf("command %s: a container has no handler", c.Name)
	case c.Route == RouteSession && c.Run != nil:
		return fmt.Errorf("command %s: served by the connection, yet with a shard's handler", c.Name)
	case c.Route != RouteSession && c.Route != RouteProgram && c.Run == nil && len(c.Sub) == 0:
		return fmt.Errorf("command %s: no handler", c.Name)
	}
	return nil
}

// Validate reports everything that is wrong with the description.
func (s *Spec) Validate() error {
	checks := [...]func(*Spec) error{
		(*Spec).validateName, (*Spec).validateFlags, (*Spec).validateKeys,
		(*Spec).validateRoute, (*Spec).validateText, (*Spec).validateArgs,
	}
	var errs []error
	for _, check := range checks {
		if err := check(s); err != nil {
			errs = append(errs, fmt.Errorf("command %s: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Spec) validateName() error {
	if s.Name == "" || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return fmt.Errorf("bad name %q", s.Name)
	}
	if s.Arity == 0 {
		return errors.New("no arity")
	}
	return nil
}

func (s *Spec) validateFlags() error {
	switch {
	case s.Flags >= flagsEnd:
		return errors.New("unknown flag")
	case s.ACL >= categoriesEnd:
		return errors.New("unknown ACL category")
	case s.Flags.Has(Write | ReadOnly):
		return errors.New("both write and readonly")
	case s.ACL&impliedCategories(s.Flags, s.ACL) != 0:
		return errors.New("ACL repeats what follows from the flags")
	}
	_, _, _, movable := s.legacyRange()
	if movable != s.Flags.Has(MovableKeys) {
		return fmt.Errorf("movablekeys is %t, but the key specs say %t", !movable, movable)
	}
	return nil
}

func (s *Spec) validateKeys() error {
	for i := range s.Keys {
		if err := s.Keys[i].validate(max(s.Arity, -s.Arity)); err != nil {
			return fmt.Errorf("key spec %d: %w", i, err)
		}
		open := s.Keys[i].Unknown || s.Keys[i].Flags&(KeyVariable|KeyIncomplete) != 0
		if open && s.Extract == nil {
			return fmt.Errorf("key spec %d: leaves something open, and nothing extracts the keys", i)
		}
	}
	if s.Extract != nil && len(s.Keys) == 0 {
		return errors.New("extracts keys without a key spec")
	}
	return nil
}

// validate checks one spec of a command whose shortest request has words words.
func (k *KeySpec) validate(words int) error {
	kind := k.Flags & (KeyRO | KeyRW | KeyOW | KeyRM)
	switch {
	case k.Flags >= keyFlagsEnd:
		return errors.New("unknown flag")
	case kind&(kind-1) != 0 || kind == 0 && k.Flags&KeyNotKey == 0:
		return errors.New("want exactly one of RO, RW, OW and RM")
	case k.Unknown:
		return nil
	case k.Begin.Keyword != strings.ToUpper(k.Begin.Keyword):
		return errors.New("keyword is not in upper case")
	case k.Begin.Keyword != "" && k.Begin.From == 0:
		return errors.New("keyword is looked for from nowhere")
	case k.Begin.Keyword == "" && (k.Begin.Index < 1 || k.Begin.Index > words || k.Begin.Index == words && k.Find.Last >= 0):
		return fmt.Errorf("position %d is outside of the shortest request", k.Begin.Index)
	case k.Find.Step < 1:
		return errors.New("step is less than 1")
	case k.Find.Counted && (k.Find.Num < 0 || k.Find.First <= k.Find.Num):
		return errors.New("keys do not follow their count")
	case k.Find.Limit > 1 && k.Find.Last != -1:
		return errors.New("a limited range must reach the end")
	}
	return nil
}

func (s *Spec) validateRoute() error {
	switch {
	case s.Route >= routeEnd || s.Merge >= mergeEnd:
		return errors.New("unknown route or merge")
	case s.Route == RouteSession && s.usesKeys():
		return errors.New("has keys but is served by the connection")
	case (s.Route == RouteSplit || s.Route == RouteEach) != (s.Merge != MergeNone):
		return errors.New("parts and their merge go together")
	case s.Route == RouteSplit && !s.splits():
		return errors.New("cannot be cut by key")
	case s.Wide != nil && (s.Route != RouteAll || !s.HasKeys()):
		return errors.New("narrow requests have no keys to go by")
	case s.Route == RouteCursor && (max(s.Arity, -s.Arity) < 2 || s.HasKeys()):
		return errors.New("no cursor in argument 1")
	}
	return nil
}

// usesKeys reports whether the command looks into its keys or changes them, as
// one that only names them, like WATCH, does not.
func (s *Spec) usesKeys() bool {
	return s.Extract != nil || slices.ContainsFunc(s.Keys, func(k KeySpec) bool {
		return k.Flags != KeyRO && k.Flags&KeyNotKey == 0
	})
}

// splits reports whether the arguments are keys, or groups that each begin with
// a key, and nothing else.
func (s *Spec) splits() bool {
	return len(s.Keys) == 1 && s.Keys[0].plain() && s.Keys[0].Begin.Index == 1 &&
		s.Keys[0].Find.Last == -1 && s.Keys[0].Find.Limit <= 1
}

func (s *Spec) validateText() error {
	if err := sentence("summary", s.Summary); err != nil {
		return err
	}
	if err := sentence("complexity", s.Complexity); err != nil {
		return err
	}
	if !s.Group.known() {
		return fmt.Errorf("unknown group %q", s.Group)
	}
	versions := []string{s.Since}
	for _, change := range s.History {
		if change.What == "" {
			return errors.New("a change in the history says nothing")
		}
		versions = append(versions, change.Since)
	}
	if s.Deprecated != nil {
		versions = append(versions, s.Deprecated.Since)
	}
	for _, v := range versions {
		if !isVersion(v) {
			return fmt.Errorf("bad version %q", v)
		}
	}
	return nil
}

// sentence checks a text of one line that ends without a period.
func sentence(what, text string) error {
	if text == "" || strings.ContainsAny(text, "\r\n") || strings.HasSuffix(text, ".") ||
		strings.TrimSpace(text) != text {
		return fmt.Errorf("bad %s %q", what, text)
	}
	return nil
}

func (g Group) known() bool {
	switch g {
	case GroupGeneric, GroupString, GroupList, GroupSet, GroupSortedSet, GroupHash,
		GroupPubSub, GroupTransactions, GroupConnection, GroupServer, GroupScripting,
		GroupHyperLogLog, GroupCluster, GroupSentinel, GroupGeo, GroupStream,
		GroupBitmap, GroupModule:
		return true
	}
	return false
}

// isVersion reports whether v is three numbers with dots between them.
func isVersion(v string) bool {
	parts := strings.Split(v, ".")
	for _, part := range parts {
		if n, err := strconv.Atoi(part); err != nil || n < 0 || n > 999 {
			return false
		}
	}
	return len(parts) == 3
}

func (s *Spec) validateArgs() error {
	args, err := ParseGrammar(s.Args)
	if err != nil {
		return err
	}
	named := make([]bool, len(s.Keys))
	if err := nameKeys(args, named); err != nil {
		return err
	}
	for i, ok := range named {
		if !ok && s.Keys[i].Flags&KeyNotKey == 0 {
			return fmt.Errorf("no argument is found by key spec %d", i)
		}
	}
	return nil
}

// nameKeys marks the key specs that arguments refer to, and checks versions on
// the way.
func nameKeys(args []Arg, named []bool) error {
	for i := range args {
		a := &args[i]
		for _, v := range [...]string{a.Since, a.DeprecatedSince} {
			if v != "" && !isVersion(v) {
				return fmt.Errorf("argument %s: bad version %q", a.Name, v)
			}
		}
		if a.FindsKeys() {
			if a.KeySpec >= len(named) {
				return fmt.Errorf("argument %s: no key spec %d", a.Name, a.KeySpec)
			}
			named[a.KeySpec] = true
		}
		if err := nameKeys(a.Args, named); err != nil {
			return err
		}
	}
	return nil
}
