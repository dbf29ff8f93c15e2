// Package hash is the hash type: its values and its commands.
package hash
