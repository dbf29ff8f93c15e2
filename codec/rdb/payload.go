package rdb

import (
	"encoding/binary"
	"fmt"

	"github.com/troupe-db/troupe/codec/crc"
)

// footer is what stands behind a value in a payload: the version, two bytes, and
// the sum of all before the sum, eight bytes, little endian.
const footer = 10

// VisitPayload hands the value in a payload of DUMP over to v, which must undo what
// it has done when VisitPayload returns an error. Texts have at most maxText bytes.
// O(len(p)), and what compression stands for.
func VisitPayload(p []byte, maxText int, v Visitor) error {
	value, err := content(p)
	if err != nil {
		return err
	}
	s := source{buf: value, maxText: maxText}
	t := s.byte()
	if !s.ok() {
		return s.err
	}
	if kind := kindOf(t); kind == 0 {
		return fmt.Errorf("%w: value of type %d", ErrCorrupt, t)
	}
	if err := s.value(t, v); err != nil {
		return err
	}
	if s.ok() && s.at < len(s.buf) {
		s.fail("bytes behind the value")
	}
	return s.err
}

// content returns what stands in a payload before its footer, which it checks.
func content(p []byte) ([]byte, error) {
	if len(p) < footer {
		return nil, fmt.Errorf("%w: %d bytes", ErrChecksum, len(p))
	}
	value, tail := p[:len(p)-footer], p[len(p)-footer:]
	if version := binary.LittleEndian.Uint16(tail); version > NewestVersion {
		return nil, fmt.Errorf("%w: %d", ErrVersion, version)
	}
	if binary.LittleEndian.Uint64(tail[2:]) != crc.Sum64(p[:len(p)-8]) {
		return nil, ErrChecksum
	}
	return value, nil
}

// PayloadFunctions returns the sources of the libraries of functions in a payload of
// FUNCTION DUMP, each of at most maxText bytes.
func PayloadFunctions(p []byte, maxText int) ([][]byte, error) {
	value, err := content(p)
	if err != nil {
		return nil, err
	}
	s := source{buf: value, maxText: maxText}
	var codes [][]byte
	for s.ok() && s.at < len(s.buf) {
		if op := s.byte(); op != opFunction {
			return nil, fmt.Errorf("%w: %d where a library begins", ErrCorrupt, op)
		}
		codes = append(codes, append([]byte(nil), s.text()...))
	}
	return codes, s.err
}
