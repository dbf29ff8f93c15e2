// Package lzf is the compression of strings in RDB files and DUMP payloads: LZF,
// the format of Marc Lehmann's LibLZF.
//
// Compressed bytes are a sequence of runs and references:
//
//	000nnnnn and n+1 bytes           a run: the bytes as they are, 1 to 32
//	lllooooo oooooooo                l+2 bytes, 3 to 8, that stand o+1 bytes back
//	111ooooo llllllll oooooooo       l+9 bytes, 9 to 264, that stand o+1 bytes back
//
// The upper five bits of an offset come first. A reference may reach into what it
// is itself writing: that is how one byte is repeated.
//
// # Safety
//
// Decompress takes bytes from anywhere. It writes at most as many bytes as it is
// told the text has, checks every reference, and its memory grows with what it has
// written, not with what the sender says.
//
// # Complexity
//
// Both directions O(N). Append looks at one earlier place per position, through a
// table on its stack of 8192 places, or of 512 for short texts.
package lzf
