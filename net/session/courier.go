package session

// Courier takes messages to clients: first into their outboxes, where each has its
// place from then on, then, with Depart, to their sockets, in convoys. The zero
// Courier is ready for use. It belongs to one goroutine at a time: that of the
// client which sends, or that of the turn of the shard whose events it tells.
type Courier struct {
	owed   Gathering // what was sent to it waits there for more, nil for nothing
	convoy *convoy   // of clients that are to be written to, nil for none
	full   []*convoy // likewise
}

// Gathering is a place where messages wait, for those who send them, to go into the
// outboxes together. Several couriers may owe one; what they sent stands there in one
// order.
type Gathering interface {
	// Deliver puts what is there into the outboxes, through v. There may be nothing:
	// another courier has delivered it.
	Deliver(v *Courier)
}

// Owe notes that messages sent through this courier wait in g, or with nil that none
// do. Before, what waits elsewhere must be delivered: see Settle.
func (v *Courier) Owe(g Gathering) { v.owed = g }

// Settle delivers what waits elsewhere than in g, so that what is sent now comes behind
// it. A nil g is nowhere. The caller holds no lock of a Gathering.
func (v *Courier) Settle(g Gathering) {
	if owed := v.owed; owed != nil && owed != g {
		v.owed = nil
		owed.Deliver(v)
	}
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

// Depart delivers what waits, and starts the convoys. Without messages it does nothing.
func (v *Courier) Depart() {
	v.Settle(nil)
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
