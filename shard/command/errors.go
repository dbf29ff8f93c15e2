package command

import (
	"strconv"
	"strings"
)

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
	ErrXXAndNX          = "ERR XX and NX options at the same time are not compatible"
	ErrGTLTNX           = "ERR GT, LT, and/or NX options at the same time are not compatible"
	ErrIncrPairs        = "ERR INCR option supports a single increment-element pair"
	ErrScoreNaN         = "ERR resulting score is not a number (NaN)"
	ErrScoreRange       = "ERR min or max is not a float"
	ErrLexRange         = "ERR min or max not valid string range item"
	ErrLimitRank        = "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"
	ErrLexScores        = "ERR syntax error, WITHSCORES not supported in combination with BYLEX"
	ErrWeightNotFloat   = "ERR weight value is not a float"
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
	ErrHashNotInteger   = "ERR hash value is not an integer"
	ErrHashNotFloat     = "ERR hash value is not a float"
	ErrValueNotFinite   = "ERR value is NaN or Infinity"
	ErrExpireNegative   = "ERR invalid expire time, must be >= 0"
	ErrExpireMissing    = "ERR missing expire time"
	ErrFieldsMissing    = "ERR Mandatory argument FIELDS is missing or not at the right position"
	ErrFieldsZero       = "ERR Parameter `numFields` should be greater than 0"
	ErrFieldsPositive   = "ERR Number of fields must be a positive integer"
	ErrFieldsMismatch   = "ERR The `numfields` parameter must match the number of arguments"
	ErrFieldsInvalid    = "ERR invalid number of fields"
	ErrFieldCondition   = "ERR Only one of FXX or FNX arguments can be specified"
	ErrFieldExpiry      = "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"
	ErrSortScore        = "ERR One or more scores can't be converted into double"
	ErrOOM              = "OOM command not allowed when used memory > 'maxmemory'."
	ErrFull             = "OOM command not allowed: the memory reserved for this shard is used up."
	ErrInternal         = "ERR internal error"
	ErrNestedMulti      = "ERR MULTI calls can not be nested"
	ErrWatchInMulti     = "ERR WATCH inside MULTI is not allowed"
	ErrExecNoMulti      = "ERR EXEC without MULTI"
	ErrDiscardNoMulti   = "ERR DISCARD without MULTI"
	ErrNotInMulti       = "ERR Command not allowed inside a transaction"
	ErrExecAbort        = "EXECABORT Transaction discarded because of previous errors."
	ErrBitOffset        = "ERR bit offset is not an integer or out of range"
	ErrBit              = "ERR bit is not an integer or out of range"
	ErrBitArgument      = "ERR The bit argument must be 1 or 0."
	ErrBitopNot         = "ERR BITOP NOT must be called with a single source key."
	ErrBitfieldType     = "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."
	ErrBitfieldOverflow = "ERR Invalid OVERFLOW type specified"
	ErrBitfieldReadOnly = "ERR BITFIELD_RO only supports the GET subcommand"
	ErrNotHyperLogLog   = "WRONGTYPE Key is not a valid HyperLogLog string value."
	ErrCorruptHLL       = "INVALIDOBJ Corrupted HLL object detected"
	ErrNoSuchHLL        = "ERR The specified key does not exist"
	ErrNotSparse        = "ERR HLL encoding is not sparse"
	ErrSelfTestRegister = "TESTFAILED A register does not hold what it was given"
	ErrSelfTestEstimate = "TESTFAILED The estimate is wrong, or not the same in both encodings"
	ErrUnit             = "ERR unsupported unit provided. please use M, KM, FT, MI"
	ErrRadiusNotNumber  = "ERR need numeric radius"
	ErrRadiusNegative   = "ERR radius cannot be negative"
	ErrWidthNotNumber   = "ERR need numeric width"
	ErrHeightNotNumber  = "ERR need numeric height"
	ErrBoxNegative      = "ERR height or width cannot be negative"
	ErrCenterMember     = "ERR could not decode requested zset member"
	ErrAnyWithoutCount  = "ERR the ANY argument requires COUNT argument"
	ErrGeoradiusStore   = "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
	ErrBusyKey          = "BUSYKEY Target key name already exists."
	ErrIdleTime         = "ERR Invalid IDLETIME value, must be >= 0"
	ErrFrequency        = "ERR Invalid FREQ value, must be >= 0 and <= 255"
	ErrTTLNegative      = "ERR Invalid TTL value, must be >= 0"
	ErrDumpChecksum     = "ERR DUMP payload version or checksum are wrong"
	ErrDumpFormat       = "ERR Bad data format"
	ErrGeosearchStore   = "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
)

// Aborted returns EXEC's error when reason, an error text, kept the transaction from
// running.
func Aborted(reason string) string {
	return "EXECABORT Transaction discarded because of: " + strings.TrimPrefix(reason, "ERR ")
}

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

// NoInputKey returns the error for a number of keys below 1, given to command, in
// lower case.
func NoInputKey(command string) string {
	return "ERR at least 1 input key is needed for '" + command + "' command"
}

// UnsupportedOption returns the error for a word that EXPIRE and its kin do not know.
func UnsupportedOption(word []byte) string {
	return "ERR Unsupported option " + string(word)
}

// The error texts of streams.
const (
	ErrStreamID          = "ERR Invalid stream ID specified as stream command argument"
	ErrStreamZeroID      = "ERR The ID specified in XADD must be greater than 0-0"
	ErrStreamSmallID     = "ERR The ID specified in XADD is equal or smaller than the target stream top item"
	ErrStreamExhausted   = "ERR The stream has exhausted the last possible ID, unable to add more items"
	ErrStreamTooLarge    = "ERR Elements are too large to be stored"
	ErrStreamStart       = "ERR invalid start ID for the interval"
	ErrStreamEnd         = "ERR invalid end ID for the interval"
	ErrStreamMaxLen      = "ERR The MAXLEN argument must be >= 0."
	ErrStreamLimit       = "ERR The LIMIT argument must be >= 0."
	ErrStreamTwoTrims    = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible"
	ErrStreamLimitAlone  = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"
	ErrStreamNoTrim      = "ERR syntax error, XTRIM must be called with a trimming strategy"
	ErrStreamLimitExact  = "ERR syntax error, LIMIT cannot be used without the special ~ option"
	ErrXreadGroup        = "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead."
	ErrXreadNoAck        = "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead."
	ErrUnbalanced        = "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified."
	ErrNoGroupOption     = "ERR Missing GROUP option for XREADGROUP"
	ErrDollarInGroup     = "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set."
	ErrPlusInGroup       = "ERR The + ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The + ID would just return an empty result set."
	ErrGreaterInXread    = "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."
	ErrXgroupNoKey       = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically."
	ErrBusyGroup         = "BUSYGROUP Consumer Group name already exists"
	ErrEntriesRead       = "ERR value for ENTRIESREAD must be positive or -1"
	ErrEntriesAdded      = "ERR entries_added must be positive"
	ErrSetIDDeleted      = "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id"
	ErrSetIDTop          = "ERR The ID specified in XSETID is smaller than the target stream top item"
	ErrSetIDLength       = "ERR The entries_added specified in XSETID is smaller than the target stream length"
	ErrSweepCount        = "ERR COUNT must be > 0"
	ErrTimeoutNotInteger = "ERR timeout is not an integer or out of range"
)

// NoGroup returns the error for a stream, or a consumer group in it, that is not
// there.
func NoGroup(key, group []byte) string {
	return "NOGROUP No such key '" + string(key) + "' or consumer group '" + string(group) + "'"
}

// NoReadGroup is NoGroup in XREADGROUP.
func NoReadGroup(key, group []byte) string {
	return NoGroup(key, group) + " in XREADGROUP with GROUP option"
}

// NoSuchGroup returns the error for a consumer group that a stream does not have.
func NoSuchGroup(group, key []byte) string {
	return "NOGROUP No such consumer group '" + string(group) + "' for key name '" + string(key) + "'"
}

// InvalidArgument returns the error for an argument of command, in upper case,
// that is no integer.
func InvalidArgument(name, command string) string {
	return "ERR Invalid " + name + " argument for " + command
}

// InvalidOption returns the error for the value of an option of command, in upper
// case, that is no integer.
func InvalidOption(name, command string) string {
	return "ERR Invalid " + name + " option argument for " + command
}

// UnrecognizedXclaim returns the error for a word that XCLAIM does not know.
func UnrecognizedXclaim(word []byte) string {
	return "ERR Unrecognized XCLAIM option '" + string(word) + "'"
}

// UnknownArgument returns the error for a word that HSETEX does not know.
func UnknownArgument(word []byte) string { return "ERR unknown argument: " + string(word) }

// BadSubcommand returns the error for a subcommand of container, in upper case,
// whose arguments do not fit.
func BadSubcommand(word []byte, container string) string {
	return "ERR unknown subcommand or wrong number of arguments for '" + string(word[:min(len(word), 128)]) +
		"'. Try " + container + " HELP."
}

// UnknownPfdebug returns the error for a word that PFDEBUG does not know.
func UnknownPfdebug(word []byte) string {
	return "ERR Unknown PFDEBUG subcommand '" + string(word) + "'"
}

// NoCenter returns the error for a search, by the command as it was written, that
// does not say around what.
func NoCenter(command []byte) string {
	return "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + string(command)
}

// NoShape returns the error for a search, by the command as it was written, that
// does not say how far.
func NoShape(command []byte) string {
	return "ERR exactly one of BYRADIUS and BYBOX can be specified for " + string(command)
}

// InvalidPosition returns the error for a position that is not on the map.
func InvalidPosition(longitude, latitude float64) string {
	degrees := func(f float64) string {
		return strings.TrimLeft(strings.ToLower(strconv.FormatFloat(f, 'f', 6, 64)), "+")
	}
	return "ERR invalid longitude,latitude pair " + degrees(longitude) + "," + degrees(latitude)
}
