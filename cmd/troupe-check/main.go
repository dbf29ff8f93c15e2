package main

import (
	"fmt"
	"io"
	"os"
)

const usage = `Usage: troupe-check [--fix] file
       file is an RDB file, a part of an append-only file, or its manifest
       --fix cuts a part off behind the last whole group of changes
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the program: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	c := checker{out: stdout}
	var files []string
	for _, arg := range args {
		switch arg {
		case "--fix":
			c.fix = true
		case "-h", "--help":
			fmt.Fprint(stdout, usage)
			return 0
		default:
			files = append(files, arg)
		}
	}
	if len(files) != 1 {
		fmt.Fprint(stderr, usage)
		return 1
	}
	if err := c.check(files[0]); err != nil {
		fmt.Fprintf(stderr, "%v\n", err)
		return 1
	}
	fmt.Fprintln(stdout, "All is well.")
	return 0
}
