package session

import (
	"reflect"
	"testing"

	"github.com/troupe-db/troupe/shard"
)

// TestQueuedBytes holds the sizes that a queue is charged with to those it has.
func TestQueuedBytes(t *testing.T) {
	if size := reflect.TypeFor[shard.Queued]().Size(); size != queuedBytes {
		t.Errorf("a queued command takes %d bytes, %d are counted", size, queuedBytes)
	}
	if size := reflect.TypeFor[[]byte]().Size(); size != argBytes {
		t.Errorf("an argument takes %d bytes, %d are counted", size, argBytes)
	}
}
