package keyspace

// A record's 24 access bits hold one of two things, chosen by the policy:
//
//	LRU   ┌──────────────────────────────┐  the second of the last use, modulo 2^24
//	      └──────────────────────────────┘
//	LFU   ┌───────────────────┬──────────┐  the minute of the last decay, modulo 2^16,
//	      │      minute 16    │ counter 8│  and a logarithmic use counter
//	      └───────────────────┴──────────┘
const (
	lruMask    = 1<<24 - 1
	minuteMask = 1<<16 - 1

	// lfuInitial is the counter a new key starts with, so that it is not evicted
	// before it had a chance to be used.
	lfuInitial = 5
)

// freshAccess returns the access bits of a key created now.
func (ks *Keyspace) freshAccess() uint32 {
	if ks.Settings.Policy.LFU() {
		return ks.minute()<<8 | lfuInitial
	}
	return ks.second()
}

// usedAccess returns the access bits of a key that had old and is used now.
func (ks *Keyspace) usedAccess(old uint32) uint32 {
	if ks.Settings.Policy.LFU() {
		return ks.minute()<<8 | uint32(ks.increment(ks.Frequency(old)))
	}
	return ks.second()
}

// Clock tells the age of access bits as of one moment, on any goroutine.
type Clock struct {
	now    int64 // unix milliseconds
	period uint32
}

// Clock returns the clock of the turn.
func (ks *Keyspace) Clock() Clock {
	return Clock{now: ks.Now, period: uint32(ks.Settings.LFUDecayTime)}
}

// IdleSeconds returns for how long a key with these access bits was not used,
// under a policy without use counters.
func (c Clock) IdleSeconds(access uint32) int64 {
	return int64((c.second() - access) & lruMask)
}

// Frequency returns the use counter, 0 to 255, of a key with these access bits
// after the decay its idle minutes ask for, under a policy with use counters.
func (c Clock) Frequency(access uint32) uint8 {
	counter := uint8(access)
	if c.period == 0 {
		return counter
	}
	decay := (c.minute() - access>>8) & minuteMask / c.period
	if decay >= uint32(counter) {
		return 0
	}
	return counter - uint8(decay)
}

func (c Clock) second() uint32 { return uint32(c.now/1000) & lruMask }
func (c Clock) minute() uint32 { return uint32(c.now/60000) & minuteMask }

// IdleSeconds is Clock.IdleSeconds for this turn.
func (ks *Keyspace) IdleSeconds(access uint32) int64 { return ks.Clock().IdleSeconds(access) }

// Frequency is Clock.Frequency for this turn.
func (ks *Keyspace) Frequency(access uint32) uint8 { return ks.Clock().Frequency(access) }

// SetIdle makes the key one that was not used for so many seconds. It does nothing
// under a policy with use counters.
func (e Entry) SetIdle(seconds int64) {
	if ks := e.db.ks; !ks.Settings.Policy.LFU() {
		e.SetAccess((ks.second() - uint32(min(seconds, lruMask))) & lruMask)
	}
}

// SetFrequency sets the key's use counter. It does nothing under a policy without.
func (e Entry) SetFrequency(counter uint8) {
	if ks := e.db.ks; ks.Settings.Policy.LFU() {
		e.SetAccess(ks.minute()<<8 | uint32(counter))
	}
}

// increment raises a use counter with a probability that falls as it grows, so
// that eight bits tell a million uses from a thousand (Morris, "Counting large
// numbers of events in small registers", 1978).
func (ks *Keyspace) increment(counter uint8) uint8 {
	if counter == 255 {
		return counter
	}
	above := max(int(counter)-lfuInitial, 0)
	odds := uint64(above*ks.Settings.LFULogFactor + 1)
	if ks.Rand()%odds != 0 {
		return counter
	}
	return counter + 1
}

func (ks *Keyspace) second() uint32 { return Clock{now: ks.Now}.second() }
func (ks *Keyspace) minute() uint32 { return Clock{now: ks.Now}.minute() }
