// Package resp is the protocol between clients and the server: RESP2 and
// RESP3. Writer is the only reply encoding in the project, Parser the only
// request reader; ReadReply is the client's side, for tests and tools.
//
// # Requests
//
//	*3\r\n $3\r\nSET\r\n $1\r\nk\r\n $1\r\nv\r\n     an array of bulk strings
//	SET k "v\n"\r\n                                  an inline request, one line
//
// A request starts with its first byte: '*' is an array, anything else a line.
//
// # Replies
//
//	          RESP2              RESP3
//	status    +OK                +OK
//	error     -ERR text          -ERR text
//	integer   :1                 :1
//	string    $5 hello           $5 hello
//	absent    $-1 or *-1         _
//	array     *n                 *n
//	map       *2n                %n
//	set       *n                 ~n
//	push      *n                 >n
//	double    $3 0.5             ,0.5
//	boolean   :1                 #t
//	bignum    $n digits          (digits
//	verbatim  $n text            =n+4 txt:text
//	attribute (left out)         |n
//
// # Invariants
//
// No allocation is sized by a length a peer claimed: memory follows the bytes
// that have arrived. No input makes the package panic. In steady state neither
// direction allocates.
package resp
