package session

// Courier takes messages to clients: first into their outboxes, where each has its
// place from then on, then, with Depart, to their sockets, in convoys. The zero
// Courier is ready for use. It belongs to one goroutine at a time: that of the
// client which sends, or that of the turn of the shard whose events it tells.
type Courier struct {
	convoy *convoy   // of clients that are to be written to, nil for none
	full   []*convoy // likewise
}

// Push sends a message to a client. It never waits.
func (v *Courier) Push(to *Client, p *Push) {
	o := to.outbox.Load()
	if o == nil || !o.push(p) {
		return
	}
	if v.convoy == nil {
		v.convoy = convoys.Get().(*convoy)
	}
	v.convoy.boxes = append(v.convoy.boxes, o)
	if len(v.convoy.boxes) == convoyMost {
		v.full = append(v.full, v.convoy)
		v.convoy = nil
	}
}

// Depart starts the convoys. Without messages it does nothing.
func (v *Courier) Depart() {
	if v.convoy != nil {
		v.full = append(v.full, v.convoy)
		v.convoy = nil
	}
	for i, full := range v.full {
		go full.run()
		v.full[i] = nil
	}
	v.full = v.full[:0]
}
