package pubsub_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/troupe-db/troupe/net/servertest"
)

// BenchmarkPublish delivers messages of 64 bytes to 100 subscribers, here and by
// redis-server, from publishers that wait for each reply and from one that sends
// sixteen at a time. What counts is delivered/s: messages that subscribers have
// read.
func BenchmarkPublish(b *testing.B) {
	const subscribers = 100
	for _, load := range []struct{ publishers, depth int }{{1, 1}, {8, 1}, {1, 16}} {
		for _, server := range []struct {
			name  string
			start servertest.Starter
		}{{"redis", servertest.Redis}, {"troupe", servertest.Troupe}} {
			b.Run(fmt.Sprintf("%dx%d/%s", load.publishers, load.depth, server.name), func(b *testing.B) {
				addr := server.start(b).Addr
				measurePublish(b, addr, subscribers, load.publishers, load.depth)
			})
		}
	}
}

func measurePublish(b *testing.B, addr string, subscribers, publishers, depth int) {
	payload := bytes.Repeat([]byte{'m'}, 64)
	message := fmt.Appendf(nil, "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$%d\r\n%s\r\n", len(payload), payload)
	rounds := b.N/(publishers*depth) + 1
	total := int64(rounds*publishers*depth) * int64(len(message))
	var reading, publishing sync.WaitGroup
	for range subscribers {
		conn := dialBench(b, addr)
		request(b, conn, servertest.Encode([]string{"SUBSCRIBE", "ch"}), ":1\r\n", 1)
		reading.Go(func() {
			if _, err := io.CopyBuffer(discard{}, io.LimitReader(conn, total), make([]byte, 64<<10)); err != nil {
				b.Error(err)
			}
		})
	}
	publish := servertest.Encode([]string{"PUBLISH", "ch", string(payload)})
	pipeline := string(bytes.Repeat([]byte(publish), depth))
	b.ResetTimer()
	began := time.Now()
	for range publishers {
		conn := dialBench(b, addr)
		publishing.Go(func() {
			for range rounds {
				request(b, conn, pipeline, fmt.Sprintf(":%d\r\n", subscribers), depth)
			}
		})
	}
	publishing.Wait()
	reading.Wait()
	b.ReportMetric(float64(total)/float64(len(message))*float64(subscribers)/time.Since(began).Seconds(), "delivered/s")
}

// discard is io.Discard without the buffers that that takes.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func dialBench(b *testing.B, addr string) net.Conn {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	return conn
}

// request sends bytes and reads what ends in that many replies of that text.
func request(b *testing.B, conn net.Conn, raw, reply string, times int) {
	if _, err := io.WriteString(conn, raw); err != nil {
		b.Error(err)
		return
	}
	var room [4096]byte
	for seen := 0; seen < times; {
		n, err := conn.Read(room[:])
		if err != nil {
			b.Error(err)
			return
		}
		seen += bytes.Count(room[:n], []byte(reply))
	}
}
