package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zlog/store"
)

// storeFlags say from which log store lines are read, instead of from files.
type storeFlags struct {
	from, query, label          string
	tenant, index, keep         string
	ca, cert, key, netrc, shows string
	rate                        float64
	patience                    time.Duration
	explain                     bool
}

// defaultSpan is how far back a store is read if nobody says.
const defaultSpan = 24 * time.Hour

func (sf *storeFlags) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&sf.from, "from", "", "read from a log store: victorialogs+http(s)://host:9428, loki+…:3100, elasticsearch+…:9200 or opensearch+…:9200; see docs/stores.md")
	f.StringVar(&sf.query, "query", "", "with --from: the lines of the cluster, in the store's language, such as {app=\"ziti-controller\"}")
	f.StringVar(&sf.label, "node-label", store.DefaultLabel, "with --from: the label or field that names the node; if no line has it, the usual shippers' are tried")
	f.BoolVar(&sf.explain, "explain-query", false, "with --from: print what is asked of the store and what had to be widened, and ask nothing")
	f.StringVar(&sf.tenant, "tenant", "", "with --from: Loki's tenant, or AccountID:ProjectID of VictoriaLogs")
	f.StringVar(&sf.index, "index", "", "with --from: Elasticsearch's or OpenSearch's pattern of indices, such as logs-*; all if it is left out")
	f.Float64Var(&sf.rate, "store-rate", 0, "with --from: at most so many questions a second")
	f.DurationVar(&sf.patience, "store-patience", 2*time.Minute, "with --from: how long one question is repeated when the store is busy or slow")
	f.StringVar(&sf.keep, "store-keep", "", "with --from: a folder for what was fetched until all of it was, so that an interrupted run goes on")
	f.StringVar(&sf.ca, "store-ca", "", "with --from: a file of certificates to trust besides the system's")
	f.StringVar(&sf.cert, "store-cert", "", "with --from: the file of the client's own certificate")
	f.StringVar(&sf.key, "store-key", "", "with --from: the file of its key")
	f.StringVar(&sf.netrc, "store-netrc", "", "with --from: a file of credentials in the form of .netrc")
	f.StringVar(&sf.shows, "store-command", "", "with --from: a command (no shell) that prints a token, or name:password")
	for _, hidden := range []string{"store-rate", "store-patience", "store-keep", "store-ca", "store-cert", "store-key", "store-netrc", "store-command", "tenant", "index"} {
		_ = f.MarkHidden(hidden)
	}
}

// check refuses flags that do nothing without --from, and paths beside it.
func (sf *storeFlags) check(c *cobra.Command, paths []string) error {
	if sf.from != "" {
		if len(paths) > 0 {
			return errors.New("--from and paths: read one or the other")
		}
		return nil
	}
	for _, name := range []string{"query", "node-label", "explain-query", "tenant", "index", "store-rate", "store-patience", "store-keep", "store-ca", "store-cert", "store-key",
		"store-netrc", "store-command"} {
		if f := c.Flags().Lookup(name); f != nil && f.Changed {
			return fmt.Errorf("--%s is for --from", name)
		}
	}
	return nil
}

// open gives the store that the flags name.
func (sf *storeFlags) open(ctx context.Context, errs io.Writer, read func(int64)) (store.Store, error) {
	u, _, err := store.ParseURL(sf.from)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	opt := store.Options{Agent: "zlog/" + version(), Tenant: sf.tenant, Index: sf.index, CA: sf.ca, Cert: sf.cert, Key: sf.key, Rate: sf.rate, Patience: sf.patience, Read: read}
	if opt.Credential, err = sf.credential(ctx, errs, u.Hostname()); err != nil {
		return nil, err
	}
	if opt.Credential.Given() && u.Scheme == "http" && !loopback(u.Hostname()) {
		fmt.Fprintf(errs, "zlog: credentials go to %s without TLS\n", u.Host)
	}
	s, err := store.Open(sf.from, opt)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	return s, nil
}

func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// credential reads what the server is to be shown: from a command, a file, or the environment, the first that there is.
func (sf *storeFlags) credential(ctx context.Context, errs io.Writer, host string) (store.Credential, error) {
	token, user := os.Getenv("ZLOG_STORE_TOKEN"), os.Getenv("ZLOG_STORE_USER")
	switch {
	case sf.shows != "":
		argv, err := words(sf.shows)
		if err != nil || len(argv) == 0 {
			return store.Credential{}, fmt.Errorf("--store-command: %w", errors.Join(err, noWords(argv)))
		}
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...) //nolint:gosec // the operator's own command, without a shell
		cmd.Stderr = errs
		out, err := cmd.Output()
		if err != nil {
			return store.Credential{}, fmt.Errorf("--store-command: %s: %w", argv[0], err)
		}
		c, err := store.ParseCredential(string(out))
		if err != nil {
			return c, fmt.Errorf("--store-command: %s: %w", argv[0], err)
		}
		return c, nil
	case sf.netrc != "":
		c, err := store.Netrc(sf.netrc, host)
		if err != nil {
			return c, fmt.Errorf("--store-netrc: %w", err)
		}
		return c, nil
	case token != "":
		return store.Bearer(token), nil
	case user != "":
		return store.Basic(user, os.Getenv("ZLOG_STORE_PASSWORD")), nil
	}
	return store.Credential{}, nil
}
