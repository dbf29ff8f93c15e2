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
	// Damage.Good is sound, and nothing sound comes after.
	Torn Verdict = iota
	// Harmed means that the file was changed, or has lost something, before its end.
	Harmed
)

// Judge tells what the damage in a file of size bytes means. When a sound group
// comes after it, sound is where.
//
// Complexity: O(bytes behind the damage).
func Judge(file io.ReaderAt, size int64, d *Damage) (v Verdict, sound int64, err error) {
	sound, found, err := soundGroup(file, size, d.Good)
	switch {
	case err != nil:
		return Harmed, 0, err
	case found:
		return Harmed, sound, nil
	case d.Ended || d.Grouped:
		return Torn, 0, nil
	}
	zero, err := onlyZeros(file, d.At, size)
	if err == nil && zero {
		return Torn, 0, nil
	}
	return Harmed, 0, err
}

// onlyZeros tells whether a file has only zeros from an offset on: what file systems
// leave where a file has grown and its bytes were not written before the power went.
func onlyZeros(file io.ReaderAt, from, size int64) (bool, error) {
	buf := make([]byte, 64<<10)
	for from < size {
		n, err := file.ReadAt(buf[:min(int64(len(buf)), size-from)], from)
		if len(bytes.Trim(buf[:n], "\x00")) > 0 {
			return false, nil
		}
		from += int64(n)
		if n == 0 {
			return false, fmt.Errorf("cannot read the end of the file at byte %d: %w", from, err)
		}
	}
	return true, nil
}

// soundGroup looks for a group from an offset on whose checksum is right. The ranges
// that lines claim to be groups may not overlap, as true groups do not, so that each
// byte is summed up once at most.
func soundGroup(file io.ReaderAt, size, from int64) (at int64, found bool, err error) {
	const window = 256 << 10
	buf := make([]byte, window+crcLongest)
	tried := from // ranges begin here or later
	for start := from; start < size; start += window {
		n, err := file.ReadAt(buf[:min(int64(len(buf)), size-start)], start)
		if n == 0 && err != nil {
			return 0, false, fmt.Errorf("cannot read the end of the file at byte %d: %w", start, err)
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
			if !ok || s.offset < tried || s.offset > size || s.size < int64(len(groupLine)) || s.offset+s.size != start+int64(i) {
				continue
			}
			tried = start + int64(i)
			fits, err := s.fits(file)
			if err != nil || fits {
				return s.offset, fits, err
			}
		}
	}
	return 0, false, nil
}

// fits tells whether the bytes of a group have the sum its line says.
func (s seal) fits(file io.ReaderAt) (bool, error) {
	h := crc32.New(castagnoli())
	if _, err := io.Copy(h, io.NewSectionReader(file, s.offset, s.size)); err != nil {
		return false, fmt.Errorf("cannot read the group at byte %d: %w", s.offset, err)
	}
	return h.Sum32() == s.sum, nil
}
