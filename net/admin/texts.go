package admin

// What the operator's commands answer, in Redis's words where Redis has them.
const (
	textDebugRefused = "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", " +
		"you can run it from a local connection, otherwise you need to set this option in the configuration file, " +
		"and then restart the server."
	textDebugUnknown = "ERR unknown subcommand or wrong number of arguments for '%s'. Try DEBUG HELP."
	textNoShutdown   = "ERR No shutdown in progress."
	textNoSamples    = "ERR No samples available for event '%s'"
	textSlowCount    = "ERR count should be greater than or equal to -1"
	textNotSaved     = "ERR Errors trying to SHUTDOWN. Check logs."
	textReload       = "ERR Error trying to load the RDB dump, check server logs."
	textReloadOption = "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options."
)
