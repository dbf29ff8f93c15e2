// Package stream is the stream type: its values, consumer groups and commands.
package stream
