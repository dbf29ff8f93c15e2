package session

import (
	"errors"
	"os"
	"time"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/command"
)

// runBlocking runs a command that may wait for a key: behind the round, and
// with nothing after it before it has replied.
func (c *Client) runBlocking(cmd *Command, args [][]byte) {
	c.run()
	call := shard.Call{
		Request: shard.Request{Command: &cmd.Command, Args: args},
		Number:  c.number, NoTouch: c.noTouch, Reader: c.reader(), Wake: c.wake, Parked: c.parked, Origin: c,
		Out: resp.Writer{Buf: c.replies.Buf, Proto: c.proto},
	}
	keys, err := cmd.AppendKeys(nil, args)
	if err != nil {
		c.env.Troupe.Call(&call, shard.Everyone)
	} else {
		c.env.Troupe.Call(&call, c.env.Troupe.Members(args, keys))
	}
	c.replies.Buf = call.Out.Buf
	if call.Wait != nil {
		c.copied.Store(argBytesOf(args))
		c.blocked = call.Wait
		return
	}
	c.local()
	c.run()
}

// await waits for the end of c.blocked: served by a shard, ended by CLIENT
// UNBLOCK, out of time, or given up because the peer has gone.
func (c *Client) await() {
	w := c.blocked
	deadline := time.Time{}
	if w.Block.Timeout > 0 {
		deadline = time.Now().Add(w.Block.Timeout)
	}
	c.env.Clients.Blocked.Add(1)
	gone := c.doze(deadline, w.Claimed)
	c.env.Clients.Blocked.Add(-1)
	c.waitOver()
	c.blocked = nil
	if w.Claim() {
		w.Expire()
		close(w.Done)
	}
	<-w.Done
	c.leaving = gone || c.killed()
	c.env.Troupe.Forget(w)
	c.replies.Buf = append(c.replies.Buf, w.Out.Buf...)
	c.local()
	c.run()
	c.skipped()
}

// waitOver notes that the client waits for nothing any more. It has been active
// before it stops waiting, so that Expired never takes the wait for idleness.
func (c *Client) waitOver() {
	c.active.Store(time.Now().UnixMilli())
	c.copied.Store(0)
	c.setWaiting(nil)
	c.paused.Store(false)
}

// doze waits until over tells that what the client waits for has come, or the
// deadline has passed, and reads ahead meanwhile, so that it notices when the
// peer has gone. A client that sends more than client-query-buffer-limit is gone
// too. Whoever makes over true calls wake, which is a read deadline in the past.
// What is read over the request at hand does no harm:
// whoever waits has a copy of it. The zero deadline never passes.
func (c *Client) doze(deadline time.Time, over func() bool) (gone bool) {
	_ = c.conn.SetReadDeadline(deadline)
	defer func() { _ = c.conn.SetReadDeadline(time.Time{}) }()
	defer func() { // for the reply, and a command that was held: meanwhile there was no workspace
		c.equip()
		c.attend()
	}()
	for !over() { // after setting the deadline, which may undo a wake-up
		err := c.readAhead()
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return true
		case !deadline.IsZero() && !time.Now().Before(deadline):
			return false
		default:
			_ = c.conn.SetReadDeadline(deadline) // woken for another reason
			if c.adopt() != nil {
				return true
			}
		}
	}
	return false
}

// readAhead waits until a blocked client sends something, and reads it.
func (c *Client) readAhead() error {
	err := c.raw.Read(func(fd uintptr) bool {
		_, n := c.read(fd)
		return n > 0 || c.readErr != nil
	})
	if err != nil {
		return err
	}
	return c.readErr
}

// wake ends the doze of a client, or makes one that is idle read once more, and one that
// was closed end.
func (c *Client) wake() { _ = c.conn.SetReadDeadline(time.Unix(1, 0)) }

// parked notes what the client waits for. It runs in the turn in which the wait
// begins, so that whoever ends the connection from then on ends the wait too, and
// nothing is given to a client that was killed.
func (c *Client) parked(w *shard.Wait) {
	c.setWaiting(w)
	if c.killed() {
		c.abandonWait()
	}
}

// abandonWait ends a wait without a reply.
func (c *Client) abandonWait() {
	c.waitMu.Lock()
	w := c.waiting
	c.waitMu.Unlock()
	if w != nil && w.Claim() {
		w.Finish()
	}
}

func (c *Client) setWaiting(w *shard.Wait) {
	c.waitMu.Lock()
	c.waiting = w
	c.waitMu.Unlock()
}

// Unblock ends the client's wait, as by its time-out or with an error, and
// tells whether it was waiting.
func (c *Client) Unblock(withError bool) bool {
	c.waitMu.Lock()
	w := c.waiting
	c.waitMu.Unlock()
	if w == nil {
		return c.unlinger(withError)
	}
	if !w.Claim() {
		return false
	}
	if withError {
		w.Out.Error(command.ErrUnblocked)
	} else {
		w.Expire()
	}
	w.Finish()
	return true
}

// Blocked tells whether the client waits for a key.
func (c *Client) Blocked() bool {
	c.waitMu.Lock()
	defer c.waitMu.Unlock()
	return c.waiting != nil && !c.waiting.Claimed()
}

// waitsFor tells whether the client waits: for a key, even when it is about to
// be told what it has got, or for the end of a pause.
func (c *Client) waitsFor() bool {
	c.waitMu.Lock()
	defer c.waitMu.Unlock()
	return c.waiting != nil || c.paused.Load()
}
