package shard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/generic"
	"github.com/troupe-db/troupe/shard/keyspace"
	"github.com/troupe-db/troupe/shard/list"
	"github.com/troupe-db/troupe/shard/str"
	"github.com/troupe-db/troupe/shard/stream"
)

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

// rig is a troupe under test and the commands it is sent.
type rig struct {
	*Troupe
	t       *testing.T
	source  *keyspace.Source
	rows    map[string]*command.Command
	crashes chan Crash
	done    chan *Batch // for send; it is used by one goroutine
}

// newRig starts a troupe of n shards, with Redis's settings as change leaves
// them. A crash stops its shard for good, as if the process had ended.
func newRig(t *testing.T, n int, change func(*keyspace.Settings)) *rig {
	t.Helper()
	r := &rig{
		t: t, source: new(keyspace.Source), rows: map[string]*command.Command{},
		crashes: make(chan Crash, 1), done: make(chan *Batch, n),
	}
	r.set(change)
	r.Troupe = New(Options{
		Shards: n, Settings: r.source,
		Fatal: func(c Crash) { r.crashes <- c; select {} },
		Later: func(work func()) { work() },
	})
	for _, rows := range [][]command.Command{str.Commands, list.Commands, stream.Commands, generic.Commands} {
		for i := range rows {
			r.rows[rows[i].Name] = &rows[i]
		}
	}
	return r
}

// start is newRig for a troupe that stops with the test.
func start(t *testing.T, n int, change func(*keyspace.Settings)) *rig {
	t.Helper()
	r := newRig(t, n, change)
	t.Cleanup(r.Stop)
	return r
}

// set puts changed settings in force.
func (r *rig) set(change func(*keyspace.Settings)) {
	s := keyspace.DefaultSettings()
	if old := r.source.Load(); old != nil {
		*s = *old
	}
	if change != nil {
		change(s)
	}
	r.source.Store(s)
}

// add makes a command of the test's own.
func (r *rig) add(name string, flags command.Flags, run func(*command.Ctx)) {
	r.rows[name] = &command.Command{Spec: command.Spec{Name: name, Arity: -1, Flags: flags}, Run: run}
}

// in returns a key that begins with name and that shard owner owns.
func (r *rig) in(owner int, name string) string {
	for i := 0; ; i++ {
		key := fmt.Sprintf("%s:%d", name, i)
		if _, got := r.Locate([]byte(key)); got == owner {
			return key
		}
	}
}

// request returns one line of words, separated by spaces, as a request.
func (r *rig) request(line string) Request {
	row, args := r.parse(line)
	q := Request{Command: row, Args: args, Key: int32(row.FirstKey())}
	if q.Key != 0 {
		q.Hash, _ = r.Locate(args[q.Key])
	}
	return q
}

func (r *rig) parse(line string) (*command.Command, [][]byte) {
	words := strings.Fields(line)
	row := r.rows[strings.ToLower(words[0])]
	if row == nil {
		panic("no command " + words[0])
	}
	for i := range row.Sub {
		if strings.EqualFold(row.Sub[i].Name, words[1]) {
			row = &row.Sub[i]
			break
		}
	}
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	return row, args
}

// send executes lines as one batch in a shard and returns their replies.
func (r *rig) send(owner int, lines ...string) []string {
	return r.sendFor(&Batch{Shard: owner}, r.done, lines)
}

// sendFor executes lines as a given batch.
func (r *rig) sendFor(b *Batch, done chan *Batch, lines []string) []string {
	b.Done = done
	for _, line := range lines {
		b.Requests = append(b.Requests, r.request(line))
	}
	r.Send(b)
	select {
	case <-done:
	case <-time.After(patience):
		panic("the batch does not come back")
	}
	replies, at := make([]string, len(b.Requests)), 0
	for i, q := range b.Requests {
		replies[i] = string(b.Out.Buf[at:q.End])
		at = q.End
	}
	return replies
}

// call runs a line in a fence over the shards of its keys.
func (r *rig) call(line string) *Call {
	row, args := r.parse(line)
	keys, err := row.AppendKeys(nil, args)
	c := &Call{Request: Request{Command: row, Args: args}, Wake: func() {}, Out: resp.Writer{Proto: 2}}
	if err != nil || len(keys) == 0 {
		r.Call(c, Everyone)
	} else {
		r.Call(c, r.Members(args, keys))
	}
	return c
}

// do is call for a line that replies.
func (r *rig) do(line string) string {
	c := r.call(line)
	if c.Wait != nil {
		panic(line + " waits")
	}
	return string(c.Out.Buf)
}

// block is call for a line that has to wait.
func (r *rig) block(line string) *Wait {
	r.t.Helper()
	c := r.call(line)
	if c.Wait == nil {
		r.t.Fatalf("%s did not wait: %q", line, c.Out.Buf)
	}
	return c.Wait
}

// served returns the reply a wait ends with.
func (r *rig) served(w *Wait) string {
	r.t.Helper()
	select {
	case <-w.Done:
		r.Forget(w)
		return string(w.Out.Buf)
	case <-time.After(patience):
		r.t.Fatal("the wait does not end")
		return ""
	}
}

// expect fails the test when got is not want.
func (r *rig) expect(what, got, want string) {
	r.t.Helper()
	if got != want {
		r.t.Errorf("%s\n got %q\nwant %q", what, got, want)
	}
}
