package bench

import (
	"os"
	"syscall"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	for _, name := range []string{"(redis-server)", "(a b)", "(a) 1 (b)", "())"} {
		got, err := parseStat([]byte("42 " + name + " S 1 42 42 0 -1 4194560 9 0 0 0 123 77 0 0 20 0 5 0 100 1000 200"))
		if err != nil || got != 2*time.Second {
			t.Errorf("%s: got %v, %v, want 2s", name, got, err)
		}
	}
	for _, text := range []string{"", "42 (a) S 1 2", "no parenthesis", "42 (a) S 1 42 42 0 -1 4 9 0 0 0 x 77 0"} {
		if got, err := parseStat([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestParseRollup(t *testing.T) {
	const head = "55d0-7ffe ---p 00000000 00:00 0    [rollup]\n"
	got, err := parseRollup(head+"Rss:                2048 kB\nPss:                 100 kB\n", "Rss")
	if err != nil || got != 2<<20 {
		t.Errorf("got %d, %v, want 2 MiB", got, err)
	}
	for _, text := range []string{"", head, "Rss: 12\n", "Rss: x kB\n", "Rss: 12 MB\n"} {
		if got, err := parseRollup(text, "Rss"); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
}

// TestOwnProcess reads the figures of a process that certainly lives: memory
// that it touches shows, and so does time that it spends.
func TestOwnProcess(t *testing.T) {
	pid := os.Getpid()
	before, err := resident(pid)
	if err != nil {
		t.Fatal(err)
	}
	// Not from the heap, which has memory to spare and gives some back meanwhile.
	block, err := syscall.Mmap(-1, 0, 128<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(block) }()
	for i := 0; i < len(block); i += os.Getpagesize() {
		block[i] = 1
	}
	after, err := resident(pid)
	if err != nil {
		t.Fatal(err)
	}
	if after-before < int64(len(block))/2 {
		t.Errorf("%d bytes touched, but resident memory went from %d to %d", len(block), before, after)
	}
	start, err := cpuTime(pid)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		for i := range block[:1<<20] {
			block[i]++
		}
		now, err := cpuTime(pid)
		if err != nil {
			t.Fatal(err)
		}
		if now-start >= 2*tick {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("ten seconds of work, but processor time went from %v to %v", start, now)
		}
	}
}
