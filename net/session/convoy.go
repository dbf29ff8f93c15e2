package session

import "runtime"

// convoyMost is how many clients one goroutine writes to. More would save little,
// and spread less over the cores.
const convoyMost = 16

// convoy is outboxes that one goroutine writes, one after the other: starting a
// goroutine for each would cost a good part of what a write costs. It waits for no
// peer. When one does not take its bytes, the clients behind it go on without.
type convoy struct {
	boxes []*outbox
	next  int
}

// run writes what is queued for each client. Each was marked as being written to
// when it joined. Publishers that are ready to run go first: what they send then
// shares these writes.
func (v *convoy) run() {
	runtime.Gosched()
	for v.next < len(v.boxes) {
		o := v.boxes[v.next]
		v.boxes[v.next] = nil
		v.next++
		o.convoy = v
		o.drainOnce()
	}
	v.boxes, v.next = v.boxes[:0], 0
	convoys.Put(v)
}

// leave lets the clients behind the one at hand go on without it.
func (v *convoy) leave() {
	if v.next == len(v.boxes) {
		return
	}
	rest := convoys.Get().(*convoy)
	rest.boxes = append(rest.boxes, v.boxes[v.next:]...)
	clear(v.boxes[v.next:])
	v.boxes = v.boxes[:v.next]
	go rest.run()
}
