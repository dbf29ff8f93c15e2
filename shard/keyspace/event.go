package keyspace

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
	}
}

// goes notes that k is about to be removed without a command that says so.
func (k Key) goes() {
	if log := k.DB.ks.Effects; log != nil {
		log.Removed(k.DB.Number, k.Name)
	}
}
