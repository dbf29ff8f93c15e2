package admin

// What the operator's commands answer, in Redis's words where Redis has them.
const (
	textDebugRefused = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", " +
		"you can run it from a local connection, otherwise you need to set this option in the configuration file, " +
		"and then restart the server."
	textDebugUnknown = "ERR unknown subcommand or wrong number of arguments for '%s'. Try DEBUG HELP."
	textNoShutdown   = "ERR No shutdown in progress."
	textSlowCount    = "ERR count should be greater than or equal to -1"
	textNothingSaved = "ERR Errors trying to SHUTDOWN: there are no snapshots to save to, data lives in memory only. " +
		"Use SHUTDOWN NOSAVE."
)
