package config

import (
	"errors"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// What CONFIG answers, in Redis's words.
const (
	textUnknown = "ERR Unknown option or number of arguments for CONFIG SET - '%s'"
	textFailed  = "ERR CONFIG SET failed (possibly related to argument '%s') - %s"
	textNoFile  = "ERR The server is running without a config file"
	textRewrite = "ERR Rewriting config file: %s"
)

// Why a directive's words are refused, in Redis's words. They end a longer
// sentence, hence no code before them.
var (
	errWords       = errors.New("wrong number of arguments")
	errYesNo       = errors.New("argument must be 'yes' or 'no'")
	errInteger     = errors.New("argument couldn't be parsed into an integer")
	errOctal       = errors.New("argument couldn't be parsed as an octal number")
	errMemory      = errors.New("argument must be a memory value")
	errImmutable   = errors.New("can't set immutable config")
	errProtected   = errors.New("can't set protected config")
	errDuplicate   = errors.New("duplicate parameter")
	errBinds       = errors.New("Too many bind addresses specified.")                                         //nolint:staticcheck // Redis's wording
	errClass       = errors.New("Invalid client class specified in buffer limit configuration.")              //nolint:staticcheck // Redis's wording
	errLimit       = errors.New("Error in hard, soft or soft_seconds setting in buffer limit configuration.") //nolint:staticcheck // Redis's wording
	errLimits      = errors.New("Wrong number of arguments in buffer limit configuration.")                   //nolint:staticcheck // Redis's wording
	errEvents      = errors.New("Invalid event class character. Use '" + keyspace.EventClassLetters + "'.")   //nolint:staticcheck // Redis's wording
	errSaveNoSave  = errors.New("shutdown options SAVE and NOSAVE can't be used simultaneously")
	errPercentiles = errors.New("Invalid latency-tracking-info-percentiles parameters") //nolint:staticcheck // Redis's wording
	errPercentile  = errors.New("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")
	errSave        = errors.New("Invalid save parameters") //nolint:staticcheck // Redis's wording
)
