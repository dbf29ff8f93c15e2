package zset

import "slices"

// Commands are the rows of the sorted set commands.
var Commands = slices.Concat(readRows, rangeRows, writeRows, combineRows)
