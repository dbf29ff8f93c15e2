package aof

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
)

// Verdict is what damage means.
type Verdict uint8

// The verdicts.
const (
	// Torn means that what was written last did not get to its end: all before
	// Damage.Good is sound, and nothing after it was durable.
	Torn Verdict = iota
	// Harmed means that the file was changed, or has lost something, before its end.
	Harmed
)

// Judge tells what the damage in a file of size bytes means. It is harm when a sound
// group after it says that the file was durable up to behind the damage; sound is where
// that group is. Other groups after it mean nothing: what was not synced when the power
// went may be there in any order.
//
// Complexity: O(bytes behind the damage).
func Judge(file io.ReaderAt, size int64, d *Damage) (v Verdict, sound int64, err error) {
	sound, seals, found, err := soundGroup(file, size, d.Good)
	switch {
	case err != nil:
		return Harmed, 0, err
	case found:
		return Harmed, sound, nil
	case d.Ended || d.Grouped:
		return Torn, 0, nil
	}
	hole, only, err := zeros(file, d.At, size)
	if err == nil && hole && (only || seals || size-d.At <= holeMost) {
		return Torn, 0, nil
	}
	return Harmed, 0, err
}

const (
	// holeLeast is how many zeros are a hole: what file systems leave where a file has
	// grown and its bytes were not written before the power went.
	holeLeast = 16
	// holeMost is how much may follow a hole, in a file without groups, for it to be
	// taken for one.
	holeMost = 1 << 20
)

// zeros tells whether a hole begins at an offset, and whether nothing follows it.
func zeros(file io.ReaderAt, from, size int64) (hole, only bool, err error) {
	buf := make([]byte, 64<<10)
	for at := from; at < size; {
		n, err := file.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if rest := bytes.TrimLeft(buf[:n], "\x00"); len(rest) > 0 {
			return at+int64(n-len(rest))-from >= holeLeast, false, nil
		}
		at += int64(n)
		if n == 0 {
			return false, false, fmt.Errorf("cannot read the end of the file at byte %d: %w", at, err)
		}
	}
	return true, true, nil
}

// soundGroup looks for a group from an offset on whose checksum is right, and which says
// that the file was durable beyond that offset. The ranges that lines claim to be groups
// may not overlap, as true groups do not, so that each byte is summed up once at most.
// seals tells whether there is a line that ends a group at all.
func soundGroup(file io.ReaderAt, size, from int64) (at int64, seals, found bool, err error) {
	const window = 256 << 10
	buf := make([]byte, window+crcLongest)
	tried := from // ranges begin here or later
	for start := from; start < size; start += window {
		n, err := file.ReadAt(buf[:min(int64(len(buf)), size-start)], start)
		if n == 0 && err != nil {
			return 0, false, false, fmt.Errorf("cannot read the end of the file at byte %d: %w", start, err)
		}
		for i := 0; i < min(n, window); i++ {
			k := bytes.Index(buf[i:n], []byte(crcWord))
			if k < 0 {
				break
			}
			i += k
			end := bytes.Index(buf[i:min(n, i+crcLongest)], []byte("\r\n"))
			if end < 0 {
				continue
			}
			s, ok := parseSeal(buf[i : i+end])
			seals = seals || ok
			if !ok || s.offset < tried || s.offset > size || s.size < int64(groupSize) || s.offset+s.size != start+int64(i) {
				continue
			}
			tried = start + int64(i)
			if fits, err := s.fits(file, from); err != nil || fits {
				return s.offset, true, fits, err
			}
		}
	}
	return 0, seals, false, nil
}

// fits tells whether the bytes of a group have the sum its line says, and its first line
// says that the file was durable beyond an offset.
func (s seal) fits(file io.ReaderAt, beyond int64) (bool, error) {
	head := make([]byte, groupSize)
	if _, err := file.ReadAt(head, s.offset); err != nil {
		return false, fmt.Errorf("cannot read the group at byte %d: %w", s.offset, err)
	}
	if synced, ok := parseGroup(head); !ok || synced <= beyond {
		return false, nil
	}
	h := crc32.New(castagnoli())
	if _, err := io.Copy(h, io.NewSectionReader(file, s.offset, s.size)); err != nil {
		return false, fmt.Errorf("cannot read the group at byte %d: %w", s.offset, err)
	}
	return h.Sum32() == s.sum, nil
}
