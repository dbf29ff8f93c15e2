package snapshot

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/troupe-db/troupe/codec/rdb"
	"github.com/troupe-db/troupe/shard"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// benchKeys is how many keys the files of the benchmarks have.
const benchKeys = 500_000

// file returns a file with strings of 64 bytes.
func file(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := rdb.NewWriter(&out, rdb.DefaultVersion)
	w.SelectDB(0, benchKeys, 0)
	for i := range benchKeys {
		w.Key(&rdb.Entry{Key: fmt.Appendf(nil, "key:%d", i), ExpireAt: rdb.None, Idle: rdb.None, Freq: rdb.None})
		w.Text(fmt.Appendf(nil, "%064d", i*i))
	}
	if err := w.End(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func troupe(tb testing.TB, shards int) (*shard.Troupe, *keyspace.Settings) {
	tb.Helper()
	settings := new(keyspace.Source)
	settings.Store(keyspace.DefaultSettings())
	t := shard.New(shard.Options{
		Shards: shards, Settings: settings, Later: func(work func()) { go work() },
		Fatal: func(c shard.Crash) { tb.Errorf("%s: %v", c.Command, c.Reason) },
	})
	tb.Cleanup(t.Stop)
	return t, settings.Load()
}

// BenchmarkLoad loads 500,000 strings: the time of one key is what it reports.
func BenchmarkLoad(b *testing.B) {
	whole := file(b)
	b.SetBytes(int64(len(whole)))
	for b.Loop() {
		t, settings := troupe(b, 2)
		if err := Load(Loading{In: bytes.NewReader(whole), Troupe: t, Settings: settings, Now: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
}

// BenchmarkSave writes 500,000 strings to nowhere.
func BenchmarkSave(b *testing.B) {
	t, settings := troupe(b, 2)
	if err := Load(Loading{In: bytes.NewReader(file(b)), Troupe: t, Settings: settings, Now: 1}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := New(Options{Troupe: t, Version: rdb.DefaultVersion, Later: func(work func()) { work() }})
		s.Begin(io.Discard)
		<-s.Done()
		if s.Err() != nil {
			b.Fatal(s.Err())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchKeys, "ns/key")
}
