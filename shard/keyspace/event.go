package keyspace

import "github.com/troupe-db/troupe/codec/resp"

// EventClass is a set of the kinds of events that keyspace notifications tell
// about (https://redis.io/docs/latest/develop/use/keyspace-notifications/). Each
// is one character of notify-keyspace-events.
type EventClass uint16

// The classes. KeySpace and KeyEvent say how an event is told, the others of what
// kind it is.
const (
	EventKeySpace EventClass = 1 << iota // K, as a message to the key's channel
	EventKeyEvent                        // E, as a message to the event's channel
	EventGeneric                         // g, commands on keys of any type
	EventString                          // $
	EventList                            // l
	EventSet                             // s
	EventHash                            // h
	EventZSet                            // z
	EventExpired                         // x, a key's time has come
	EventEvicted                         // e, a key made room
	EventStream                          // t
	EventKeyMiss                         // m, a key was asked for and not there
	EventModule                          // d, of modules, of which there are none
	EventNew                             // n, a key has come into being
)

// Notify tells those who listen that event has happened to k, if the settings want
// events of that class. It comes after the change it tells of, but for keys that
// go, whose name may be a view into their record.
func (k Key) Notify(class EventClass, event string) {
	if ks := k.DB.ks; ks.Settings.Events&class != 0 && ks.Listener != nil {
		ks.Listener(event, k)
		ks.told = true
	}
}

// goes notes that k is about to be removed without a command that says so.
func (k Key) goes() {
	if log := k.DB.ks.Effects; log != nil {
		log.Removed(k.DB.Number, k.Name())
	}
}

// Effect says what becomes of k without a command that says so, such as the end of
// elements, as a request of that many words, which the caller writes to the writer
// it gets: nil while nobody wants to know.
func (k Key) Effect(words int) *resp.Writer {
	if log := k.DB.ks.Effects; log != nil {
		return log.Request(k.DB.Number, words)
	}
	return nil
}

// eventLetters are the classes in the order in which Redis prints them.
var eventLetters = [...]struct {
	letter byte
	class  EventClass
}{
	{'g', EventGeneric},
	{'$', EventString},
	{'l', EventList},
	{'s', EventSet},
	{'h', EventHash},
	{'z', EventZSet},
	{'x', EventExpired},
	{'e', EventEvicted},
	{'t', EventStream},
	{'d', EventModule},
	{'n', EventNew},
	{'K', EventKeySpace},
	{'E', EventKeyEvent},
	{'m', EventKeyMiss},
}

// eventAll is what the letter A stands for.
const eventAll = EventGeneric | EventString | EventList | EventSet | EventHash | EventZSet |
	EventExpired | EventEvicted | EventStream | EventModule

// EventClassLetters lists the letters that ParseEventClass takes, as Redis does.
const EventClassLetters = "Ag$lshzxeKEtmdn"

// ParseEventClass returns the classes that the letters of notify-keyspace-events
// stand for, and false when one stands for nothing.
func ParseEventClass(letters string) (c EventClass, ok bool) {
	for i := range len(letters) {
		class := EventClass(0)
		if letters[i] == 'A' {
			class = eventAll
		}
		for _, e := range eventLetters {
			if e.letter == letters[i] {
				class = e.class
			}
		}
		if class == 0 {
			return 0, false
		}
		c |= class
	}
	return c, true
}

// String returns the letters as CONFIG GET shows them: A in place of all that it
// stands for and, as in Redis, of the letter n too.
func (c EventClass) String() string {
	var text []byte
	all := c&eventAll == eventAll
	if all {
		text = append(text, 'A')
	}
	for _, e := range eventLetters {
		covered := e.class&(eventAll|EventNew) != 0
		if c&e.class != 0 && !(all && covered) {
			text = append(text, e.letter)
		}
	}
	return string(text)
}

// Herald tells clients what happens to keys. Every shard has one of its own, which
// is called in the shard's turn: it queues what it is told and never waits.
type Herald interface {
	// Event tells of an event of k, see Key.Notify.
	Event(event string, k Key)
	// Invalidate tells clients of a change of a key that they have read. They are told
	// of no further one before they have read it again.
	Invalidate(who []*Tracker, c Change)
	// Broadcast tells those who want to know it of changes of keys, which it may
	// reorder and must not keep.
	Broadcast(changes []Change)
	// InvalidateAll tells all clients that track keys that every key may have changed.
	InvalidateAll()
	// Depart sends what was queued on its way. It is called when a turn ends that has
	// told something.
	Depart()
}

// SetHerald gives the keyspace its herald, and the audience of all shards. It is
// called before the first turn.
func (ks *Keyspace) SetHerald(h Herald, a *Audience) {
	ks.herald, ks.Listener, ks.audience = h, h.Event, a
}

// Settings returns what is in force for the turn.
func (db *DB) Settings() *Settings { return db.ks.Settings }
