package session

import (
	"testing"
	"unsafe"
)

// TestClientBytes holds the figure of CLIENT LIST to the truth.
func TestClientBytes(t *testing.T) {
	if size := unsafe.Sizeof(Client{}); size > clientBytes || size < clientBytes*3/4 {
		t.Errorf("a client takes %d bytes, shown are %d", size, clientBytes)
	}
}
