package resp

// ProtocolError says why the bytes of a client are no request. The connection
// cannot go on after it: the server replies "ERR " and the text, and closes.
type ProtocolError string

// Error returns the text that the client is told.
func (e ProtocolError) Error() string { return string(e) }

// The ways in which a request can break the protocol. One more depends on the
// offending byte: "Protocol error: expected '$', got 'x'".
const (
	ErrMultibulkLength       ProtocolError = "Protocol error: invalid multibulk length"
	ErrUnauthMultibulkLength ProtocolError = "Protocol error: unauthenticated multibulk length"
	ErrBulkLength            ProtocolError = "Protocol error: invalid bulk length"
	ErrUnauthBulkLength      ProtocolError = "Protocol error: unauthenticated bulk length"
	ErrBulkEnd               ProtocolError = "Protocol error: expected CRLF after bulk"
	ErrBigMultibulkCount     ProtocolError = "Protocol error: too big mbulk count string"
	ErrBigBulkCount          ProtocolError = "Protocol error: too big bulk count string"
	ErrBigInline             ProtocolError = "Protocol error: too big inline request"
	ErrUnbalancedQuotes      ProtocolError = "Protocol error: unbalanced quotes in request"
)

func expectedDollar(got byte) ProtocolError {
	return ProtocolError("Protocol error: expected '$', got '" + string([]byte{got}) + "'")
}
