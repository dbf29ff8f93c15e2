package tracking

// What clients are told, in Redis's words.
const (
	errRedirectTwice = "ERR A client can only redirect to a single other client"
	errRedirect      = "ERR The client ID you want redirect to does not exist"
	errPrefixMode    = "ERR PREFIX option requires BCAST mode to be enabled"
	errSwitchBcast   = "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode."
	errBcastOpt      = "ERR OPTIN and OPTOUT are not compatible with BCAST"
	errBothOpts      = "ERR You can't specify both OPTIN mode and OPTOUT mode"
	errSwitchOpt     = "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode."
	errOverlapOld    = "ERR Prefix '%s' overlaps with an existing prefix '%s'. Prefixes for a single client must not overlap."
	errOverlapNew    = "ERR Prefix '%s' overlaps with another provided prefix '%s'. Prefixes for a single client must not overlap."
	errCaching       = "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"
	errCachingYes    = "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode."
	errCachingNo     = "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode."
)
