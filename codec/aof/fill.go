package aof

import "bytes"

// Fill is what a file may have behind its end, so that what is appended is written over
// bytes that are there: syncing that changes neither the length of the file nor where
// its bytes lie. It is lines of nothing but '#', which pass for annotations, so that a
// file with fill behind its end is whole.
//
//	… #CRC32C:1c291ca3:76:420\r\n###########\n##############################\n
//
// # Invariants
//
//   - A line of fill ends in the middle of a sector, the last one too. So where a
//     sector of what was appended is lost and the next one is not, the fill that is there
//     instead runs on into that one, and makes a line that is none of fill: it holds
//     something else, or ends elsewhere.
//   - A line of fill has a '#'. So whatever ends within fill is followed by one
//     (AppendOver), which may make the line longer by a sector.
const (
	sector  = 512
	fillEnd = sector / 2 // of a line, behind its '\n', within its sector
)

// FillEnd returns the first offset from another on at which fill may end.
func FillEnd(offset int64) int64 {
	return (offset-fillEnd+sector-1)/sector*sector + fillEnd
}

// AppendFill appends the fill of a file from offset on up to end, which is one that
// FillEnd returns, a sector away or more.
func AppendFill(buf []byte, offset, end int64) []byte {
	for lines := 0; offset < end; lines++ {
		next := FillEnd(offset + 2)
		if lines < 2 {
			for range next - 1 - offset {
				buf = append(buf, '#')
			}
			buf = append(buf, '\n')
		} else {
			buf = append(buf, buf[len(buf)-sector:]...)
		}
		offset = next
	}
	return buf
}

// AppendOver appends what must follow bytes that are written over fill and leave two
// bytes of it, or more.
func AppendOver(buf []byte) []byte { return append(buf, '#') }

// isFill tells whether an annotation is a line of fill: its text, and where it ends.
func isFill(text []byte, end int64) bool {
	return end == FillEnd(end) && len(bytes.Trim(text, "#")) == 0
}
