package cluster

import "testing"

func TestACommandIsTheSameFromAnyPackage(t *testing.T) {
	for kind, want := range map[string]string{
		"*command.UpdateEntityCommand[*example.com/ziti/controller/model.Controller]":    "UpdateEntityCommand[Controller]",
		"*command.UpdateEntityCommand[*example.com/ziti/v2/controller/model.Controller]": "UpdateEntityCommand[Controller]",
		"*command.SyncSnapshotCommand": "SyncSnapshotCommand",
		"*cmds.Pair[*a/b.X,*c/d.Y]":    "Pair[X,Y]",
		"plain":                        "plain",
		"":                             "",
	} {
		if got := unpackaged(kind); got != want {
			t.Errorf("unpackaged(%q) = %q, want %q", kind, got, want)
		}
	}
}
