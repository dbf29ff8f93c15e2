package pubsub

import (
	"strconv"

	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// Announcer publishes what happens to the keys of one shard: keyspace notifications.
// It belongs to the shard's turn, in which messages only get into the outboxes of
// those who listen; Depart sends them on their way. Events of one shard are heard in
// the order in which they happen, and before the reply to the command they are of.
type Announcer struct {
	hub     *Hub
	courier session.Courier
	channel []byte // room for the name of one
	word    []byte // room for an event's name
}

// NewAnnouncer returns an Announcer for one shard.
func (h *Hub) NewAnnouncer() *Announcer { return &Announcer{hub: h} }

// Event publishes an event of k to the channel of the key, with the event as the
// message, and to the channel of the event, with the key. Which of them are wanted
// the settings say. While nobody listens to anything it does nothing.
//
// Complexity: that of PUBLISH, twice.
func (a *Announcer) Event(event string, k keyspace.Key) {
	if a.hub.names[channels].Load()+a.hub.names[patterns].Load() == 0 {
		return
	}
	wanted := k.DB.Settings().Events
	a.word = append(a.word[:0], event...)
	if wanted&keyspace.EventKeySpace != 0 {
		a.begin("__keyspace@", k.DB.Number)
		a.channel = append(a.channel, k.Name()...)
		a.hub.publish(&a.courier, channels, a.channel, a.word, false)
	}
	if wanted&keyspace.EventKeyEvent != 0 {
		a.begin("__keyevent@", k.DB.Number)
		a.channel = append(a.channel, event...)
		a.hub.publish(&a.courier, channels, a.channel, k.Name(), false)
	}
	if cap(a.channel) > channelKept {
		a.channel = nil
	}
}

// channelKept is how long the name of a channel may be whose memory is kept for the
// next.
const channelKept = 4 << 10

// begin starts the name of a channel.
func (a *Announcer) begin(kind string, db int) {
	a.channel = append(a.channel[:0], kind...)
	a.channel = strconv.AppendInt(a.channel, int64(db), 10)
	a.channel = append(a.channel, "__:"...)
}

// Depart sends what was published on its way.
func (a *Announcer) Depart() { a.courier.Depart() }
