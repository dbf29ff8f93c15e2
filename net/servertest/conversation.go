package servertest

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Signs of a conversation's lines; the package comment explains them.
const (
	signNone    = ""
	signRequest = ">"
	signRaw     = ">>"
	signReply   = "<"
	signPattern = "<~"
	signSorted  = "<%"
	signBetween = "<:"
	signSilence = ".."
	signControl = "!"
)

// scanPrefix begins the control line for a whole SCAN.
const scanPrefix = "scan"

var stepLine = regexp.MustCompile(`^(\d*)(?:@([a-z0-9.]+))?(>>|>|<~|<%|<:|<|\.\.|!)(?: (.*))?$`)

// Conversation is a parsed file.
type Conversation struct {
	Path  string
	steps []step
}

// step is one line, or the lines of one reply.
type step struct {
	line   int    // first line, from 1
	head   string // what stands before the sign: client and mark
	client int
	mark   string // "" for everybody, else see the package comment
	sign   string
	text   []string // lines without head and sign
}

// ReadConversation parses a file.
func ReadConversation(path string) (*Conversation, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	c := &Conversation{Path: path}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	for i, line := range lines {
		if err := c.add(i+1, line); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
	}
	return c, nil
}

func (c *Conversation) add(number int, line string) error {
	line = strings.TrimRight(line, " ")
	if line == "" || strings.HasPrefix(line, "#") {
		c.steps = append(c.steps, step{line: number, text: []string{line}})
		return nil
	}
	m := stepLine.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("no sign in %q", line)
	}
	s := step{line: number, head: line[:len(m[1])], client: 1, mark: m[2], sign: m[3], text: []string{m[4]}}
	if m[2] != "" {
		s.head += "@" + m[2]
	}
	if m[1] != "" {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return fmt.Errorf("client %q: %w", m[1], err)
		}
		s.client = n
	}
	if (s.sign == signReply || s.sign == signSorted) && strings.HasPrefix(m[4], "  ") {
		return c.extend(s)
	}
	c.steps = append(c.steps, s)
	return nil
}

// extend adds a further line to the reply above it.
func (c *Conversation) extend(s step) error {
	if len(c.steps) == 0 {
		return fmt.Errorf("more of a reply, but no reply")
	}
	last := &c.steps[len(c.steps)-1]
	if last.sign != s.sign || last.head != s.head {
		return fmt.Errorf("more of a reply, but the reply is not above")
	}
	last.text = append(last.text, s.text[0])
	return nil
}

// source returns the step as its lines in the file.
func (s step) source() []string {
	if s.sign == signNone {
		return s.text
	}
	var out []string
	for _, text := range s.text {
		out = append(out, strings.TrimRight(s.head+s.sign+" "+text, " "))
	}
	return out
}

func (s step) isReply() bool {
	switch s.sign {
	case signReply, signPattern, signSorted, signBetween:
		return true
	}
	return false
}

// addressed reports whether the step is for the server of that name: marks
// with 7.0 are for the oracle, all other marks for Troupe.
func (s step) addressed(server string) bool {
	return s.mark == "" || (s.mark == "7.0") == (server == "redis")
}

// complete gives each request for the server that has no reply in the file an
// empty one, to be filled from what the server says. Of n requests in a row
// before k replies, the last k have theirs.
func (c *Conversation) complete(server string) {
	missing := map[int]bool{} // by step
	open := map[int][]int{}   // requests without a reply, by client
	flush := func(client int) {
		for _, i := range open[client] {
			missing[i] = true
		}
		open[client] = nil
	}
	answered := map[int]bool{} // clients whose last step was a reply
	for i, s := range c.steps {
		if !s.addressed(server) {
			continue
		}
		switch {
		case s.sign == signRequest, s.isScan():
			if answered[s.client] {
				flush(s.client)
			}
			open[s.client], answered[s.client] = append(open[s.client], i), false
		case s.isEnd(), s.sign == signRaw:
			flush(s.client)
		case s.isReply(), s.sign == signSilence:
			if n := len(open[s.client]); n > 0 {
				open[s.client] = open[s.client][:n-1]
			}
			if s.sign == signSilence {
				flush(s.client)
			}
			answered[s.client] = true
		}
	}
	for client := range open {
		flush(client)
	}
	var steps []step
	for i, s := range c.steps {
		steps = append(steps, s)
		if missing[i] {
			steps = append(steps, step{line: s.line, head: s.head, client: s.client, mark: s.mark, sign: s.replySign(), text: []string{""}})
		}
	}
	c.steps = steps
}

// isEnd reports whether the step expects the server to hang up.
func (s step) isEnd() bool {
	return s.sign == signReply && strings.TrimSpace(s.text[0]) == "EOF"
}

// isScan reports whether the step is a whole iteration with SCAN, the one
// control line that is answered.
func (s step) isScan() bool {
	return s.sign == signControl && strings.HasPrefix(s.text[0], scanPrefix)
}

// replySign returns the sign for the reply to a request that has none yet:
// where the order of keys is free, or time passes, a loose one.
func (s step) replySign() string {
	name, _, _ := strings.Cut(strings.ToUpper(s.text[0]), " ")
	switch {
	case s.isScan(), name == "KEYS":
		return signSorted
	case name == "TTL", name == "PTTL":
		return signBetween
	}
	return signReply
}
