package keyspace

import "testing"

// TestEventClass holds the letters of classes to what Redis shows of them.
func TestEventClass(t *testing.T) {
	for letters, shown := range map[string]string{
		"": "", "KEA": "AKE", "AKE": "AKE", "KExn": "xnKE", "g$lshzxet": "g$lshzxet", "g$lshzxetd": "A",
		"g$lshzxetdnmKE": "AKEm", "Kd": "dK", "mK": "Km", "nmKE$": "$nKEm",
	} {
		c, ok := ParseEventClass(letters)
		if !ok || c.String() != shown {
			t.Errorf("%q is shown as %q, %v; want %q", letters, c, ok, shown)
		}
		if again, ok := ParseEventClass(shown); !ok || again&^EventNew != c&^EventNew {
			t.Errorf("%q is not %q again", shown, letters)
		}
	}
	for _, letters := range []string{"q", "KEAa", "ä", "K E"} {
		if c, ok := ParseEventClass(letters); ok {
			t.Errorf("%q is %q", letters, c)
		}
	}
}
