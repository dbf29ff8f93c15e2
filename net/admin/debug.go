package admin

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/glob"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/digest"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// debugCommand is a subcommand of DEBUG.
type debugCommand struct {
	name     string // upper case
	min, max int    // arguments behind the name
	serve    func(a *Admin, c *session.Client, args [][]byte)
	usage    string
	help     []string
}

// debugCommands lists the subcommands; args are those behind the name.
func debugCommands() []debugCommand {
	return []debugCommand{
		{
			"DIGEST", 0, 0, (*Admin).debugDigest, "DIGEST",
			[]string{
				"A digest of all data: equal on servers that hold the same, and zeros on one",
				"that holds nothing.",
			},
		},
		{
			"DIGEST-VALUE", 0, math.MaxInt, (*Admin).debugDigestValue, "DIGEST-VALUE <key> [<key> ...]",
			[]string{"For every key the digest of its value."},
		},
		{
			"OBJECT", 1, 1, (*Admin).debugObject, "OBJECT <key>",
			[]string{"Show how the key's value is stored."},
		},
		{
			"POPULATE", 1, 3, (*Admin).debugPopulate, "POPULATE <count> [<prefix>] [<size>]",
			[]string{
				"Create string keys <prefix>:0, <prefix>:1 and so on, those that are not there",
				"yet. The prefix is \"key\" by default; a size pads or cuts the values.",
			},
		},
		{
			"RELOAD", 0, 3, (*Admin).debugReload, "RELOAD [option ...]",
			[]string{
				"Save all data to the file of snapshots, forget them, and load the file.",
				"* MERGE: keys of the file replace those that are there.",
				"* NOFLUSH: what is there stays.",
				"* NOSAVE: the file is loaded as it is.",
			},
		},
		{
			"SET-ACTIVE-EXPIRE", 1, 1, (*Admin).debugActiveExpire, "SET-ACTIVE-EXPIRE <0|1>",
			[]string{"Whether keys that have expired are removed without being asked for."},
		},
		{
			"SLEEP", 1, 1, (*Admin).debugSleep, "SLEEP <seconds>",
			[]string{"Make all shards stand still. Fractions are allowed."},
		},
		{
			"STRINGMATCH-LEN", 2, 2, (*Admin).debugMatch, "STRINGMATCH-LEN <pattern> <string>",
			[]string{"Whether the glob-style pattern matches the string, 1 or 0."},
		},
	}
}

// serveDebug answers DEBUG for those enable-debug-command allows.
func (a *Admin) serveDebug(c *session.Client, args [][]byte) {
	if !a.config.Values().Debug.Allows(c.Local()) {
		c.Reply.Error(textDebugRefused)
		return
	}
	name := string(args[1])
	if strings.EqualFold(name, "HELP") && len(args) == 2 {
		debugHelp(c.Reply)
		return
	}
	for _, d := range debugCommands() {
		if n := len(args) - 2; strings.EqualFold(name, d.name) && n >= d.min && n <= d.max {
			d.serve(a, c, args[2:])
			return
		}
	}
	c.Reply.Error(fmt.Sprintf(textDebugUnknown, name[:min(len(name), 128)]))
}

func debugHelp(w *resp.Writer) {
	lines := []string{"DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"}
	for _, d := range debugCommands() {
		lines = append(lines, d.usage)
		for _, line := range d.help {
			lines = append(lines, "    "+line)
		}
	}
	writeHelp(w, append(lines, "HELP", "    Print this help."))
}

func writeHelp(w *resp.Writer, lines []string) {
	w.Array(len(lines))
	for _, line := range lines {
		w.Status(line)
	}
}

// debugObject runs the shard's half of DEBUG OBJECT in the shard of the key.
func (a *Admin) debugObject(c *session.Client, args [][]byte) {
	_, owner := a.troupe.Locate(args[0])
	call := shard.Call{
		Request: shard.Request{
			Command: &generic.DebugObject,
			Args:    [][]byte{[]byte("debug"), []byte("object"), args[0]},
		},
		Number: c.Database(),
		Out:    resp.Writer{Buf: c.Reply.Buf, Proto: c.Reply.Proto},
	}
	c.Troupe().Call(&call, func(i int) bool { return i == owner })
	c.Reply.Buf = call.Out.Buf
}

// debugDigest answers DEBUG DIGEST, while all shards stand still.
func (a *Admin) debugDigest(c *session.Client, _ [][]byte) {
	var sum digest.Sum
	c.Troupe().Hold(func(spaces []*keyspace.Keyspace) { sum = digest.Dataset(spaces, spaces[0].Now) })
	c.Reply.Status(sum.String())
}

// debugDigestValue answers DEBUG DIGEST-VALUE; a key that is not there has the
// digest of nothing.
func (a *Admin) debugDigestValue(c *session.Client, args [][]byte) {
	sums := make([]digest.Sum, len(args))
	c.Troupe().Hold(func(spaces []*keyspace.Keyspace) {
		for i, name := range args {
			hash, owner := a.troupe.Locate(name)
			k := spaces[owner].DB(c.Database()).Hashed(hash, name)
			if e := k.Glance(); e.Exists() {
				sums[i] = digest.Value(e, spaces[owner].Now)
			}
		}
	})
	c.Reply.Array(len(sums))
	for _, sum := range sums {
		c.Reply.Status(sum.String())
	}
}

// debugActiveExpire switches the search for expired keys.
func (a *Admin) debugActiveExpire(c *session.Client, args [][]byte) {
	n, err := strconv.Atoi(string(args[0]))
	if err := a.config.SetActiveExpire(err == nil && n != 0); err != nil {
		c.Reply.Error("ERR " + err.Error())
		return
	}
	c.Reply.OK()
}

// debugSleep makes every shard stand still. What is no number is no time, as in
// Redis.
func (a *Admin) debugSleep(c *session.Client, args [][]byte) {
	seconds, ok := num.ParseFloat(args[0])
	if !ok {
		seconds = 0
	}
	const most = float64(math.MaxInt64 / int64(time.Second))
	d := time.Duration(min(max(seconds, 0), most) * float64(time.Second))
	c.Troupe().Hold(func([]*keyspace.Keyspace) { time.Sleep(d) })
	c.Reply.OK()
}

// debugMatch tries a pattern.
func (a *Admin) debugMatch(c *session.Client, args [][]byte) {
	if glob.Match(args[0], args[1], false) {
		c.Reply.Int(1)
		return
	}
	c.Reply.Int(0)
}
