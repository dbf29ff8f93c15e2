// Package quote splits a line into arguments and writes arguments so that they
// can be split again. Inline requests and the configuration file share it.
//
//	set key value             three arguments, separated by white space
//	set key "a b\n\x00"       escapes \n \r \t \b \a \xHH, and \c is c itself
//	set key 'it\'s'           in single quotes only \' is an escape
//	set key pre"fixed"        a quoted part may end an argument, not begin one:
//	set key "un"fixed         is unbalanced, as a quote must be followed by a space
//
// A byte 0 outside quotes ends the line; inside quotes it leaves them
// unbalanced. Both functions are linear in the length of their input.
package quote
