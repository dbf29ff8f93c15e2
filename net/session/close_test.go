package session

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

// TestCloseBeforeTheFirstRead closes a client that has sent half a request and has not
// been read from yet: the poller has told of both by then, and tells nothing further.
func TestCloseBeforeTheFirstRead(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		address := "127.0.0.1:0"
		if network == "unix" {
			address = filepath.Join(t.TempDir(), "s")
		}
		peer, conn := connect(t, network, address)
		c, err := New(environment(t), conn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := peer.Write([]byte("*2\r\n$3\r\nGET\r\n")); err != nil {
			t.Fatal(err)
		}
		c.Close()
		time.Sleep(20 * time.Millisecond) // the poller is faster
		ended := make(chan struct{})
		go func() {
			c.Serve()
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Errorf("%s: the client goes on", network)
		}
	}
}

// connect returns both ends of a connection.
func connect(t *testing.T, network, address string) (peer, conn net.Conn) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if peer, err = net.Dial(network, l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = peer.Close() })
	if conn, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return peer, conn
}
