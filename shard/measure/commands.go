package measure

// Count is what was counted for one command.
type Count struct {
	Calls    int64 // times it ran
	Nanos    int64 // it took in all
	Rejected int64 // times it was refused before it ran
	Failed   int64 // times it ran and replied with an error
	Latency  *Histogram
}

// Micros returns the whole time in microseconds.
func (c *Count) Micros() int64 { return c.Nanos / 1000 }

// Idle tells that nothing was counted.
func (c *Count) Idle() bool { return c.Calls == 0 && c.Rejected == 0 && c.Failed == 0 }

// Commands counts by the number of a command (command.Command.ID). The zero value
// is empty. It has one owner.
type Commands struct{ rows []Count }

// At returns the counters of a command, for as long as no other is asked for. A
// number is below the length of the table of commands, and at least 0.
func (t *Commands) At(id int) *Count {
	if id >= len(t.rows) {
		t.rows = append(t.rows, make([]Count, id+1-len(t.rows))...)
	}
	return &t.rows[id]
}

// Book counts n runs of a command that took nanos nanoseconds together, with failed
// errors among their replies. tracked tells whether their lengths are kept too.
func (t *Commands) Book(id int, n, failed, nanos int64, tracked bool) {
	c := t.At(id)
	c.Calls += n
	c.Failed += failed
	c.Nanos += nanos
	if !tracked {
		return
	}
	if c.Latency == nil {
		c.Latency = new(Histogram)
	}
	if n > 0 {
		c.Latency.Add(nanos/n, n)
	}
}

// Merge adds what others have counted.
//
// Complexity: O(commands) histograms.
func (t *Commands) Merge(o *Commands) {
	for id := range o.rows {
		from := &o.rows[id]
		if from.Idle() && from.Nanos == 0 && from.Latency == nil {
			continue
		}
		into := t.At(id)
		into.Calls += from.Calls
		into.Nanos += from.Nanos
		into.Rejected += from.Rejected
		into.Failed += from.Failed
		if from.Latency != nil {
			if into.Latency == nil {
				into.Latency = new(Histogram)
			}
			into.Latency.Merge(from.Latency)
		}
	}
}

// Reset forgets everything.
func (t *Commands) Reset() { clear(t.rows) }
