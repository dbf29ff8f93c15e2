package servertest

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"testing"
)

// listeners hear the keyspace notifications of the two servers of a duel.
type listeners [2]*wire

// endOfRound is the channel of a message that comes after all events of a round. It
// matches the pattern that events come by.
const (
	allKeys    = "__keyspace@*"
	endOfRound = "__keyspace@end"
)

// listen has both servers tell of every event there is, but of keys that are looked
// up in vain.
func (d *duel) listen(t *testing.T, servers ...*Server) {
	t.Helper()
	d.both("CONFIG", "SET", "notify-keyspace-events", "KAn")
	d.ears = new(listeners)
	for i, s := range servers {
		c, err := Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		if _, err := c.Do("PSUBSCRIBE", allKeys); err != nil {
			t.Fatal(err)
		}
		d.ears[i] = &wire{c: c}
	}
}

// compareEvents compares what the requests since the last call were told of as, key
// by key: requests of one pipeline on several keys may run in another order.
func (d *duel) compareEvents() {
	if d.ears == nil {
		return
	}
	d.both("PUBLISH", endOfRound, strconv.Itoa(d.count))
	want, got := d.events(0), d.events(1)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !bytes.Equal(want[key], got[key]) {
			d.fail("events of %s\nredis  %s\ntroupe %s", key, want[key], got[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if want[key] == nil {
			d.fail("events of %s\nredis  none\ntroupe %s", key, got[key])
		}
	}
}

// events returns by channel what a server has told of until the end of a round.
func (d *duel) events(server int) map[string][]byte {
	all := map[string][]byte{}
	w := d.ears[server]
	w.forget()
	for {
		message, err := w.next()
		if err != nil {
			d.fail("events of server %d: %v", server, err)
		}
		parts := elements(message)
		if len(parts) != 4 {
			d.fail("an event of server %d: %q", server, message)
		}
		switch channel, event := bulk(parts[2]), bulk(parts[3]); {
		case string(channel) == endOfRound:
			return all
		case !timely(string(event)):
		default:
			all[string(channel)] = append(append(all[string(channel)], event...), ' ')
		}
	}
}

// bulk returns the text of a bulk string as it came.
func bulk(reply []byte) []byte {
	_, text, _ := bytes.Cut(reply, []byte("\r\n"))
	return bytes.TrimSuffix(text, []byte("\r\n"))
}

// timely tells whether an event comes at the same time on both servers: a key ends
// when somebody notices, and a consumer comes into being earlier since Redis 7.2.
func timely(event string) bool {
	return event != "expired" && event != "xgroup-createconsumer" && event != "xgroup-delconsumer"
}
