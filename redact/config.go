package redact

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Config is what an operator adds to the built-in patterns: his own, and what must stay.
//
//	version: 1
//	patterns:
//	  - {class: customer, regex: 'cust-(\d{6})', mode: standard}   # the first group is the value, else the whole match
//	keys:                                                           # data keys and what their values are
//	  secret: [vaultPass]
//	  host: [siteName]
//	allow:
//	  values: [lab-gw]             # never replaced, except as a secret
//	  hosts: [docs.example.org]    # and what is below them
type Config struct {
	Version  int                `yaml:"version"`
	Patterns []Pattern          `yaml:"patterns"`
	Keys     map[Class][]string `yaml:"keys"`
	Allow    Allow              `yaml:"allow"`
	Common   []string           `yaml:"common"` // words too common to be searched for in texts
}

// Pattern is an operator's own pattern.
type Pattern struct {
	Class Class  `yaml:"class"`
	Regex string `yaml:"regex"`
	Mode  string `yaml:"mode"` // from which mode on; standard if not given

	compiled *pattern
	from     Mode
}

// Allow lists what stays.
type Allow struct {
	Values []string `yaml:"values"`
	Hosts  []string `yaml:"hosts"`
}

//go:embed builtin.yaml
var builtin []byte

var className = later(`^[a-z]{2,20}$`)

// Load reads a configuration. It reports all mistakes, not the first.
func Load(name string, data []byte) (*Config, error) {
	c := &Config{}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var errs []error
	if c.Version > 1 {
		errs = append(errs, fmt.Errorf("%s: version %d is newer than this zlog", name, c.Version))
	}
	for i := range c.Patterns {
		p := &c.Patterns[i]
		if !className.get().MatchString(string(p.Class)) {
			errs = append(errs, fmt.Errorf("%s: pattern %d: class %q: want 2 to 20 lower-case letters", name, i+1, p.Class))
		}
		p.compiled = &pattern{text: p.Regex}
		re, err := regexp.Compile(p.Regex)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: pattern %d: %w", name, i+1, err))
		} else if re.MatchString("") {
			errs = append(errs, fmt.Errorf("%s: pattern %d: regex %q matches nothing at all", name, i+1, p.Regex))
		}
		if p.from = Standard; p.Mode != "" {
			if p.from, err = ParseMode(p.Mode); err != nil {
				errs = append(errs, fmt.Errorf("%s: pattern %d: mode %w", name, i+1, err))
			}
		}
	}
	for k := range c.Keys {
		if !className.get().MatchString(string(k)) {
			errs = append(errs, fmt.Errorf("%s: keys: class %q: want 2 to 20 lower-case letters", name, k))
		}
	}
	return c, errors.Join(errs...)
}
