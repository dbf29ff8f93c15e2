package bench

// durabilityRows is the table of what is kept on disk.
func durabilityRows() []Row {
	const short, deep = 100_000, 2_000_000
	logged := func(when string) string {
		// A rewrite in some of the runs would say more about its moment than about the log.
		return "--appendonly yes --appendfsync " + when + " --auto-aof-rewrite-percentage 0"
	}
	return []Row{
		{"aof-everysec", "SET with appendfsync everysec, pipeline of 16", GroupDurability, "durable", "everysec", throughput{
			words: stock("set"), pipeline: 16, requests: deep, directives: logged("everysec"), bounds: bounds{rps: 1.5},
		}},
		{"aof-always", "SET with appendfsync always, 50 clients, no pipeline", GroupDurability, "durable", "always", throughput{
			words: stock("set"), pipeline: 1, requests: short, directives: logged("always"), bounds: bounds{rps: 1}, fsyncs: 0.1,
		}},
		{"bgsave", "BGSAVE under full load of SET, and the load of its file", GroupDurability, "", "", saving{value: valueSize, loading: 0.7}},
	}
}
