// Package glob matches strings against the patterns of KEYS, SCAN MATCH,
// PSUBSCRIBE, CONFIG GET and ACL rules.
//
// A pattern is bytes, not characters:
//
//	?        any one byte
//	*        any run of bytes, also none
//	[abc]    one of the bytes; [a-z] a range, also written [z-a]
//	[^abc]   one byte that is none of these
//	\x       the byte x itself, also inside brackets
//
// Corners, kept because clients can see them: a '[' that is never closed ends
// with the pattern; a '\' at the very end stands for itself; "[]" matches no
// byte and "[^]" any; an escaped byte inside brackets is compared exactly even
// when case is ignored; bounds of a range are signed bytes; and the empty
// string matches the empty pattern only, so that "*" does not match it:
// KEYS and SCAN take the pattern "*" for everything before they come here.
//
// # Complexity
//
// Every element but '*' consumes exactly one byte. After a '*' the stretch up
// to the next '*' is therefore of fixed length, and if it fits at all its
// leftmost fit leaves the most room for what follows: no earlier '*' has to be
// tried again. Match keeps one retry position, needs no recursion and no
// memory, and takes at most len(pattern) * len(s) steps, whatever the number of
// stars.
package glob
