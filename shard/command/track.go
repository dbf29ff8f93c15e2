package command

// remember has the keys of the request at hand remembered for the client, which
// tracks them: it is told when one changes. It is called in the turn in which the
// command has read them, so that no change is missed.
func (c *Ctx) remember(cmd *Command) {
	reader := c.some().Reader
	var room [8]KeyRef
	refs, err := cmd.AppendKeys(room[:0], c.Args)
	if err != nil {
		return
	}
	for _, ref := range refs {
		c.Key(ref.Index).Remember(reader.Tracker)
	}
}

// Remembers tells whether what a command with these flags reads is remembered for
// the client at hand.
func (c *Ctx) Remembers(flags Flags) bool {
	ks := c.some()
	return ks != nil && ks.Reader.Remember && flags&ReadOnly != 0
}
