package bench

// threeCalls is a script that writes a key, gives it an expiry and reads it. What
// it calls it with is one key that it declares.
const threeCalls = `redis.call('SET', KEYS[1], ARGV[1]) redis.call('EXPIRE', KEYS[1], 100000) return redis.call('GET', KEYS[1])`

// featureRows is the table of scripts, messages and fences.
func featureRows() []Row {
	const scripts, fetches = 500_000, 1_000_000
	return []Row{
		{"eval-p16", "EVAL of a script of three calls on one key, pipeline of 16", GroupFeatures, "eval", "EVAL", throughput{
			words: []string{"eval", threeCalls, "1", "key:" + randomDigits, "a value of a script"}, pipeline: 16, requests: scripts,
			maxReps: typesReps, bounds: bounds{rps: 1, cpu: 2},
		}},
		{"publish-1", "PUBLISH to 100 subscribers, 1 publisher", GroupFeatures, "publish", "1 publisher", publish{publishers: 1, subscribers: 100, atLeast: 1.2}},
		{"publish-8", "PUBLISH to 100 subscribers, 8 publishers", GroupFeatures, "publish", "8 publishers", publish{publishers: 8, subscribers: 100, atLeast: 1.2}},
		{"fences", "GET under full load beside 100 transactions a second over all shards", GroupFeatures, "", "", fences{requests: fetches, perSecond: 100, below: 1}},
	}
}
