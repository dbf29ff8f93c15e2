package tracking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// serveTracking serves CLIENT TRACKING (ON | OFF) [option...].
func (r *Registry) serveTracking(c *session.Client, args [][]byte) {
	o, refusal := r.parse(args[3:])
	switch {
	case refusal != "":
	case command.EqualFold(args[2], "ON"):
		if refusal = o.refusal(of(c)); refusal == "" {
			o.keep(of(c))
			r.start(c, &o)
		}
	case command.EqualFold(args[2], "OFF"):
		if cl := of(c); cl != nil {
			cl.Stop()
			c.Track(nil)
		}
	default:
		refusal = command.ErrSyntax
	}
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.Reply.OK()
}

// parse reads options. It returns the error, "" for none.
func (r *Registry) parse(args [][]byte) (o options, refusal string) {
	for i := 0; i < len(args); i++ {
		more := i+1 < len(args)
		switch {
		case command.EqualFold(args[i], "REDIRECT") && more:
			i++
			if o.redirect != 0 {
				return o, errRedirectTwice
			}
			id, ok := num.ParseInt(args[i])
			if !ok {
				return o, command.ErrNotInteger
			}
			if r.clients.Get(uint64(id)) == nil {
				return o, errRedirect
			}
			o.redirect = uint64(id)
		case command.EqualFold(args[i], "BCAST"):
			o.bcast = true
		case command.EqualFold(args[i], "OPTIN"):
			o.optin = true
		case command.EqualFold(args[i], "OPTOUT"):
			o.optout = true
		case command.EqualFold(args[i], "NOLOOP"):
			o.noloop = true
		case command.EqualFold(args[i], "PREFIX") && more:
			i++
			o.prefixes = append(o.prefixes, string(args[i]))
		default:
			return o, command.ErrSyntax
		}
	}
	return o, ""
}

// refusal returns why a client that tracks keys as cl says, nil for one that does
// not, may not do so in this way, or "".
func (o *options) refusal(cl *Client) string {
	var old options
	if cl != nil {
		old = *cl.options.Load()
	}
	switch {
	case !o.bcast && len(o.prefixes) > 0:
		return errPrefixMode
	case cl != nil && old.bcast != o.bcast:
		return errSwitchBcast
	case o.bcast && (o.optin || o.optout):
		return errBcastOpt
	case o.optin && o.optout:
		return errBothOpts
	case o.optin && old.optout || o.optout && old.optin:
		return errSwitchOpt
	}
	for i, prefix := range o.prefixes {
		for _, other := range old.prefixes {
			if overlap(prefix, other) {
				return fmt.Sprintf(errOverlapOld, prefix, other)
			}
		}
		for _, other := range o.prefixes[i+1:] {
			if overlap(prefix, other) {
				return fmt.Sprintf(errOverlapNew, prefix, other)
			}
		}
	}
	return ""
}

// overlap tells whether there are names that begin with both.
func overlap(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// keep adds the prefixes that the client has named before. Without any the prefix is
// that of every name.
func (o *options) keep(cl *Client) {
	if !o.bcast {
		return
	}
	if len(o.prefixes) == 0 {
		o.prefixes = []string{""}
	}
	if cl != nil {
		o.prefixes = append(o.prefixes, cl.options.Load().prefixes...)
	}
	slices.Sort(o.prefixes)
	o.prefixes = slices.Compact(o.prefixes)
}

// serveCaching serves CLIENT CACHING (YES | NO).
func (r *Registry) serveCaching(c *session.Client, args [][]byte) {
	cl := of(c)
	if cl == nil {
		c.Reply.Error(errCaching)
		return
	}
	o, refusal := cl.options.Load(), ""
	switch {
	case command.EqualFold(args[2], "YES"):
		if !o.optin {
			refusal = errCachingYes
		}
	case command.EqualFold(args[2], "NO"):
		if !o.optout {
			refusal = errCachingNo
		}
	default:
		refusal = command.ErrSyntax
	}
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	c.SetCaching()
	c.Reply.OK()
}

// serveGetredir serves CLIENT GETREDIR.
func (r *Registry) serveGetredir(c *session.Client, _ [][]byte) { c.Reply.Int(redirection(c)) }

// redirection returns the client that is told in place of c: 0 for c itself, -1 if
// nobody is.
func redirection(c *session.Client) int64 {
	if cl := of(c); cl != nil {
		return cl.Redirect()
	}
	return -1
}

// serveTrackinginfo serves CLIENT TRACKINGINFO.
func (r *Registry) serveTrackinginfo(c *session.Client, _ [][]byte) {
	cl := of(c)
	flags, prefixes := []string{"off"}, []string(nil)
	if cl != nil {
		flags, prefixes = cl.words(c.Caching()), cl.options.Load().prefixes
	}
	w := c.Reply
	w.Map(3)
	w.BulkString("flags")
	w.Set(len(flags))
	for _, flag := range flags {
		w.BulkString(flag)
	}
	w.BulkString("redirect")
	w.Int(redirection(c))
	w.BulkString("prefixes")
	w.Array(len(prefixes))
	for _, prefix := range prefixes {
		w.BulkString(prefix)
	}
}

// words are the flags of CLIENT TRACKINGINFO.
func (cl *Client) words(caching bool) []string {
	o := cl.options.Load()
	words := []string{"on"}
	for _, word := range []struct {
		on   bool
		text string
	}{
		{o.bcast, "bcast"},
		{o.optin, "optin"},
		{o.optin && caching, "caching-yes"},
		{o.optout, "optout"},
		{o.optout && caching, "caching-no"},
		{o.noloop, "noloop"},
		{cl.broken.Load(), "broken_redirect"},
	} {
		if word.on {
			words = append(words, word.text)
		}
	}
	return words
}
