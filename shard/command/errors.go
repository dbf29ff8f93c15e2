package command

// The error texts clients see, in Redis's words. Each begins with its code.
const (
	ErrSyntax           = "ERR syntax error"
	ErrWrongType        = "WRONGTYPE Operation against a key holding the wrong kind of value"
	ErrNotInteger       = "ERR value is not an integer or out of range"
	ErrNotPositive      = "ERR value is out of range, must be positive"
	ErrOutOfRange       = "ERR value is out of range"
	ErrNotFloat         = "ERR value is not a valid float"
	ErrNoSuchKey        = "ERR no such key"
	ErrSameObject       = "ERR source and destination objects are the same"
	ErrIndexOutOfRange  = "ERR index out of range"
	ErrOffsetOutOfRange = "ERR offset is out of range"
	ErrOverflow         = "ERR increment or decrement would overflow"
	ErrNaNOrInfinity    = "ERR increment would produce NaN or Infinity"
	ErrStringTooLong    = "ERR string exceeds maximum allowed size (proto-max-bulk-len)"
	ErrDecrOverflow     = "ERR decrement would overflow"
	ErrLCSType          = "ERR The specified keys must contain string values"
	ErrLCSOptions       = "ERR If you want both the length and indexes, please just use IDX."
	ErrLCSMemory        = "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"
	ErrNumKeys          = "ERR numkeys should be greater than 0"
	ErrTooManyKeys      = "ERR Number of keys can't be greater than number of args"
	ErrLimitNegative    = "ERR LIMIT can't be negative"
	ErrCountNotPositive = "ERR count should be greater than 0"
	ErrCountNegative    = "ERR COUNT can't be negative"
	ErrMaxLenNegative   = "ERR MAXLEN can't be negative"
	ErrRankZero         = "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"
	ErrRankRange        = "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
	ErrInvalidCursor    = "ERR invalid cursor"
	ErrFirstDB          = "ERR invalid first DB index"
	ErrSecondDB         = "ERR invalid second DB index"
	ErrInt32            = "ERR value is out of range, value must between -2147483648 and 2147483647"
	ErrExpireNX         = "ERR NX and XX, GT or LT options at the same time are not compatible"
	ErrExpireGTLT       = "ERR GT and LT options at the same time are not compatible"
	ErrNoFrequency      = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
	ErrNoIdleTime       = "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."
	ErrDBIndex          = "ERR DB index is out of range"
	ErrTimeoutNotFloat  = "ERR timeout is not a float or out of range"
	ErrTimeoutNegative  = "ERR timeout is negative"
	ErrTimeoutRange     = "ERR timeout is out of range"
	ErrUnblocked        = "UNBLOCKED client unblocked via CLIENT UNBLOCK"
	ErrOOM              = "OOM command not allowed when used memory > 'maxmemory'."
	ErrFull             = "OOM command not allowed: the memory reserved for this shard is used up."
	ErrInternal         = "ERR internal error"
)

// InvalidExpire returns the error for an expiry that is not positive or too far
// away, given to command, in lower case.
func InvalidExpire(command string) string {
	return "ERR invalid expire time in '" + command + "' command"
}

// WrongArity returns the error for a request to command, in lower case, with too
// few or too many words.
func WrongArity(command string) string {
	return "ERR wrong number of arguments for '" + command + "' command"
}

// UnsupportedOption returns the error for a word that EXPIRE and its kin do not know.
func UnsupportedOption(word []byte) string {
	return "ERR Unsupported option " + string(word)
}
