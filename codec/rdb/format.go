package rdb

import "errors"

// The versions of the format that are read, and those that are written.
const (
	OldestVersion  = 5
	NewestVersion  = 12
	DefaultVersion = 11 // the newest that all servers since Redis 7.2 and Valkey 7.2 read
	Redis70Version = 10
	TimedVersion   = 12 // the oldest that knows fields that end
	ValkeyVersion  = 80 // of Valkey 9, which is read
)

// What readers report. Every error wraps one of these, or is one of the source of
// bytes, of the Visitor or of the destination.
var (
	// ErrCorrupt says that the bytes are none a server writes.
	ErrCorrupt = errors.New("rdb: corrupt")
	// ErrVersion says that the version is one this package does not know.
	ErrVersion = errors.New("rdb: unknown version")
	// ErrChecksum says that the bytes are not those that were written.
	ErrChecksum = errors.New("rdb: wrong checksum")
	// ErrModule says that a value belongs to a module. A Reader can go on.
	ErrModule = errors.New("rdb: value of a module")
	// ErrEmpty says that a collection has no element, which some old servers wrote.
	// A Reader can go on.
	ErrEmpty = errors.New("rdb: empty collection")
)

// None is the expiry, the idle time or the frequency of a key without one.
const None = -1

// Kind is what a key holds.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota + 1
	List
	Set
	SortedSet
	Hash
	Stream
	Module
)

// The first byte of what stands in a file.
const (
	opSlotInfo    = 244
	opFunction    = 245
	opFunctionOld = 246
	opModuleAux   = 247
	opIdle        = 248
	opFreq        = 249
	opAux         = 250
	opResizeDB    = 251
	opExpireMS    = 252
	opExpire      = 253
	opSelectDB    = 254
	opEOF         = 255
)

// The types of values, which say how they are laid out. Those from a comment on
// came with that version.
const (
	typeString          = 0
	typeList            = 1
	typeSet             = 2
	typeZSet            = 3 // scores as text
	typeHash            = 4
	typeZSet2           = 5 // scores as eight bytes
	typeModuleOld       = 6
	typeModule          = 7
	typeHashZipmap      = 9
	typeListZiplist     = 10
	typeIntset          = 11
	typeZSetZiplist     = 12
	typeHashZiplist     = 13
	typeQuicklist       = 14
	typeStream          = 15
	typeHashListpack    = 16 // version 10
	typeZSetListpack    = 17
	typeQuicklist2      = 18
	typeStream2         = 19
	typeSetListpack     = 20 // version 11
	typeStream3         = 21
	typeHashTimedOld    = 22 // version 12; the two old ones were never released
	typeHashTimedLPOld  = 23
	typeHashTimed       = 24
	typeHashTimedLP     = 25
	typeValkeyHash      = 22 // in files of Valkey: texts, each pair with a deadline or -1
	versionSetListpack  = 11
	versionStream3      = 11
	versionTimedHash    = TimedVersion
	nodePlain, nodePack = 1, 2 // containers of a quicklist's node
)

// kindOf returns what a type of value holds, 0 for an unknown type.
func kindOf(t byte) Kind {
	switch t {
	case typeString:
		return String
	case typeList, typeListZiplist, typeQuicklist, typeQuicklist2:
		return List
	case typeSet, typeIntset, typeSetListpack:
		return Set
	case typeZSet, typeZSet2, typeZSetZiplist, typeZSetListpack:
		return SortedSet
	case typeHash, typeHashZipmap, typeHashZiplist, typeHashListpack,
		typeHashTimedOld, typeHashTimedLPOld, typeHashTimed, typeHashTimedLP:
		return Hash
	case typeStream, typeStream2, typeStream3:
		return Stream
	case typeModuleOld, typeModule:
		return Module
	default:
		return 0
	}
}

// The forms of a length, in the upper two bits of its first byte.
const (
	len6       = 0 // the lower six bits are it
	len14      = 1 // they and a byte that follows
	lenLong    = 2 // four or eight bytes follow
	lenSpecial = 3 // it is no length: the lower bits say how the text is written
	len32      = 0x80
	len64      = 0x81
	textInt8   = 0
	textInt16  = 1
	textInt32  = 2
	textLZF    = 3
)
