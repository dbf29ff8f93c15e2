package rdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/troupe-db/troupe/codec/crc"
)

// fieldList is a Visitor that notes the fields of a hash.
type fieldList struct {
	ignore
	fields []string
}

func (f *fieldList) Field(field, value []byte, until int64) error {
	f.fields = append(f.fields, fmt.Sprintf("%s=%s@%d", field, value, until))
	return nil
}

// valkeyFile is a file of Valkey 9 with one value of a type.
func valkeyFile(version string, t byte) []byte {
	p := []byte("VALKEY" + version + "\xfe\x00")
	p = append(p, t, 1, 'h', 2)
	p = binary.LittleEndian.AppendUint64(append(p, 1, 'f', 1, 'v'), 1<<40)
	p = binary.LittleEndian.AppendUint64(append(p, 1, 'g', 0xc0, 5), ^uint64(0))
	p = append(p, opEOF)
	return binary.LittleEndian.AppendUint64(p, crc.Sum64(p))
}

func TestValkey(t *testing.T) {
	r, err := NewReader(bytes.NewReader(valkeyFile("080", 22)), 100, Extras{})
	if err != nil {
		t.Fatal(err)
	}
	var got fieldList
	if e, err := r.Next(); err != nil || string(e.Key) != "h" || e.Kind != Hash || r.Version() != ValkeyVersion {
		t.Fatalf("%+v %v, version %d", e, err, r.Version())
	}
	if err := r.Value(&got); err != nil {
		t.Fatal(err)
	}
	if want := "[f=v@1099511627776 g=5@-1]"; fmt.Sprint(got.fields) != want {
		t.Errorf("got %v, want %s", got.fields, want)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestValkeyRefused(t *testing.T) {
	for _, version := range []string{"079", "081", "011", "08x"} {
		if _, err := NewReader(bytes.NewReader(valkeyFile(version, 22)), 100, Extras{}); !errors.Is(err, ErrVersion) {
			t.Errorf("version %s: %v", version, err)
		}
	}
	for _, kind := range []byte{23, 24, 25} { // which are others in files of Redis
		r, err := NewReader(bytes.NewReader(valkeyFile("080", kind)), 100, Extras{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = r.Next(); err == nil {
			err = r.Value(ignore{})
		}
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("type %d: %v", kind, err)
		}
	}
}
