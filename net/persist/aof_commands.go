package persist

import (
	"errors"
	"math"
	"time"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// Commands returns the rows of the commands about the append-only file.
func (a *AOF) Commands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "bgrewriteaof", Arity: 1,
				Flags: command.Admin | command.NoScript | command.NoAsyncLoading,
				Group: command.GroupServer, Since: "1.0.0",
				Summary:    "Rewrite the append-only file so that it holds no more than the data need",
				Complexity: "O(1) for the command; the rewrite takes O(N) in the background, where N is the number of keys",
			}},
			Serve: a.serveRewrite, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "waitaof", Arity: 4,
				Flags: command.Blocking,
				ACL:   command.CatConnection, Group: command.GroupGeneric, Since: "7.2.0",
				Summary:    "Wait until what was written before is in the append-only file, on disk",
				Complexity: "O(1)",
				Args:       "numlocal@integer numreplicas@integer timeout@integer",
				Tips:       []string{"request_policy:all_shards", "response_policy:agg_min"},
			}},
			Serve: a.serveWait,
		},
	}
}

// serveRewrite answers BGREWRITEAOF. Within a transaction the rewrite begins behind it.
func (a *AOF) serveRewrite(c *session.Client, _ [][]byte) {
	a.mu.Lock()
	under := a.rewriting
	a.mu.Unlock()
	switch {
	case under:
		c.Reply.Error(textRewriteUnderWay)
		return
	case c.Troupe() != a.options.Troupe:
		a.schedule()
		c.Reply.Status(textRewriteScheduled)
		return
	}
	switch err := a.begin(); {
	case err == nil:
		c.Reply.Status(textRewriteStarted)
	case errors.Is(err, ErrUnderWay):
		c.Reply.Status(textRewriteScheduled)
	case errors.Is(err, ErrRewrite):
		c.Reply.Error(textRewriteUnderWay)
	default:
		c.Reply.Error(textRewriteFailed)
	}
}

// schedule has a rewrite begin at the next Tick that finds no snapshot under way.
func (a *AOF) schedule() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scheduled = true
}

// rousing is who waits for the disk, and wants to look again when it has got further.
type rousing struct{ client *session.Client }

// Release has the client look.
func (r rousing) Release() { r.client.Rouse() }

// serveWait answers WAITAOF numlocal numreplicas timeout. It waits for what everybody
// has written, of which what the client has written is a part; while the log has just
// been switched on, for its first base.
func (a *AOF) serveWait(c *session.Client, args [][]byte) {
	local, replicas, timeout, refusal := parseWait(args)
	missing := func() bool { return local > 0 && !a.expected() }
	if refusal == "" && missing() {
		refusal = textNoAppendOnly
	}
	if refusal != "" {
		c.Reply.Error(refusal)
		return
	}
	j := a.options.Journal
	target := j.Published()
	stored := func() int64 {
		if a.On() && j.Durable() >= target {
			return 1
		}
		return 0
	}
	reply := func(w *resp.Writer) {
		if missing() {
			w.Error(textNoAppendOnly)
			return
		}
		w.Array(2)
		w.Int(stored())
		w.Int(0)
	}
	if stored() >= local && replicas == 0 {
		reply(c.Reply)
		return
	}
	j.Watch(target, rousing{c})
	c.Linger(timeout, func() bool { return missing() || replicas == 0 && stored() >= local }, reply)
}

// parseWait reads the arguments of WAITAOF, or returns the error for the client.
func parseWait(args [][]byte) (local, replicas int64, timeout time.Duration, refusal string) {
	local, ok := num.ParseInt(args[1])
	switch {
	case !ok:
		return 0, 0, 0, command.ErrNotInteger
	case local < 0 || local > 1:
		return 0, 0, 0, textWaitLocal
	}
	replicas, ok = num.ParseInt(args[2])
	if !ok || replicas < 0 {
		return 0, 0, 0, command.ErrNotPositive
	}
	ms, ok := num.ParseInt(args[3])
	switch {
	case !ok || ms > math.MaxInt64/int64(time.Millisecond):
		return 0, 0, 0, command.ErrTimeoutNotInteger
	case ms < 0:
		return 0, 0, 0, command.ErrTimeoutNegative
	}
	return local, replicas, time.Duration(ms) * time.Millisecond, ""
}
