package persist

// What clients are told, in Redis's words.
const (
	textUnderWay  = "ERR Background save already in progress"
	textStarted   = "Background saving started"
	textFailed    = "ERR"
	textRewriting = "ERR Another child process is active (AOF?): can't BGSAVE right now. " +
		"Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."
	textScheduled = "Background saving scheduled"
	textLoading   = "LOADING Redis is loading the dataset in memory"
	textMisconf   = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. " +
		"Commands that may modify the data set are disabled, because this instance is configured to report errors " +
		"during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). " +
		"Please check the Redis logs for details about the RDB error."

	textRewriteUnderWay  = "ERR Background append only file rewriting already in progress"
	textRewriteStarted   = "Background append only file rewriting started"
	textRewriteScheduled = "Background append only file rewriting scheduled"
	textRewriteFailed    = "ERR Can't execute an AOF background rewriting. Please check the server logs for more information."
	textWaitLocal        = "ERR value is out of range, value must between 0 and 1"
	textNoAppendOnly     = "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."
)
