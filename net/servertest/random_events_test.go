package servertest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listeners hear the keyspace notifications of the two servers of a duel.
type listeners [2]*Client

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
		d.ears[i] = c
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
		if !slices.Equal(want[key], got[key]) {
			d.fail("events of %s\nredis  %s\ntroupe %s", key, strings.Join(want[key], " "), strings.Join(got[key], " "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if want[key] == nil {
			d.fail("events of %s\nredis  none\ntroupe %s", key, strings.Join(got[key], " "))
		}
	}
}

// events returns by channel what a server has told of until the end of a round.
func (d *duel) events(server int) map[string][]string {
	all := map[string][]string{}
	for {
		v, err := d.ears[server].Read()
		if err != nil {
			d.fail("events of server %d: %v", server, err)
		}
		switch channel, event := v.Elems[2].Str, v.Elems[3].Str; {
		case channel == endOfRound:
			return all
		case !timely(event):
		default:
			all[channel] = append(all[channel], event)
		}
	}
}

// timely tells whether an event comes at the same time on both servers: a key ends
// when somebody notices, and a consumer comes into being earlier since Redis 7.2.
func timely(event string) bool {
	return event != "expired" && event != "xgroup-createconsumer" && event != "xgroup-delconsumer"
}
