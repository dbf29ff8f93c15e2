package config

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/troupe-db/troupe/codec/conf"
	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/net/session"
)

// The classes of clients that client-output-buffer-limit tells apart.
const (
	OutputNormal = iota
	OutputReplica
	OutputPubSub
	outputClasses
)

func defaultOutputLimits() [outputClasses]session.Limit {
	return [outputClasses]session.Limit{
		OutputReplica: {Hard: 256 << 20, Soft: 64 << 20, For: time.Minute},
		OutputPubSub:  {Hard: 32 << 20, Soft: 8 << 20, For: time.Minute},
	}
}

// outputClass returns the class of that name.
func outputClass(name string) (class int, ok bool) {
	switch strings.ToLower(name) {
	case "normal":
		return OutputNormal, true
	case "slave", "replica":
		return OutputReplica, true
	case "pubsub":
		return OutputPubSub, true
	}
	return 0, false
}

// parseOutputLimits reads groups of a class, two numbers of bytes and a number of
// seconds. Classes that are not named keep their limits.
func parseOutputLimits(v *Values, words []string) error {
	if len(words) == 1 && words[0] == "" {
		return nil
	}
	if len(words)%4 != 0 {
		return errLimits
	}
	limits := v.OutputLimits
	for ; len(words) > 0; words = words[4:] {
		class, ok := outputClass(words[0])
		if !ok {
			return errClass
		}
		hard, hardOK := conf.ParseMemory(words[1])
		soft, softOK := conf.ParseMemory(words[2])
		seconds, secondsOK := num.ParseInt([]byte(words[3]))
		if !hardOK || !softOK || !secondsOK || hard > math.MaxInt64 || soft > math.MaxInt64 ||
			seconds < 0 || seconds > math.MaxInt32 {
			return errLimit
		}
		limits[class] = session.Limit{
			Hard: int64(hard), Soft: int64(soft), For: time.Duration(seconds) * time.Second,
		}
	}
	v.OutputLimits = limits
	return nil
}

// formatOutputLimits prints all classes, replicas by their older name as Redis
// does.
func formatOutputLimits(v *Values) string {
	var groups []string
	for class, name := range []string{OutputNormal: "normal", OutputReplica: "slave", OutputPubSub: "pubsub"} {
		l := v.OutputLimits[class]
		groups = append(groups, fmt.Sprintf("%s %d %d %d", name, l.Hard, l.Soft, int64(l.For/time.Second)))
	}
	return strings.Join(groups, " ")
}
