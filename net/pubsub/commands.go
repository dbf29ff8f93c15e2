package pubsub

import (
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// listener is the flags of the commands that begin or end subscriptions.
const listener = command.PubSub | command.NoScript | command.Loading | command.Stale

// Commands returns the rows of publish and subscribe.
func (h *Hub) Commands() []session.Command {
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "psubscribe", Arity: -2, Flags: listener,
				Group: command.GroupPubSub, Since: "2.0.0",
				Summary:    "Hear what is published to channels whose names match patterns",
				Complexity: "O(N) where N is the number of patterns given",
				Args:       "pattern{pattern@pattern}...",
			}},
			Serve: h.subscribe(patterns, "psubscribe"), Alone: true, Pushes: true, Listening: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "publish", Arity: 3,
				Flags: command.PubSub | command.Loading | command.Stale | command.Fast,
				Group: command.GroupPubSub, Since: "2.0.0",
				Summary:    "Send a message to all who listen to a channel",
				Complexity: "O(N+M) where N is the number of receivers and M the number of patterns",
				Args:       "channel@string message@string",
			}},
			Serve: h.publishTo(channels), Alone: true, Sends: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "pubsub", Arity: -2,
				Group: command.GroupPubSub, Since: "2.8.0",
				Summary:    "Commands about who listens to what",
				Complexity: "Depends on the subcommand",
			}},
			Sub: h.subcommands(),
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "punsubscribe", Arity: -1, Flags: listener,
				Group: command.GroupPubSub, Since: "2.0.0",
				Summary:    "No longer hear what patterns match, or what any pattern matches",
				Complexity: "O(N) where N is the number of patterns that end",
				Args:       "[pattern@pattern...]",
			}},
			Serve: h.unsubscribe(patterns, "punsubscribe"), Alone: true, Pushes: true, Listening: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "spublish", Arity: 3,
				Flags: command.PubSub | command.Loading | command.Stale | command.Fast,
				Keys:  []command.KeySpec{command.KeyAt(1, command.KeyNotKey)},
				Group: command.GroupPubSub, Since: "7.0.0",
				Summary:    "Send a message to all who listen to a shard channel",
				Complexity: "O(N) where N is the number of receivers",
				Args:       "shardchannel@string message@string",
			}},
			Serve: h.publishTo(shardChannels), Alone: true, Sends: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "ssubscribe", Arity: -2, Flags: listener,
				Keys:  []command.KeySpec{command.KeyRange(1, -1, 1, command.KeyNotKey)},
				Group: command.GroupPubSub, Since: "7.0.0",
				Summary:    "Hear what is published to shard channels",
				Complexity: "O(N) where N is the number of channels given",
				Args:       "shardchannel@string...",
			}},
			Serve: h.subscribe(shardChannels, "ssubscribe"), Alone: true, Pushes: true, Listening: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "subscribe", Arity: -2, Flags: listener,
				Group: command.GroupPubSub, Since: "2.0.0",
				Summary:    "Hear what is published to channels",
				Complexity: "O(N) where N is the number of channels given",
				Args:       "channel@string...",
			}},
			Serve: h.subscribe(channels, "subscribe"), Alone: true, Pushes: true, Listening: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "sunsubscribe", Arity: -1, Flags: listener,
				Keys:  []command.KeySpec{command.KeyRange(1, -1, 1, command.KeyNotKey)},
				Group: command.GroupPubSub, Since: "7.0.0",
				Summary:    "No longer hear some shard channels, or any",
				Complexity: "O(N) where N is the number of channels that end",
				Args:       "[shardchannel@string...]",
			}},
			Serve: h.unsubscribe(shardChannels, "sunsubscribe"), Alone: true, Pushes: true, Listening: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "unsubscribe", Arity: -1, Flags: listener,
				Group: command.GroupPubSub, Since: "2.0.0",
				Summary:    "No longer hear some channels, or any",
				Complexity: "O(N) where N is the number of channels that end",
				Args:       "[channel@string...]",
			}},
			Serve: h.unsubscribe(channels, "unsubscribe"), Alone: true, Pushes: true, Listening: true,
		},
	}
}

// subcommands returns the rows of PUBSUB.
func (h *Hub) subcommands() []session.Command {
	const flags = command.PubSub | command.Loading | command.Stale
	return []session.Command{
		{
			Command: command.Command{Spec: command.Spec{
				Name: "channels", Arity: -2, Flags: flags,
				Group: command.GroupPubSub, Since: "2.8.0",
				Summary:    "List the channels somebody listens to by name, all or those that match",
				Complexity: "O(N log N) where N is the number of such channels",
				Args:       "[pattern@pattern]",
			}},
			Serve: h.serveList(channels), Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "help", Arity: 2, Flags: command.Loading | command.Stale,
				Group: command.GroupPubSub, Since: "6.2.0",
				Summary:    "Describe the subcommands",
				Complexity: "O(1)",
			}},
			Serve: session.ServeHelp, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "numpat", Arity: 2, Flags: flags,
				Group: command.GroupPubSub, Since: "2.8.0",
				Summary:    "Count the patterns somebody listens to",
				Complexity: "O(1)",
			}},
			Serve: h.servePatterns, Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "numsub", Arity: -2, Flags: flags,
				Group: command.GroupPubSub, Since: "2.8.0",
				Summary:    "Count those who listen to each of some channels by name",
				Complexity: "O(N) where N is the number of channels given",
				Args:       "[channel@string...]",
			}},
			Serve: h.serveCounts(channels), Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "shardchannels", Arity: -2, Flags: flags,
				Group: command.GroupPubSub, Since: "7.0.0",
				Summary:    "List the shard channels somebody listens to, all or those that match",
				Complexity: "O(N log N) where N is the number of such channels",
				Args:       "[pattern@pattern]",
			}},
			Serve: h.serveList(shardChannels), Alone: true,
		},
		{
			Command: command.Command{Spec: command.Spec{
				Name: "shardnumsub", Arity: -2, Flags: flags,
				Group: command.GroupPubSub, Since: "7.0.0",
				Summary:    "Count those who listen to each of some shard channels",
				Complexity: "O(N) where N is the number of channels given",
				Args:       "[shardchannel@string...]",
			}},
			Serve: h.serveCounts(shardChannels), Alone: true,
		},
	}
}
