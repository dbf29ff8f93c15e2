// Package sort is SORT and SORT_RO: the elements of a list, a set or a sorted set
// in an order that the elements themselves or other keys give.
//
// # How it runs
//
//	SORT uids BY weight_* GET # GET user_*->name LIMIT 0 10 STORE out
//
//	source      elements   weights           order      selection   output
//	uids   ──►  1 2 3  ──► weight_1..3  ──►  3 1 2  ──► 3 1    ──►  3 Mia 1 Ann
//
// A pattern can lead to any key, so the command holds all shards. Elements and
// weights are views of the records they come from: nothing changes while they are
// looked at, but for keys that are removed because their time has come, which are
// not among them. A result to be stored is collected before its key is touched.
//
// # Order
//
// Numbers are compared as numbers, and equal ones by the text of their elements.
// With ALPHA texts are compared byte by byte, as Redis does in the C locale: up to
// the first NUL, unless the result is stored. What is equal then keeps the order it
// has in the source, also with DESC. An element without a weight counts as 0, and
// comes before all others with ALPHA. A BY pattern without '*' asks for no order:
// the elements come as they are, backwards with DESC for lists and sorted sets,
// sorted by their text for a set whose result is stored.
//
// # Complexity
//
// O(N + M*log(M)) for N elements of which the first M are asked for, O(M) for a
// list or a sorted set in its own order, and one look-up for each element and BY,
// and for each element returned and GET. It takes 64 bytes for each element looked
// at, and up to 20 more for an element that is kept as a number.
package sort
