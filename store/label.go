package store

import (
	"context"
	"errors"
	"net/http"

	"zlog/event"
)

// DefaultLabel is the label or field that names the node if nobody says another.
const DefaultLabel = "node"

// NodeLabel gives the first label of the usual shippers (event.ShipperNode) that lines of the selection have, with its
// values; "" if they have none. The selection's own label, which was tried, and its node do not count.
func NodeLabel(ctx context.Context, s Store, sel Selection) (string, []string, error) {
	tried := sel.Label
	for _, label := range event.ShipperNode {
		if label == tried {
			continue
		}
		sel.Label, sel.Node = label, ""
		values, err := s.Values(ctx, sel, label)
		var no *refused
		switch {
		case errors.As(err, &no) && no.status == http.StatusBadRequest: // a name that this store knows of no label
		case err != nil:
			return "", nil, err
		case len(values) > 0:
			return label, values, nil
		}
	}
	return "", nil, nil
}
