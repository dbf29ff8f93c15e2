// Package servertest holds a server to what clients see of it. Only tests
// import it.
//
// # Servers
//
// [Redis] starts the redis-server of this machine, the oracle. [Troupe] builds
// cmd/troupe once per test process and starts the binary with the same
// redis.conf directives. Both listen on a loopback port of their own, keep
// nothing on disk and end with the test. Both are a [Starter], so that another
// way to start a server (in the process of the test, say) can take their place.
//
// # Conversations
//
// A conversation is a text file under testdata, one per command: what clients
// say and what they hear. Each line has one meaning, told by its first signs:
//
//	# text                  a comment
//	> SET k "a b"           client 1 sends a request
//	2> BLPOP l 0            client 2 does
//	>> "PING\r\n"           client 1 sends these raw bytes
//	< +OK                   client 1 hears this reply
//	<   $a                  deeper indented: more of the reply above
//	<~ \$[0-9a-f]+          the reply, on one line, matches this whole pattern
//	<% [$a $b]              the reply, its arrays sorted (order is free)
//	<: 95 100               an integer between these two, both included
//	< EOF                   the server closes the connection
//	2..                     client 2 is blocked: no reply, and the server says so
//	.. 20ms                 client 1 hears nothing for that long
//	! wait 20ms             everybody waits
//	! exit                  the server ends by itself, and well
//	2! open                 client 2 connects (it does so by itself when it first speaks)
//	2! close                client 2 hangs up, and the server has noticed
//	! scan MATCH a*         client 1 iterates to the end; the reply is all it was told, once
//
// Words are split at spaces. A word in double quotes knows the escapes \n \r
// \t \a \b \xHH \\ \" ; "x"*90 is ninety x; {1..9} is nine words. {id2} is the
// id of client 2, {addr2} and {laddr2} are its two addresses, {now+10} and
// {nowms-10} are unix times.
//
// A mark stands before the sign and says who is meant. The oracle is Redis
// 7.0; "@7.2> ..." and "@7.4< ..." are what Troupe does as a newer Redis would,
// and "@7.0<" is what only the oracle says. "@troupe" is a difference on
// purpose. Each marked line has a comment that gives the reason.
//
// Replies are shown in a form that tells the types apart:
//
//	+OK  -ERR text  :1               status, error, integer
//	$word  $"with space"  $""        bulk string
//	nil  nil-array  _                the nulls of RESP2 (string, array) and of RESP3
//	[$a :1 [$b]]                     array; one too long for a line is "*3" with
//	                                 its elements indented below
//	{$a => :1, $b => :2}             map ("%2" when long)
//	~[$a]  push[$a]                  set, push
//	,1.5  #t  (123  =txt:"text"      double, boolean, big number, verbatim string
//	$(9000 bytes, crc32 89abcdef)    a bulk string of more than 256 bytes
//
// The tests replay every file against both servers, each file on a server of
// its own. With -rewrite the oracle's replies replace those in the files, and
// requests without a reply get one; patterns, ranges and marked lines of other
// servers stay as they are.
//
// # Random sequences
//
// TestRandom sends the same seeded random commands to the oracle and to
// Troupe with one, two and seven shards and compares every reply, what listeners
// are told of, and, from time to time and at the end, everything that is stored,
// by its digest too. Each type has a suite of its own, in which keys hold other
// types at times: a million commands for sorted sets and two shards are
//
//	go test ./net/servertest -run '^TestRandom$/^zsets' -rounds 1000000 -shards 2
//
// A million takes some ten seconds. Pipelines have up to 600 commands, both servers
// work on one while the next is made up, and replies are compared as bytes: only
// those that differ are taken apart, for the few that may. Everything is flushed
// every few thousand commands, so that nothing grows to where it costs much.
//
// -seed repeats a run, and 0 takes another.
package servertest
