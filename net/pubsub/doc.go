// Package pubsub is publish and subscribe: who listens to what, the delivery of
// messages, and the commands.
//
//	Hub ── part 0..63 ── channel name ─► subscriptions ─► Subscriber ─► session.Client
//	  │    (by hash of the name, a lock each)                                 │
//	  └─── patterns (one lock) ── pattern ─► subscriptions                    ▼
//	                                                             its outbox: session.Push
//
// # Delivery
//
// PUBLISH runs on the publisher's own goroutine. It takes the lock of the
// channel's part, encodes the message once for each version of the protocol, and
// puts that one frame into the outbox of every subscriber. Writing it to the
// sockets is not its business: each outbox has a writer as long as there is
// something in it, so that the writes spread over all cores, and messages that come
// faster than they can be sent share them.
//
// # Order
//
// The lock of a part is held during delivery. So all subscribers of a channel hear
// its messages in one order, and what one publisher sends arrives in its order,
// over all channels. Messages of different publishers to different channels have
// no order unless one publisher has waited for the other's reply.
//
// Who subscribes or unsubscribes holds the same lock, so a confirmation stands
// before the first message and behind the last one: the client holds messages
// back (session.Client.Hold) until the confirmation is on its way.
//
// # Invariants
//
//	channel.subs[i].at == i
//	a channel or pattern is listed as long as somebody listens to it
//	a Subscriber's topics and the lists agree whenever its lock is free
//
// Locks are taken in this order: Subscriber.mu, part.mu, patterns.mu, the outbox's.
//
// # Complexity
//
// Subscribing and unsubscribing are O(1). PUBLISH is O(N+M) for N receivers and M
// patterns. A connection that ends costs O(subscriptions).
package pubsub
