package admin

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/net/session"
	"github.com/troupe-db/troupe/shard/command"
)

// The limits of LOLWUT's arguments; what is outside is brought inside.
const (
	actorsMin, actorsDefault, actorsMax = 2, 12, 40
	scenesMin, scenesDefault, scenesMax = 1, 8, 100
)

// serveLolwut answers LOLWUT [VERSION n] [actors] [scenes] with a dance. Every
// version is the same piece.
func (a *Admin) serveLolwut(c *session.Client, args [][]byte) {
	numbers := args[1:]
	if len(numbers) > 1 && command.EqualFold(numbers[0], "VERSION") {
		if _, ok := num.ParseInt(numbers[1]); !ok {
			c.Reply.Error(command.ErrNotInteger)
			return
		}
		numbers = numbers[2:]
	}
	sizes := [2]int64{actorsDefault, scenesDefault}
	for i := range sizes {
		if i >= len(numbers) {
			break
		}
		n, ok := num.ParseInt(numbers[i])
		if !ok {
			c.Reply.Error(command.ErrNotInteger)
			return
		}
		sizes[i] = n
	}
	actors := int(min(max(sizes[0], actorsMin), actorsMax))
	scenes := int(min(max(sizes[1], scenesMin), scenesMax))
	random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	c.Reply.Verbatim("txt", []byte(dance(random, actors, scenes)))
}

// dance draws a troupe on its stage, time running down. Neighbours change
// places, some in every scene, and never two meet in one spot but to pass:
//
//	●   ●   ●
//	 ╲ ╱    │
//	  ╳     │
//	 ╱ ╲    │
//	│   │   │
func dance(random *rand.Rand, actors, scenes int) string {
	var b strings.Builder
	width := 4*actors - 3
	curtain := "▄" + strings.Repeat("▀▄", (width+3)/2) + "\n"
	b.WriteString(curtain)
	b.WriteString(" " + strings.TrimRight(strings.Repeat("●   ", actors), " ") + "\n")
	for range scenes {
		swaps := meet(random, actors)
		for _, step := range [...][2]string{{"╲ ╱ ", "│   "}, {" ╳  ", "│   "}, {"╱ ╲ ", "│   "}} {
			b.WriteString(row(swaps, actors, step[0], step[1]))
		}
		b.WriteString(" " + strings.TrimRight(strings.Repeat("│   ", actors), " ") + "\n")
	}
	b.WriteString(" " + strings.TrimRight(strings.Repeat("●   ", actors), " ") + "\n")
	b.WriteString(curtain)
	fmt.Fprintf(&b, "\n%d actors, %d scenes, and nobody ever waits for a lock. Troupe ver. %s\n", actors, scenes, Version)
	return b.String()
}

// meet says which actors change places with their right neighbour: no two that
// stand side by side both do.
func meet(random *rand.Rand, actors int) []bool {
	swaps := make([]bool, actors)
	for i := 0; i+1 < actors; i++ {
		if swaps[i] = random.IntN(2) == 0; swaps[i] {
			i++
		}
	}
	return swaps
}

// row draws one line of a scene: pass for a pair that changes places, which
// takes the room of two, and stay for an actor that does not move.
func row(swaps []bool, actors int, pass, stay string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for i := 0; i < actors; i++ {
		if !swaps[i] {
			b.WriteString(stay)
			continue
		}
		b.WriteString(" " + pass + "   ")
		i++
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}
