package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/troupe-db/troupe/codec/conf"
)

// commandLine is the name of the source that is no file.
const commandLine = "command line"

const (
	maxDepth    = 16       // files that include one another
	maxFiles    = 1024     // files read in all, since includes can multiply
	maxFileSize = 16 << 20 // bytes of one file
)

// LoadError says which line of the configuration is wrong.
type LoadError struct {
	Source string // path, "stdin" or "command line"
	Line   int    // from 1; 0 when the whole source cannot be read
	Text   string // the line, without what is secret
	Reason error
}

// Error returns source, line and reason in one line.
func (e *LoadError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.Source, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %v", e.Source, e.Line, e.Reason)
}

// Unwrap returns the reason.
func (e *LoadError) Unwrap() error { return e.Reason }

// loader reads directives from all their sources into one Values.
type loader struct {
	table   *table
	values  *Values
	open    []string            // files being read, the outermost first
	files   int                 // files read so far
	sources []string            // in the order they were read
	inert   map[string][]string // by source: directives without effect

	// The outside world, so that tests have their own.
	read func(path string) ([]byte, error)
	glob func(pattern string) ([]string, error)
}

func newLoader() *loader {
	return &loader{
		table: newTable(), values: Default(), inert: map[string][]string{},
		read: readFile, glob: filepath.Glob,
	}
}

// Load reads the command line, without the program's name, as redis-server
// does:
//
//	[file] [--directive word ...]... [-]
//
// The file comes first, then stdin if the last argument is "-", then the
// options; what comes later wins. It returns the Store and what the operator
// should know. The error is a *LoadError.
func Load(args []string, stdin io.Reader) (*Store, []string, error) {
	l := newLoader()
	dir, err := os.Getwd()
	if err != nil {
		return nil, nil, &LoadError{Source: commandLine, Reason: fmt.Errorf("working directory: %w", err)}
	}
	l.values.Dir = dir
	file, options, fromStdin := splitCommandLine(args)
	if file != "" && !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if err := l.loadAll(file, options, fromStdin, stdin); err != nil {
		return nil, nil, err
	}
	return newStore(l.table, l.values, dir, file), l.warn(), nil
}

func (l *loader) loadAll(file string, options []string, fromStdin bool, stdin io.Reader) error {
	if file != "" {
		if err := l.file(file); err != nil {
			return err
		}
	}
	if fromStdin {
		text, err := io.ReadAll(io.LimitReader(stdin, maxFileSize))
		if err != nil {
			return &LoadError{Source: "stdin", Reason: err}
		}
		if err := l.text("stdin", text); err != nil {
			return err
		}
	}
	return l.text(commandLine, conf.FromArgs(options))
}

// splitCommandLine takes the file in front and the dash at the end off.
func splitCommandLine(args []string) (file string, options []string, fromStdin bool) {
	options = args
	if len(options) > 0 && !strings.HasPrefix(options[0], "-") {
		file, options = options[0], options[1:]
	}
	if n := len(options); n > 0 && options[n-1] == "-" {
		options, fromStdin = options[:n-1], true
	}
	return file, options, fromStdin
}

var (
	errLoop   = errors.New("the file includes itself")
	errDepth  = fmt.Errorf("more than %d files include one another", maxDepth)
	errFiles  = fmt.Errorf("more than %d files are included", maxFiles)
	errNoWord = errors.New("the directive needs a value")
)

// file reads a file and the files it includes.
func (l *loader) file(path string) error {
	if slices.Contains(l.open, path) {
		return &LoadError{Source: path, Reason: errLoop}
	}
	if len(l.open) == maxDepth {
		return &LoadError{Source: path, Reason: errDepth}
	}
	if l.files++; l.files > maxFiles {
		return &LoadError{Source: path, Reason: errFiles}
	}
	text, err := l.read(path)
	if err != nil {
		return &LoadError{Source: path, Reason: errors.New(reason(err))}
	}
	l.open = append(l.open, path)
	defer func() { l.open = l.open[:len(l.open)-1] }()
	return l.text(path, text)
}

// text applies the lines of a file.
func (l *loader) text(source string, text []byte) error {
	given, err := conf.Parse(source, text)
	var broken *conf.Error
	if errors.As(err, &broken) {
		d := conf.Directive{File: source, Line: broken.Line, Text: broken.Text}
		d.Name, _, _ = strings.Cut(strings.ToLower(broken.Text), " ")
		return l.fault(d, broken.Err)
	}
	for _, d := range given {
		if err := l.apply(d); err != nil {
			return err
		}
	}
	return nil
}

// apply carries out one directive.
func (l *loader) apply(d conf.Directive) error {
	if d.Name == "include" {
		return l.include(d)
	}
	p := l.table.find(d.Name)
	if p == nil {
		return l.fault(d, fmt.Errorf("unknown directive '%s'", d.Name))
	}
	if len(d.Args) == 0 && d.Name != "bind" {
		return l.fault(d, errNoWord)
	}
	if err := p.set(l.values, d.Args); err != nil {
		return l.fault(d, err)
	}
	if p.inert {
		l.without(d.File, d.Name)
	}
	return nil
}

// fault returns the error for a directive.
func (l *loader) fault(d conf.Directive, reason error) error {
	text := d.Text
	if p := l.table.find(d.Name); p != nil && p.sensitive {
		text = d.Name + " ..."
	}
	return &LoadError{Source: d.File, Line: d.Line, Text: text, Reason: reason}
}

// without notes a directive that has no effect.
func (l *loader) without(source, name string) {
	if _, seen := l.inert[source]; !seen {
		l.sources = append(l.sources, source)
	}
	if !slices.Contains(l.inert[source], name) {
		l.inert[source] = append(l.inert[source], name)
	}
}

// include reads the files a pattern names. A name without wildcards must exist.
// Relative names are taken from the folder the server was started in.
func (l *loader) include(d conf.Directive) error {
	if len(d.Args) != 1 {
		return l.fault(d, errWords)
	}
	path := d.Args[0]
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.start(), path)
	}
	names := []string{filepath.Clean(path)}
	if strings.ContainsAny(path, "*?[") {
		found, err := l.glob(path)
		if err != nil {
			return l.fault(d, fmt.Errorf("include: %w", err))
		}
		names = found
	}
	for _, name := range names {
		if err := l.file(name); err != nil {
			return err
		}
	}
	return nil
}

// start returns the folder the server was started in. Values.Dir moves with a
// dir directive, the process does not before it starts to serve.
func (l *loader) start() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	return dir
}

// warn returns what the operator should know: one line for each file that has
// directives without effect.
func (l *loader) warn() []string {
	var all []string
	for _, source := range l.sources {
		all = append(all, fmt.Sprintf("%s: these directives have no effect on this server: %s",
			source, strings.Join(l.inert[source], ", ")))
	}
	return all
}

// readFile returns the contents of a file of at most maxFileSize bytes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFileSize {
		return nil, fmt.Errorf("larger than %d bytes", maxFileSize)
	}
	return text, nil
}

// sameWords tells whether words, joined, are the given text in any case.
func sameWords(words []string, text string) bool {
	return strings.EqualFold(strings.Join(words, " "), text)
}
