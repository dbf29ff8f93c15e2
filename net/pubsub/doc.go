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
// channel's part, and gathers the message there:
//
//	PUBLISH c ─┐                      ┌─► outbox
//	PUBLISH c ─┼─► part: gathered ────┼─► outbox    one frame, shared by all
//	PUBLISH c ─┘   (of one channel)   └─► outbox
//
// What is gathered is put into the outbox of every subscriber at the end of what a
// publisher has sent in one go, so that the many messages of a pipeline, and those of
// other publishers meanwhile, cost each subscriber no more than one. It is put there
// before anything else happens that could be seen beside it: before the publisher's
// reply is written, before it runs any other command, before something is sent to
// another channel of the part or to a pattern that matches, and before anybody comes
// to listen or ceases to. So nobody can tell gathered messages from others. Those of
// transactions, scripts and events, and of who hears something itself, do not wait.
//
// Writing to the sockets is not the publisher's business: each outbox has a writer as
// long as there is something in it, so that the writes spread over all cores, and
// messages that come faster than they can be sent share them.
//
// # Order
//
// The lock of a part is held while a message is gathered, and during delivery. So all
// subscribers of a channel hear its messages in one order, and what one publisher
// sends arrives in its order, over all channels: its courier knows where it has left
// something, and has that delivered before it goes elsewhere. Messages of different
// publishers to different channels have no order unless one publisher has waited for
// the other's reply.
//
// Who subscribes or unsubscribes holds the same lock, so a confirmation stands
// before the first message and behind the last one: the client holds messages
// back (session.Client.Hold) until the confirmation is on its way.
//
// # Invariants
//
//	channel.subs[i].at == i
//	while something is gathered in a part, the courier of whoever sent it owes it
//	a channel or pattern is listed as long as somebody listens to it
//	a Subscriber's topics and the lists agree whenever its lock is free
//
// Locks are taken in this order: Subscriber.mu, part.mu, patterns.mu, the outbox's.
//
// # Complexity
//
// Subscribing and unsubscribing are O(1). PUBLISH is O(N+M) for N receivers and M
// patterns, and O(1+M) for all but the last of those that are gathered. A connection
// that ends costs O(subscriptions).
package pubsub
