package store

import "unsafe"

// Stats describes a store. All sizes are in bytes.
type Stats struct {
	Keys    int
	Expires int // keys with an expiry time

	LiveBytes     int64 // records in use, each rounded up to its class
	BigBytes      int64 // keys and values outside the arena
	IndexBytes    int64 // segments in use, their descriptions, directory
	ArenaBytes    int64 // whole pages that hold records
	ResidentBytes int64 // estimate of the memory in use, BigBytes included

	Pages          int // pages of 256 KiB that hold records
	FreePages      int // pages that may be resident but hold none
	Segments       int // segments of the table in use
	IdleSegments   int // segments waiting for use
	DirectoryDepth int // bits of hash the directory is indexed by
	BigValues      int // keys and values outside the arena
	Objects        int // attached objects

	Splits int64 // segments split since New or Reset
	Merges int64 // pairs of segments merged
	Moves  int64 // records that changed their place
}

// Stats returns figures about the store in O(1).
func (s *Store) Stats() Stats {
	a, t := &s.arena, &s.table
	return Stats{
		Keys:           s.len,
		Expires:        s.expires,
		LiveBytes:      a.live,
		BigBytes:       s.bigBytes,
		IndexBytes:     s.indexBytes(),
		ArenaBytes:     int64(a.pages) * pageBytes,
		ResidentBytes:  a.touched + s.bigBytes + s.indexBytes() + int64(t.high-uint32(t.used))*segmentBytes,
		Pages:          a.pages,
		FreePages:      a.dirtyLen,
		Segments:       t.used,
		IdleSegments:   t.idle,
		DirectoryDepth: int(t.depth),
		BigValues:      int(s.bigs.top) - len(s.bigs.free),
		Objects:        int(s.objects.top) - len(s.objects.free),
		Splits:         s.splits,
		Merges:         s.merges,
		Moves:          s.moves,
	}
}

// indexBytes returns the bytes of the table.
func (s *Store) indexBytes() int64 {
	t := &s.table
	if !s.ready() {
		return 0
	}
	return int64(t.used)*int64(segmentBytes+unsafe.Sizeof(segMeta{})) + 4<<t.depth
}

// UsedBytes returns the bytes of records, table and outside values in O(1). It
// leaves out what deletions have left unused, which Tidy gives back.
func (s *Store) UsedBytes() int64 { return s.arena.live + s.indexBytes() + s.bigBytes }

// indexShare is what a key costs in the table, in bytes: a segment of 2 KiB
// holds 168 to 336 keys.
const indexShare = 8

// RecordBytes returns what record r costs in bytes: its place in the arena, a
// share of the table, and what it has outside. An attached object counts 0.
func (s *Store) RecordBytes(r Ref) int {
	hdr := *s.header(r)
	n := int(s.arena.capacity(r)) + indexShare
	if hdr&flagBig != 0 {
		n += int(bigCost(cap(*s.bigs.at(s.handle(r, hdr)))))
	}
	if hdr&flagLong != 0 {
		w := *s.wordAt(r, headerBytes+uint32(hdr>>flagsShift&1)<<3)
		if h := uint32(w >> 32); h != 0 {
			n += int(bigCost(cap(*s.bigs.at(h))))
		}
	}
	return n
}
